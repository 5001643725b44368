"""Square (torchattacks 3.5.1) and Carlini-Wagner (Foolbox 3.3.4) on the tutorial's network.

usage: make_search_attacks.py IDX_FOLDER [square | cw DIGITS QUERIES_OR_STEPS]

Attacks the weights of tutorial-base.f16 and tutorial-adv-regularized.f16 on the first test images of
IDX_FOLDER (t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, gzip'd or not), divided by 255 in float32.
Writes search-attacks.json beside itself; with more arguments prints these figures instead.

square: for each of three seeds a digit for each image, 1 where it is still right. cw: the median of the L2 distances, infinite
where nothing was found, and how many were found.
"""
import gzip, json, os, sys
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F
import foolbox, torchattacks

torch.set_num_threads(1)
here = os.path.dirname(os.path.abspath(__file__))
SHAPES = [(3, 3, 1, 32), (32,), (3, 3, 32, 64), (64,), (3, 3, 64, 64), (64,), (576, 64), (64,),
          (64, 10), (10,)]
SEEDS = 3


def idx(folder, name, offset):
    path = os.path.join(folder, name)
    data = gzip.open(path + ".gz").read() if os.path.exists(path + ".gz") else open(path, "rb").read()
    return np.frombuffer(data, np.uint8, offset=offset)


class Net(nn.Module):
    def __init__(self, name):
        super().__init__()
        values = np.fromfile(os.path.join(here, f"tutorial-{name}.f16"), "<f2").astype(np.float32)
        t = []
        for shape in SHAPES:
            size = int(np.prod(shape))
            t.append(torch.from_numpy(values[:size].reshape(shape)))
            values = values[size:]
        self.conv = [(t[i].permute(3, 2, 0, 1).contiguous(), t[i + 1]) for i in (0, 2, 4)]
        self.dense = [(t[i].t().contiguous(), t[i + 1]) for i in (6, 8)]
        # torchattacks asks the first parameter for its device.
        self.device_of_all = nn.Parameter(torch.zeros(1), requires_grad=False)

    def forward(self, x):
        for i, (w, b) in enumerate(self.conv):
            x = F.relu(F.conv2d(x, w, b))
            if i < 2: x = F.max_pool2d(x, 2)
        x = x.permute(0, 2, 3, 1).flatten(1)
        return F.linear(F.relu(F.linear(x, *self.dense[0])), *self.dense[1])


def square(net, x, y, norm, epsilon, queries):
    right = []
    for seed in range(SEEDS):
        attack = torchattacks.Square(
            net, norm=norm, eps=epsilon, n_queries=queries, n_restarts=1, p_init=0.8, seed=seed,
            loss="margin", resc_schedule=True)
        with torch.no_grad():
            clean = net(x).argmax(1) == y
            stays = (net(attack(x, y)).argmax(1) == y) & clean
            right.append("".join("1" if good else "0" for good in stays))
    return right


def cw(net, x, y, steps, targeted):
    model = foolbox.PyTorchModel(net, bounds=(0, 1))
    goal = (y + 1) % 10
    criterion = (foolbox.criteria.TargetedMisclassification(goal) if targeted
                 else foolbox.criteria.Misclassification(y))
    attack = foolbox.attacks.L2CarliniWagnerAttack(binary_search_steps=9, steps=steps)
    images = attack.run(model, x, criterion)
    found = net(images).argmax(1)
    found = found == goal if targeted else found != y
    distance = (images - x).flatten(1).norm(dim=1)
    distance[~found] = float("inf")
    return float(np.median(distance.numpy())), int(found.sum())


folder = sys.argv[1]
kind, digits, number = (sys.argv[2], int(sys.argv[3]), int(sys.argv[4])) if len(sys.argv) > 2 else ("", 0, 0)
document = {"squares": [], "carliniWagner": []}
for model in ("base", "adv-regularized"):
    net = Net(model).eval()
    count = digits or 100
    pixels = idx(folder, "t10k-images-idx3-ubyte", 16)[: count * 784].reshape(count, 1, 28, 28)
    x = torch.from_numpy((pixels / np.float32(255)).astype(np.float32))
    y = torch.from_numpy(idx(folder, "t10k-labels-idx1-ubyte", 8)[:count].astype(np.int64))
    if kind != "cw":
        for norm, epsilon in (("Linf", 0.2), ("L2", 2.0)):
            right = square(net, x, y, norm, epsilon, number or 500)
            document["squares"].append(
                {"model": model, "norm": {"Linf": "infinity", "L2": "l2"}[norm], "epsilon": epsilon,
                 "queries": number or 500, "digits": count, "right": right})
            if kind: print(document["squares"][-1], flush=True)
    if kind != "square":
        count = digits or 40
        for targeted in (False, True) if not kind else (False,):
            median, found = cw(net, x[:count], y[:count], number or 200, targeted)
            document["carliniWagner"].append(
                {"model": model, "steps": number or 200, "targeted": targeted, "digits": count,
                 "median": median, "found": found})
            if kind: print(document["carliniWagner"][-1], flush=True)
if not kind:
    with open(os.path.join(here, "search-attacks.json"), "w") as file:
        json.dump(document, file, indent=1)
