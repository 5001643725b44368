"""Distances that attacks of minimal norm find for the tutorial's network, of Foolbox and torchattacks.

usage: make_minimal_norms.py IDX_FOLDER [COUNT] > minimal-norms.json

Run with Python 3.11, torch 2.13, foolbox 3.3.4 and torchattacks 3.5.1 (whose FAB is that of AutoAttack;
its `perturb` gives up what is outside of one epsilon, so that the runs below it are called). The
weights are tutorial-NAME.f16 beside this script, the images the first test images of IDX_FOLDER
(t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, gzip'd or not), by default 200, divided by 255.

A distance is in the attack's norm; 0 where the clean image is wrong, null where nothing was found.
"""

import gzip
import json
import os
import sys

import foolbox
import numpy as np
import torch
import torch.nn.functional as F
import torchattacks

HERE = os.path.dirname(os.path.abspath(__file__))
SHAPES = [(3, 3, 1, 32), (32,), (3, 3, 32, 64), (64,), (3, 3, 64, 64), (64,),
          (576, 64), (64,), (64, 10), (10,)]
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 200
torch.set_num_threads(1)


def idx(folder, name, offset):
    path = os.path.join(folder, name)
    with gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb") as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


class Network(torch.nn.Module):
    def __init__(self, name):
        super().__init__()
        values = np.fromfile(os.path.join(HERE, f"tutorial-{name}.f16"), "<f2").astype(np.float32)
        parts, offset = [], 0
        for shape in SHAPES:
            count = int(np.prod(shape))
            parts.append(torch.from_numpy(values[offset:offset + count].reshape(shape)))
            offset += count
        self.convolutions = [
            (parts[i].permute(3, 2, 0, 1).contiguous(), parts[i + 1]) for i in (0, 2, 4)]
        self.dense = [(parts[i].t().contiguous(), parts[i + 1]) for i in (6, 8)]
        # Both libraries look for the device of the first parameter.
        self.anchor = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x):
        for i, (weight, bias) in enumerate(self.convolutions):
            x = F.relu(F.conv2d(x, weight, bias))
            if i < 2:
                x = F.max_pool2d(x, 2)
        x = x.permute(0, 2, 3, 1).flatten(1)
        return F.linear(F.relu(F.linear(x, *self.dense[0])), *self.dense[1])


def distances(model, x, y, adversarial, norm):
    with torch.no_grad():
        wrong = model(adversarial).argmax(1) != y
    difference = (adversarial - x).double().flatten(1)
    order = {"infinity": float("inf"), "l2": 2, "l1": 1}[norm]
    found = difference.norm(p=order, dim=1)
    return torch.where(wrong, found, torch.tensor(float("inf"), dtype=found.dtype))


def deepfool(model, x, y, norm):
    kind = {"infinity": foolbox.attacks.LinfDeepFoolAttack, "l2": foolbox.attacks.L2DeepFoolAttack}
    bounded = foolbox.PyTorchModel(model, bounds=(0, 1))
    return distances(model, x, y, kind[norm](steps=50, candidates=10).run(bounded, x, y), norm)


def fab(model, x, y, norm, targeted):
    name = {"infinity": "Linf", "l2": "L2", "l1": "L1"}[norm]
    attack = torchattacks.attacks.fab.FAB(
        model, norm=name, eps=None, steps=100, multi_targeted=targeted)
    if not targeted:
        return distances(model, x, y, attack.attack_single_run(x, y), norm)
    best = torch.full((len(x),), float("inf"), dtype=torch.float64)
    for number in range(2, 11):
        attack.target_class = number
        adversarial = attack.attack_single_run_targeted(x, y)
        best = torch.minimum(best, distances(model, x, y, adversarial, norm))
    return best


def main():
    pixels = idx(sys.argv[1], "t10k-images-idx3-ubyte", 16)[:COUNT * 784]
    x = torch.from_numpy((pixels.reshape(COUNT, 1, 28, 28) / np.float32(255)).astype(np.float32))
    y = torch.from_numpy(idx(sys.argv[1], "t10k-labels-idx1-ubyte", 8)[:COUNT].astype(np.int64))
    cases = []
    for name in ("base", "adv-regularized"):
        model = Network(name).eval()
        runs = [("deepfool", norm, deepfool) for norm in ("infinity", "l2")]
        for norm in ("infinity", "l2", "l1"):
            runs.append(("fab", norm, lambda *rest: fab(*rest, False)))
        for norm in ("infinity", "l2", "l1"):
            runs.append(("fab-t", norm, lambda *rest: fab(*rest, True)))
        for attack, norm, run in runs:
            # In parts, which are kinder to a processor's caches.
            found = torch.cat([
                run(model, x[start:start + 50], y[start:start + 50], norm)
                for start in range(0, COUNT, 50)])
            cases.append({
                "model": name, "attack": attack, "norm": norm,
                "distances": [
                    round(value, 6) if value < float("inf") else None for value in found.tolist()],
            })
            print(name, attack, norm, found.median().item(), file=sys.stderr, flush=True)
    json.dump({"cases": cases}, sys.stdout)
    print()


main()
