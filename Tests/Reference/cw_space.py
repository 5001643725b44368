"""Why Foolbox's CW finds longer perturbations of digits: pixels that are exactly 0 hardly move."""

import argparse

import foolbox
import foolbox.attacks.carlini_wagner as carlini_wagner
import torch

import tutorial
from experiment import Experiment


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", help="the folder of the experiment: results/agreement")
    parser.add_argument("--data", required=True, help="a folder with the test images of MNIST")
    parser.add_argument("--images", type=int, default=40)
    options = parser.parse_args()
    experiment = Experiment(options.results)
    network = tutorial.Network(tutorial.weights(experiment.weights("base"))).eval()
    images, labels = tutorial.digits(options.data, options.images)
    images, labels = torch.as_tensor(images), torch.as_tensor(labels).long()
    model = foolbox.PyTorchModel(network, bounds=(0, 1))
    print("| factor | median l2 | largest change of a pixel that is 0 | share of such pixels in the "
          "squared distance |\n|---|---|---|---|")
    # Images are multiplied by it before the inverse of tanh is taken, which has no value at 1.
    for factor in (0.999999, 0.98):
        carlini_wagner._to_attack_space = lambda x, *, bounds: (
            (x - sum(bounds) / 2) / (bounds[1] - bounds[0]) * 2 * factor).arctanh()
        attack = foolbox.attacks.L2CarliniWagnerAttack(
            binary_search_steps=9, steps=200, stepsize=0.01, initial_const=1e-3, abort_early=True)
        change = attack.run(model, images, foolbox.criteria.Misclassification(labels)) - images
        black = change * (images == 0)
        print(f"| {factor} | {change.flatten(1).norm(dim=1).median():.3f} | {black.abs().max():.4f} "
              f"| {(black ** 2).sum() / (change ** 2).sum():.5f} |")


main()
