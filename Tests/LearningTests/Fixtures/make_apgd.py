"""Auto-PGD on the tutorial's network, of torchattacks and of AutoAttack.

usage: make_apgd.py AUTO_ATTACK IDX_FOLDER [COUNT [SHOWN]] > apgd.json

Run with Python 3.11, torch 2.13 and torchattacks 3.5.1. AUTO_ATTACK is a copy of
https://github.com/fra31/auto-attack at commit a392200: torchattacks has no Auto-PGD in l1. The weights
are tutorial-NAME.f16 beside this script, the images the first COUNT test images of IDX_FOLDER
(t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, gzip'd or not), by default 200, divided by 255.

`right` says of each image whether it is still right after an attack with a random start, in single
precision; `wider` is AutoAttack's form in l1, which comes from balls of 3 and 2 epsilon.
`iterates` are the third iterates of the first SHOWN images, by default 3, without a random start, in
double precision; `kept` is the share of all pixels of the first three iterates that is the same to
1e-5 in single precision, over all images that are right until then.
"""

import base64
import gzip
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
import torchattacks

sys.path.insert(0, sys.argv[1])
from autoattack.autopgd_base import APGDAttack, APGDAttack_targeted

HERE = os.path.dirname(os.path.abspath(__file__))
SHAPES = [(3, 3, 1, 32), (32,), (3, 3, 32, 64), (64,), (3, 3, 64, 64), (64,),
          (576, 64), (64,), (64, 10), (10,)]
COUNT = int(sys.argv[3]) if len(sys.argv) > 3 else 200
SHOWN = int(sys.argv[4]) if len(sys.argv) > 4 else 3
STEPS = 100
EPSILONS = {"infinity": 0.2, "l2": 2.0, "l1": 12.0}
NAMES = {"infinity": "Linf", "l2": "L2", "l1": "L1"}
torch.set_num_threads(1)


def idx(folder, name, offset):
    path = os.path.join(folder, name)
    with gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb") as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


class Enough(Exception):
    """Raised by a network that has been asked often enough."""


class Network(torch.nn.Module):
    def __init__(self, name, dtype):
        super().__init__()
        values = np.fromfile(os.path.join(HERE, f"tutorial-{name}.f16"), "<f2").astype(np.float32)
        parts, offset = [], 0
        for shape in SHAPES:
            count = int(np.prod(shape))
            parts.append(torch.from_numpy(values[offset:offset + count].reshape(shape)).to(dtype))
            offset += count
        self.convolutions = [
            (parts[i].permute(3, 2, 0, 1).contiguous(), parts[i + 1]) for i in (0, 2, 4)]
        self.dense = [(parts[i].t().contiguous(), parts[i + 1]) for i in (6, 8)]
        # torchattacks looks for the device of the first parameter.
        self.anchor = torch.nn.Parameter(torch.zeros(1))
        self.seen = []
        self.most = None

    def forward(self, x):
        if len(self.seen) == self.most:
            raise Enough
        self.seen.append(x.detach().clone())
        for i, (weight, bias) in enumerate(self.convolutions):
            x = F.relu(F.conv2d(x, weight, bias))
            if i < 2:
                x = F.max_pool2d(x, 2)
        x = x.permute(0, 2, 3, 1).flatten(1)
        return F.linear(F.relu(F.linear(x, *self.dense[0])), *self.dense[1])


def ours(attack, network, norm, epsilon, steps=STEPS, wider=False):
    """An attack of AutoAttack's own code."""
    kind = {"norm": NAMES[norm], "eps": epsilon, "n_iter": steps, "seed": 0, "device": "cpu",
            "use_largereps": wider}
    if attack == "apgd-t":
        return APGDAttack_targeted(network, n_target_classes=9, **kind)
    return APGDAttack(network, loss=attack[5:], **kind)


def theirs(attack, network, norm, epsilon, steps=STEPS):
    """An attack of torchattacks."""
    kind = {"norm": NAMES[norm], "eps": epsilon, "steps": steps, "seed": 0}
    if attack == "apgd-t":
        return torchattacks.APGDT(network, n_classes=10, **kind)
    return torchattacks.APGD(network, loss=attack[5:], **kind)


