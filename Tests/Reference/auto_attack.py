"""AutoAttack standard of torchattacks on weights that nsl-run trained.

The class AutoAttack of torchattacks takes 10 steps where the published ensemble takes 100: its members
run one by one, in the published order, each on the images that the ones before have left. torchattacks
has no Auto-PGD in l1; `--auto-attack` runs AutoAttack's own code instead, in any norm.

Prints the accuracy after each member and the seconds that it took.
"""

import argparse
import json
import sys
import time

import torch
import torchattacks

import tutorial

NORMS = {"linf": "Linf", "l2": "L2", "l1": "L1"}


def members(network, norm, epsilon):
    """The members of torchattacks, by name."""
    shared = {"norm": NORMS[norm], "eps": epsilon, "seed": 0, "n_restarts": 1}
    return {
        "apgd-ce": torchattacks.APGD(network, steps=100, loss="ce", **shared),
        "apgd-t": torchattacks.APGDT(network, steps=100, n_classes=10, **shared),
        "fab-t": torchattacks.FAB(network, steps=100, multi_targeted=True, n_classes=10, **shared),
        "square": torchattacks.Square(network, n_queries=5000, **shared)}


def original_members(network, norm, epsilon):
    """The members of AutoAttack's own code, by name."""
    from autoattack import AutoAttack

    whole = AutoAttack(
        network, norm=NORMS[norm], eps=epsilon, version="standard", device="cpu", verbose=False)

    def member(name):
        def run(images, labels):
            whole.attacks_to_run = [name]
            return whole.run_standard_evaluation(images, labels, bs=len(images))

        return run

    return {name: member(name) for name in ("apgd-ce", "apgd-t", "fab-t", "square")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("weights", nargs="+", help="files model.safetensors")
    parser.add_argument("--data", required=True, help="a folder with the test images of MNIST")
    parser.add_argument("--norm", choices=NORMS, default="linf")
    parser.add_argument("--epsilon", type=float, default=0.2)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=250)
    parser.add_argument("--auto-attack", help="AutoAttack's code, to run it instead of torchattacks")
    parser.add_argument("--json", help="a file for the outcomes as JSON: `right` has a digit an image")
    options = parser.parse_args()
    if options.norm == "l1" and not options.auto_attack:
        parser.error("torchattacks has no Auto-PGD in l1: name AutoAttack's code with --auto-attack")
    if options.auto_attack:
        sys.path.insert(0, options.auto_attack)
    torch.set_num_threads(1)
    images, labels = tutorial.digits(options.data, options.images)
    document = []
    for path in options.weights:
        network = tutorial.Network(tutorial.weights(path))
        kind = original_members if options.auto_attack else members
        left = tutorial.right(network, images, labels)
        total = 0.0
        print(f"{path}: {options.norm} {options.epsilon:g}, {len(images)} images")
        report("clean", left, 0.0, document, path, options)
        for name, attack in kind(network, options.norm, options.epsilon).items():
            start = time.perf_counter()
            for places in _batches(left, options.batch):
                found = attack(images[places], labels[places])
                left[places] = tutorial.right(network, found, labels[places])
            seconds = time.perf_counter() - start
            total += seconds
            report(name, left, seconds, document, path, options)
        print(f"  {'all':8} {'':8} {total:8.1f} s", flush=True)


def _batches(left, size):
    places = left.nonzero().flatten()
    return places.split(size) if len(places) else []


def report(name, left, seconds, document, path, options):
    print(f"  {name:8} {100 * left.double().mean():6.2f} % {seconds:8.1f} s", flush=True)
    document.append({
        "weights": path, "norm": options.norm, "epsilon": options.epsilon, "member": name,
        "right": "".join("1" if good else "0" for good in left), "seconds": round(seconds, 2)})
    if options.json:
        with open(options.json, "w") as file:
            json.dump(document, file, indent=1)
            file.write("\n")


main()
