"""Attacks on the tutorial's network in PyTorch 2.13, double precision.

usage: make_tutorial_attacks.py RUN_FOLDER NAME=IDX_FOLDER ...

RUN_FOLDER holds models/{base,adv-regularized}/model.safetensors of two epochs on 12,000 images of
MNIST. Writes, beside itself, tutorial-NAME.f16 (their weights in Keras's order, rounded to half
precision: those are the weights under attack) and tutorial-attacks.json. Images are the first 500 test
images of each IDX folder (t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, gzip'd or not), divided by
255 in float32.
"""
import base64, gzip, json, os, sys
import numpy as np, torch, torch.nn.functional as F
from safetensors.numpy import load_file

torch.set_num_threads(1)
here = os.path.dirname(os.path.abspath(__file__))
NAMES = [f"{layer}/{part}" for layer in ("conv2d", "conv2d_1", "conv2d_2", "dense", "dense_1")
         for part in ("kernel", "bias")]
COUNT, SIGNS = 500, 100


def idx(folder, name, offset):
    path = os.path.join(folder, name)
    data = gzip.open(path + ".gz").read() if os.path.exists(path + ".gz") else open(path, "rb").read()
    return np.frombuffer(data, np.uint8, offset=offset)


class Net:
    def __init__(self, weights):
        t = [torch.from_numpy(w.astype(np.float64)) for w in weights]
        self.conv = [(t[i].permute(3, 2, 0, 1).contiguous(), t[i + 1]) for i in (0, 2, 4)]
        self.dense = [(t[i].t().contiguous(), t[i + 1]) for i in (6, 8)]

    def __call__(self, x):
        for i, (w, b) in enumerate(self.conv):
            x = F.relu(F.conv2d(x, w, b))
            if i < 2: x = F.max_pool2d(x, 2)
        x = x.permute(0, 2, 3, 1).flatten(1)
        return F.linear(F.relu(F.linear(x, *self.dense[0])), *self.dense[1])


def gradient(net, x, y):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(F.cross_entropy(net(x), y, reduction="sum"), x)[0]


def attack(net, x, y, norm, epsilon, step, steps, targeted=False):
    """Up the loss of y or, targeted, down that of the class after it."""
    z = x.clone()
    for _ in range(steps):
        g = -gradient(net, z, (y + 1) % 10) if targeted else gradient(net, z, y)
        if norm == "infinity":
            z = x + (z + step * g.sign() - x).clamp(-epsilon, epsilon)
        else:
            d = z + step * g / g.flatten(1).norm(dim=1).view(-1, 1, 1, 1) - x
            z = x + d * (epsilon / d.flatten(1).norm(dim=1)).clamp_max(1).view(-1, 1, 1, 1)
        z = z.clamp(0, 1)
    return z


def result(net, x, y):
    with torch.no_grad(): logits = net(x)
    return int((logits.argmax(1) == y).sum()), F.cross_entropy(logits, y).item()


document = {"images": COUNT, "signs": SIGNS, "cases": []}
for model in ("base", "adv-regularized"):
    loaded = load_file(os.path.join(sys.argv[1], "models", model, "model.safetensors"))
    weights = [loaded[name].astype("<f2") for name in NAMES]
    with open(os.path.join(here, f"tutorial-{model}.f16"), "wb") as file:
        for w in weights: file.write(w.tobytes())
    net = Net(weights)
    for argument in sys.argv[2:]:
        name, folder = argument.split("=", 1)
        pixels = idx(folder, "t10k-images-idx3-ubyte", 16)[: COUNT * 784].reshape(COUNT, 1, 28, 28)
        x = torch.from_numpy((pixels / np.float32(255)).astype(np.float32)).double()
        y = torch.from_numpy(idx(folder, "t10k-labels-idx1-ubyte", 8)[:COUNT].astype(np.int64))
        signs = gradient(net, x[:SIGNS], y[:SIGNS]).sign().flatten().numpy().astype(np.int64) + 1
        packed = (signs.reshape(-1, 4) * [1, 4, 16, 64]).sum(1).astype(np.uint8)
        correct, loss = result(net, x, y)
        case = {"model": model, "dataset": name, "correct": correct, "loss": loss,
                "gradientSigns": base64.b64encode(packed.tobytes()).decode(), "attacks": []}
        runs = [("fgsm", "infinity", e, e, 1, False) for e in (0.1, 0.2, 0.3)]
        runs += [("fgsm", "l2", 1.0, 1.0, 1, False)]
        runs += [("bim", "infinity", e, 0.2 * e, 10, False) for e in (0.1, 0.2, 0.3)]
        runs += [("pgd", "infinity", 0.2, 0.01, 40, False)]
        runs += [("fgsm", "infinity", 0.2, 0.2, 1, True), ("bim", "infinity", 0.2, 0.04, 10, True)]
        for attack_name, norm, epsilon, step, steps, targeted in runs:
            images = attack(net, x, y, norm, epsilon, step, steps, targeted)
            correct, loss = result(net, images, y)
            case["attacks"].append(
                {"name": attack_name, "norm": norm, "epsilon": epsilon, "stepSize": step,
                 "steps": steps, "targeted": targeted, "correct": correct, "loss": loss})
        document["cases"].append(case)
with open(os.path.join(here, "tutorial-attacks.json"), "w") as file: json.dump(document, file, indent=1)
