"""Seconds of the tutorial's network in PyTorch and torchattacks, one JSON object a line.

usage: pytorch.py. One thread, batch 32, Adam; the adversarial step once in NSL's order of passes (the
gradient at the images by a pass of its own, then both losses together), once with a clean backward
pass that serves both; attack and evaluation at the best of several batch sizes."""
import torch
import torch.nn.functional as F
import torchattacks
from torch import nn

from measure import fastest, report

torch.set_num_threads(1)
torch.manual_seed(1)
images, labels = torch.rand(32, 1, 28, 28), torch.randint(0, 10, (32,))


def network():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(),
        nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10))


model = network()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7)


def plain():
    optimizer.zero_grad()
    F.cross_entropy(model(images), labels).backward()
    optimizer.step()


def in_order():
    x = images.clone().requires_grad_()
    gradient, = torch.autograd.grad(F.cross_entropy(model(x), labels), x)
    neighbors = images + 0.2 * gradient.sign()
    optimizer.zero_grad()
    total = F.cross_entropy(model(images), labels)
    (total + 0.2 * F.cross_entropy(model(neighbors), labels)).backward()
    optimizer.step()


def shared():
    x = images.clone().requires_grad_()
    optimizer.zero_grad()
    F.cross_entropy(model(x), labels).backward()
    neighbors = images + 0.2 * x.grad.sign()
    (0.2 * F.cross_entropy(model(neighbors), labels)).backward()
    optimizer.step()


report("plain training step", plain, calls=5)
report("NSL training step", in_order, calls=5)
report("NSL training step", shared, calls=5, variant="shared backward")

model.eval()
many, classes = torch.rand(10_000, 1, 28, 28), torch.randint(0, 10, (10_000,))


@torch.inference_mode()
def evaluate(batch):
    correct = 0
    for x, y in zip(many.split(batch), classes.split(batch)):
        correct += int((model(x).argmax(1) == y).sum())
    return correct


batch = fastest([32, 100, 500], evaluate)
report("forward of 10,000 images", lambda: evaluate(batch), rounds=3, calls=1, batch=batch)


def attack(batch, steps=40):
    pgd = torchattacks.PGD(model, eps=0.2, alpha=0.01, steps=steps, random_start=True)
    for x, y in zip(many[:1000].split(batch), classes[:1000].split(batch)):
        pgd(x, y)


batch = fastest([16, 32, 100, 250, 1000], lambda batch: attack(batch, steps=2))
report("PGD-40 on 1,000 images", lambda: attack(batch), rounds=1, calls=1, batch=batch)
