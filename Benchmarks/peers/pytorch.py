"""Seconds per training step of the tutorial's network in PyTorch, one JSON object a line.

usage: pytorch.py STEPS. One thread, batch 32, Adam; the adversarial step in NSL's order of passes:
the gradient at the images by a pass of its own, then both losses together."""
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(1)
steps = int(sys.argv[1])
images, labels = torch.rand(32, 1, 28, 28), torch.randint(0, 10, (32,))


def network():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(),
        nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10))


def report(name, step):
    for _ in range(10):
        step()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    seconds = (time.perf_counter() - start) / steps
    print(json.dumps({"name": name, "seconds": seconds}), flush=True)


model = network()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7)


def plain():
    optimizer.zero_grad()
    F.cross_entropy(model(images), labels).backward()
    optimizer.step()


def adversarial():
    x = images.clone().requires_grad_()
    gradient, = torch.autograd.grad(F.cross_entropy(model(x), labels), x)
    neighbors = images + 0.2 * gradient.sign()
    optimizer.zero_grad()
    total = F.cross_entropy(model(images), labels)
    (total + 0.2 * F.cross_entropy(model(neighbors), labels)).backward()
    optimizer.step()


report("plain training step", plain)
report("NSL training step", adversarial)
