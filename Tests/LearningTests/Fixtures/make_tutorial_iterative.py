"""Iterative attacks without a random start on the tutorial's network, in PyTorch 2.13.

usage: make_tutorial_iterative.py MNIST_FOLDER [COUNT]

Weights are tutorial-NAME.f16 beside this script. Images are the first COUNT test images of MNIST (by
default 1000; in l2 and l1 the first quarter of them), divided by 255 in float32. Every attack runs in
double precision; predictions of these images are kept, and of the first 40 examples the perturbations.
It runs in single precision, too: how many examples and which share of the elements differ then is what
rounding alone changes. BIM, MI-FGSM and PGD in linf are also those of torchattacks 3.5.1 in single
precision. Writes tutorial-iterative.json beside itself.
"""
import base64, gzip, json, os, sys
import numpy as np, torch, torch.nn.functional as F, torchattacks

torch.set_num_threads(1)
here = os.path.dirname(os.path.abspath(__file__))
SHAPES = [(3, 3, 1, 32), (32,), (3, 3, 32, 64), (64,), (3, 3, 64, 64), (64,), (576, 64), (64,),
          (64, 10), (10,)]
KEPT = 40
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 1000


def idx(name, offset):
    path = os.path.join(sys.argv[1], name)
    data = gzip.open(path + ".gz").read() if os.path.exists(path + ".gz") else open(path, "rb").read()
    return np.frombuffer(data, np.uint8, offset=offset)


class Net(torch.nn.Module):
    def __init__(self, name, kind):
        super().__init__()
        flat = np.fromfile(os.path.join(here, f"tutorial-{name}.f16"), "<f2")
        parts = np.split(flat, np.cumsum([np.prod(s) for s in SHAPES])[:-1])
        t = [torch.from_numpy(p.reshape(s).astype(np.float64)).to(kind) for p, s in zip(parts, SHAPES)]
        self.conv = [(t[i].permute(3, 2, 0, 1).contiguous(), t[i + 1]) for i in (0, 2, 4)]
        self.linear = [(t[i].t().contiguous(), t[i + 1]) for i in (6, 8)]
        self.kind = torch.nn.Parameter(t[0])  # torchattacks asks a parameter for its device

    def forward(self, x):
        for i, (w, b) in enumerate(self.conv):
            x = F.relu(F.conv2d(x, w, b))
            if i < 2: x = F.max_pool2d(x, 2)
        x = x.permute(0, 2, 3, 1).flatten(1)
        return F.linear(F.relu(F.linear(x, *self.linear[0])), *self.linear[1])


def gradient(net, x, y):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(F.cross_entropy(net(x), y, reduction="sum"), x)[0]


