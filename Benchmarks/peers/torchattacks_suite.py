"""Seconds and result of attacks of torchattacks on the tutorial's trained network, a JSON object.

usage: torchattacks_suite.py FOLDER MODEL ATTACK

FOLDER holds images.u8 and labels.u8, as `nsl-bench --digits` writes them; MODEL is `base` or
`adv-regularized`, ATTACK a word of nsl-bench's. One thread. Settings are those of nsl-bench; an attack
runs at the best of several batch sizes, found with a few of its iterations.

torchattacks' own AutoAttack takes 10 steps in each member. Here its members take those of nsl-bench,
each on all examples that stood those before, so that its batches stay full."""
import functools
import json
import os
import sys
import time

import numpy as np
import torch
import torchattacks
from torch import nn

from measure import fastest

EPSILON = 0.2
STEPS = 100
fixtures = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Tests/LearningTests/Fixtures")
torch.set_num_threads(1)
torch.manual_seed(1)


def network(name):
    """The tutorial's network with the weights of tutorial-NAME.f16, which are in Keras's order."""
    values = np.fromfile(os.path.join(fixtures, f"tutorial-{name}.f16"), "<f2").astype(np.float32)
    layers = [
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(),
        nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10)]
    offset = 0

    def take(*shape):
        nonlocal offset
        part = values[offset:offset + int(np.prod(shape))].reshape(shape)
        offset += part.size
        return torch.from_numpy(part)

    is_first_dense = True
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            weight = take(3, 3, layer.in_channels, layer.out_channels).permute(3, 2, 0, 1)
        elif isinstance(layer, nn.Linear) and is_first_dense:
            # Its inputs are rows, columns and channels in Keras, channels first here.
            weight = take(3, 3, 64, layer.out_features).permute(3, 2, 0, 1).flatten(1)
            is_first_dense = False
        elif isinstance(layer, nn.Linear):
            weight = take(layer.in_features, layer.out_features).t()
        else:
            continue
        layer.weight.data, layer.bias.data = weight.contiguous(), take(*layer.bias.shape)
    assert offset == len(values)
    # Attacks need no gradients of weights; FAB would have them computed.
    return nn.Sequential(*layers).eval().requires_grad_(False)


def digits(folder):
    labels = np.fromfile(os.path.join(folder, "labels.u8"), np.uint8).astype(np.int64)
    images = np.fromfile(os.path.join(folder, "images.u8"), np.uint8).reshape(-1, 1, 28, 28)
    return torch.from_numpy(images.astype(np.float32) / np.float32(255)), torch.from_numpy(labels)


class ClosestFAB(torchattacks.FAB):
    """FAB of minimal norm: no example is done with before its last target, and the closest image is
    kept. torchattacks lets go of what is within epsilon, here 0, after each target."""

    def perturb(self, images, labels):
        self.closest = images.clone()
        right = self.get_logits(images).argmax(1) == labels
        self.places = right.nonzero().flatten()
        self.distances = torch.full([len(images)], float("inf"))
        super().perturb(images, labels)
        return self.closest

    def attack_single_run_targeted(self, x, y, use_rand_start=False):
        found = super().attack_single_run_targeted(x, y, use_rand_start)
        distances = (found - x).abs().flatten(1).amax(1)
        distances[self._get_predicted_label(found) == y] = float("inf")
        closer = distances < self.distances[self.places]
        places = self.places[closer]
        self.distances[places], self.closest[places] = distances[closer], found[closer]
        return found


def pgd(model, steps=40):
    return torchattacks.PGD(model, eps=EPSILON, alpha=0.01, steps=steps, random_start=True)


def apgd(model):
    return torchattacks.APGD(model, eps=EPSILON, steps=STEPS, n_restarts=1, loss="ce")


def apgd_t(model):
    return torchattacks.APGDT(model, eps=EPSILON, steps=STEPS, n_restarts=1, n_classes=10)


def fab(model, kind=torchattacks.FAB, epsilon=EPSILON):
    return kind(model, eps=epsilon, steps=STEPS, n_restarts=1, multi_targeted=True, n_classes=10)


def closest_fab(model):
    return fab(model, ClosestFAB, epsilon=0)


def square(model, queries=5000):
    return torchattacks.Square(model, eps=EPSILON, n_queries=queries, n_restarts=1)


# Those that run one after the other, each on what stood the ones before.
MEMBERS = {
    "pgd": [pgd], "pgd-early-stop": [pgd], "apgd-ce": [apgd], "apgd-t": [apgd_t],
    "fab-t": [fab], "fab-t-closest": [closest_fab], "square": [square],
    "autoattack": [apgd, apgd_t, fab, square]}


def right(model, images, labels):
    with torch.no_grad():
        return torch.cat([model(x).argmax(1) for x in images.split(500)]) == labels


def stand(model, attack, images, labels, batch):
    """Which examples an attack leaves right: those with no wrong image within epsilon."""
    found = torch.cat([attack(x, y) for x, y in zip(images.split(batch), labels.split(batch))])
    inside = (found - images).abs().flatten(1).amax(1) <= EPSILON + 1e-6
    return right(model, images, labels) & (right(model, found, labels) | ~inside)


def survivors(model, attacks, images, labels):
    """How many examples stand all attacks, given with the sizes of their batches."""
    left = torch.arange(len(labels))
    for attack, batch in attacks:
        if len(left):
            left = left[stand(model, attack, images[left], labels[left], batch)]
    return len(left)


folder, name, word = sys.argv[1:]
model = network(name)
images, labels = digits(folder)


@functools.cache
def best_batch(make):
    quick, some = make(model), slice(min(len(labels), 500))
    return fastest(
        [32, 100, 250, 500],
        lambda batch: stand(model, quick, images[some], labels[some], batch))


# With and without gradients.
short = [lambda model: pgd(model, steps=2), lambda model: square(model, queries=10)]
attacks = [(make(model), best_batch(short[make is square])) for make in MEMBERS[word]]
start, used = time.perf_counter(), time.process_time()
robust = survivors(model, attacks, images, labels)
print(json.dumps({
    "attack": word, "model": name, "examples": len(labels), "robust": robust,
    "seconds": time.perf_counter() - start, "processor": time.process_time() - used,
    "batch": [batch for _, batch in attacks]}), flush=True)
