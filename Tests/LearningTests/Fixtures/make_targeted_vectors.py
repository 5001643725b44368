"""Writes targeted-attacks.json: targeted attacks of torchattacks and Foolbox on a linear classifier.

Run with Python 3.11, torch 2.13, torchattacks 3.5.1 and foolbox 3.3.4:

    python make_targeted_vectors.py > targeted-attacks.json

`linf` comes from torchattacks (FGSM, BIM, PGD without a random start), `l2` and `l1` from Foolbox.
"""

import json
import sys

import foolbox
import torch
import torchattacks

CLASSES, SIZE, COUNT = 5, 20, 12


def numbers(tensor):
    return [float(value) for value in tensor.detach().reshape(-1)]


def main():
    torch.manual_seed(17)
    linear = torch.nn.Linear(SIZE, CLASSES, bias=False)
    with torch.no_grad():
        linear.weight.normal_()
    model = torch.nn.Sequential(torch.nn.Flatten(), linear).eval()
    images = (1.6 * torch.rand(COUNT, 1, 4, 5) - 0.3).clamp(0, 1)
    labels = torch.randint(CLASSES, (COUNT,))
    following = (labels + 1) % CLASSES
    cases = []

    def add(attack, norm, epsilon, step, steps, target, adversarial):
        cases.append({
            "attack": attack, "norm": norm, "epsilon": epsilon, "step_size": step, "steps": steps,
            "target": target, "adversarial": numbers(adversarial),
        })

    def targeted(attack, target):
        if target == "next":
            attack.set_mode_targeted_by_label(quiet=True)
            return attack(images, following)
        attack.set_mode_targeted_least_likely(quiet=True)
        return attack(images, labels)

    for target in ["next", "least-likely"]:
        add("fgsm", "infinity", 0.1, 0.1, 1, target,
            targeted(torchattacks.FGSM(model, eps=0.1), target))
        add("bim", "infinity", 0.2, 0.04, 10, target,
            targeted(torchattacks.BIM(model, eps=0.2, alpha=0.04, steps=10), target))
        add("pgd", "infinity", 0.3, 0.01, 40, target,
            targeted(
                torchattacks.PGD(model, eps=0.3, alpha=0.01, steps=40, random_start=False),
                target))
    bounded = foolbox.PyTorchModel(model, bounds=(0, 1))
    criterion = foolbox.criteria.TargetedMisclassification(following)
    for name, make, epsilon, step in [
        ("l2", foolbox.attacks.L2ProjectedGradientDescentAttack, 1.5, 0.2),
        # Foolbox's projection in L1 leaves the box out; a ball that is never reached needs none.
        ("l1", foolbox.attacks.L1ProjectedGradientDescentAttack, 100.0, 0.5),
    ]:
        attack = make(abs_stepsize=step, steps=10, random_start=False)
        adversarial = attack.run(bounded, images, criterion, epsilon=epsilon)
        add("pgd", name, epsilon, step, 10, "next", adversarial)
    json.dump({
        "classes": CLASSES, "weights": numbers(linear.weight), "images": numbers(images),
        "labels": [int(label) for label in labels], "cases": cases,
    }, sys.stdout)
    print()


main()