def right(network, x, y):
    with torch.no_grad():
        return "".join("1" if good else "0" for good in network(x).argmax(1) == y)


def iterates(attack, name, norm, epsilon, x, y, dtype):
    """The start and the first three iterates of all images; the start is the clean image."""
    network = Network(name, dtype)
    network.requires_grad_(True)
    x = x.to(dtype)
    drawn, single = (torch.rand, torch.randn), torch.Tensor.float
    # Nothing but the corner moves, and there the box does not let it.
    assert float(x[:, 0, 0, 0].max()) == 0

    def corner(shape, rest, edge):
        value = torch.full(tuple(shape), rest, dtype=dtype)
        value[:, 0, 0, 0] = edge
        return value

    torch.rand = lambda shape, *_: corner(shape, 0.5, 0.0)
    torch.randn = lambda shape, *_: corner(shape, 0.0, 0.0 if norm == "l1" else -1.0)
    # The projection in l1 is in single precision; what it leaves of pixels that it brings back to 0
    # would decide which of equal elements the pooling takes.
    torch.Tensor.float = lambda tensor: tensor.to(dtype)
    try:
        runner = (ours if norm == "l1" else theirs)(attack, network, norm, epsilon)
        if norm == "l1":
            runner.init_hyperparam(x)
        with torch.no_grad():
            clean = network(x)
        if attack == "apgd-t":
            runner.target_class = 2
            runner.y_target = clean.sort(dim=1)[1][:, -2]
        network.seen = []
        # The start, three iterates, and before them the clean image of a targeted attack.
        network.most = 5
        runner.attack_single_run(x, y)
    except Enough:
        pass
    finally:
        network.most = None
        (torch.rand, torch.randn), torch.Tensor.float = drawn, single
    seen = network.seen[1:] if attack == "apgd-t" and norm != "l1" else network.seen
    assert torch.equal(seen[0], x)
    right = torch.stack([network(points).argmax(1) == y for points in seen[:3]]).all(0)
    return seen[:4], right


def packed(points):
    return base64.b64encode(points.to(torch.float32).numpy().astype("<f4").tobytes()).decode()


pixels = idx(sys.argv[2], "t10k-images-idx3-ubyte", 16)[: COUNT * 784].reshape(COUNT, 1, 28, 28)
images = torch.from_numpy((pixels / np.float32(255)).astype(np.float32))
labels = torch.from_numpy(idx(sys.argv[2], "t10k-labels-idx1-ubyte", 8)[:COUNT].astype(np.int64))

cases = []
for name in ("base", "adv-regularized"):
    for norm, epsilon in EPSILONS.items():
        for attack in ("apgd-ce", "apgd-dlr", "apgd-t"):
            network = Network(name, torch.float32)
            case = {"model": name, "attack": attack, "norm": norm, "epsilon": epsilon}
            found = {"autoattack": ours(attack, network, norm, epsilon).perturb(images, labels)}
            if norm == "l1":
                found["wider"] = ours(attack, network, norm, epsilon, wider=True).perturb(
                    images, labels)
            else:
                found["torchattacks"] = theirs(attack, network, norm, epsilon)(images, labels)
            case["right"] = {key: right(network, x, labels) for key, x in found.items()}
            # Small balls, in which the images stay right for some steps.
            small = epsilon / 4
            exact, kept = iterates(attack, name, norm, small, images, labels, torch.float64)
            single, _ = iterates(attack, name, norm, small, images, labels, torch.float32)
            same = [(a - b.double()).abs() <= 1e-5 for a, b in zip(exact[1:], single[1:])]
            case["kept"] = [round(float(s[kept].double().mean()), 5) for s in same]
            places = kept.nonzero().flatten()[:SHOWN]
            case["smallEpsilon"] = small
            case["shown"] = places.tolist()
            case["iterates"] = packed(exact[3][places])
            cases.append(case)
            print({k: v for k, v in case.items() if k not in ("iterates", "right")},
                  {key: value.count("1") for key, value in case["right"].items()}, file=sys.stderr)
json.dump({"images": COUNT, "steps": STEPS, "cases": cases}, sys.stdout, indent=1)
print()