def direction(g, z, norm, sparse):
    """Of length 1 in the norm; g and z are [N, 784]."""
    if norm == "infinity": return g.sign()
    if norm == "l2": return g / g.norm(dim=1, keepdim=True).clamp_min(1e-300 if g.dtype == torch.float64 else 1e-38)
    if not sparse: return g / g.abs().sum(1, keepdim=True).clamp_min(1e-38)
    out = ((z <= 0) & (g < 0)) | ((z >= 1) & (g > 0))
    size = torch.where(out, 0, g).abs()
    share = -(-g.shape[1] // 100)
    least = size.topk(share, dim=1).values[:, -1:]
    keep = (size >= least) & (size > 0)
    return g.sign() * keep / keep.sum(1, keepdim=True).clamp_min(1)


def project(d, x, norm, epsilon):
    """The perturbation d moved into ball and box."""
    if norm == "infinity": return (x + d.clamp(-epsilon, epsilon)).clamp(0, 1) - x
    if norm == "l2":
        d = d * (epsilon / d.norm(dim=1, keepdim=True).clamp_min(1e-30)).clamp_max(1)
        return (x + d).clamp(0, 1) - x
    # Nearest point of L1 ball and box: the threshold by bisection.
    room = torch.where(d > 0, 1 - x, x)
    low, high = torch.zeros_like(d[:, :1]), d.abs().amax(1, keepdim=True)
    inside = torch.minimum(d.abs(), room).sum(1, keepdim=True) <= epsilon
    for _ in range(60):
        middle = (low + high) / 2
        long = torch.minimum((d.abs() - middle).clamp_min(0), room).sum(1, keepdim=True) > epsilon
        low, high = torch.where(long, middle, low), torch.where(long, high, middle)
    threshold = torch.where(inside, 0, high)
    return d.sign() * torch.minimum((d.abs() - threshold).clamp_min(0), room)


def attack(net, x, y, norm, epsilon, step, steps, decay, sparse):
    flat = x.flatten(1)
    z, momentum = flat.clone(), torch.zeros_like(flat)
    for _ in range(steps):
        g = gradient(net, z.view_as(x), y).flatten(1)
        if decay is not None:
            mean = g.abs().mean(1, keepdim=True)
            momentum = decay * momentum + torch.where(mean > 0, g / mean, 0)
            g = momentum
        z = flat + project(z + step * direction(g, z, norm, sparse) - flat, flat, norm, epsilon)
    return z.view_as(x)


def predict(net, x):
    with torch.no_grad(): return net(x).argmax(1)


def torchattack(net, x, y, name, epsilon, step, steps):
    kinds = {"bim": torchattacks.BIM, "mifgsm": torchattacks.MIFGSM, "pgd": torchattacks.PGD}
    more = {"pgd": {"random_start": False}, "mifgsm": {"decay": 1.0}}.get(name, {})
    images = kinds[name](net, eps=epsilon, alpha=step, steps=steps, **more)(x, y)
    return int((predict(net, images) == y).sum())


#  name, norm, epsilon, step, steps, decay, sparse, images
def runs(epsilon):
    few = COUNT // 4
    yield "bim", "infinity", epsilon, 0.2 * epsilon, 10, None, False, COUNT
    yield "mifgsm", "infinity", epsilon, 0.1 * epsilon, 10, 1.0, False, COUNT
    yield "pgd", "infinity", epsilon, epsilon / 30, 40, None, False, COUNT
    yield "mifgsm", "l2", 10 * epsilon, epsilon, 10, 1.0, False, few
    yield "pgd", "l2", 10 * epsilon, epsilon, 100, None, False, few
    for sparse in (True, False):
        yield "pgd", "l1", 50 * epsilon, 50 * epsilon * 2.5 / 40, 40, None, sparse, few
    yield "mifgsm", "l1", 50 * epsilon, 5 * epsilon, 10, 1.0, True, few


pixels = idx("t10k-images-idx3-ubyte", 16)[: COUNT * 784].reshape(-1, 1, 28, 28)
labels = torch.from_numpy(idx("t10k-labels-idx1-ubyte", 8)[:COUNT].astype(np.int64))
images = torch.from_numpy((pixels / np.float32(255)).astype(np.float32))
document = {"kept": KEPT, "cases": []}
for model, epsilon in (("base", 0.1), ("adv-regularized", 0.2)):
    double, single = Net(model, torch.float64), Net(model, torch.float32).eval()
    for name, norm, radius, step, steps, decay, sparse, count in runs(epsilon):
        x, y = images[:count], labels[:count]
        settings = (norm, radius, step, steps, decay, sparse)
        found = attack(double, x.double(), y, *settings)
        predictions = predict(double, found)
        rounded = attack(single, x, y, *settings)
        again = predict(single, rounded)
        case = {"model": model, "name": name, "norm": norm, "epsilon": radius, "stepSize": step,
                "steps": steps, "decay": decay, "sparse": sparse, "count": count,
                "predictions": "".join(str(int(p)) for p in predictions),
                "singleDiffers": int(((again == y) != (predictions == y)).sum())}
        if norm == "infinity":
            case["torchattacks"] = torchattack(single, x, y, name, radius, step, steps)
            difference = (found - x.double())[:KEPT].flatten().numpy()
            case["perturbations"] = base64.b64encode(
                np.rint(difference / radius * 127).astype(np.int8).tobytes()).decode()
            # Elements apart by more than a quarter of a step went another way.
            other = (rounded.double() - found)[:KEPT].abs() > 0.25 * step
            case["singleShare"] = 1 - other.double().mean().item()
        print({k: v for k, v in case.items() if k not in ("predictions", "perturbations")},
              int((predictions == y).sum()), flush=True)
        document["cases"].append(case)
with open(os.path.join(here, "tutorial-iterative.json"), "w") as file: json.dump(document, file, indent=1)
