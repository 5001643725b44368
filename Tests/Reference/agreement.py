"""Compares the attacks of nsl-run with those of Foolbox, torchattacks and AutoAttack.

Reads what nsl-run measured with agreement.yaml, runs the same attacks on the same weights and images,
and prints a table. Ends with status 1 if a row is beyond the limits of README.md.
"""

import argparse
import dataclasses
import json
import sys

import torch

from experiment import Experiment
import table
import tutorial

def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("results", help="the folder of the experiment: results/agreement")
    parser.add_argument("--data", required=True, help="a folder with the test images of MNIST")
    parser.add_argument(
        "--auto-attack", help="AutoAttack's code; without it apgd in l1 and apgd-t in l2 are left out")
    parser.add_argument("--attacks", help="labels, with commas; a label's beginning and * for several")
    parser.add_argument("--models", help="names, with commas")
    parser.add_argument("--libraries", help="of foolbox, torchattacks and autoattack, with commas")
    parser.add_argument("--images", type=int, help="the first images only")
    parser.add_argument("--json", help="a file for the rows as JSON")
    options = parser.parse_args()
    if options.auto_attack:
        sys.path.insert(0, options.auto_attack)
    torch.set_num_threads(1)
    # Libraries are loaded after the path is known.
    from comparison import Comparison

    experiment = Experiment(options.results)
    evaluations = [
        evaluation for evaluation in experiment.evaluations()
        if _matches(evaluation.label, options.attacks)
        and _matches(evaluation.model, options.models)]
    if not evaluations:
        sys.exit("no attack has such a label")
    count = max(len(evaluation.outcomes) for evaluation in evaluations)
    images, labels = tutorial.digits(options.data, count)
    libraries = options.libraries and options.libraries.split(",")
    comparisons = {
        model: Comparison(
            tutorial.weights(experiment.weights(model)), images, labels, bool(options.auto_attack),
            libraries)
        for model in experiment.models}
    rows = []
    table.print_head()
    for evaluation in evaluations:
        for row in comparisons[evaluation.model].rows(evaluation, options.images):
            rows.append(row)
            table.print_row(row)
            if options.json:
                with open(options.json, "w") as file:
                    json.dump([dataclasses.asdict(row) for row in rows], file, indent=1)
                    file.write("\n")
    bad = [row for row in rows if row.verdict not in ("ok", "stronger")]
    print(f"\n{len(rows)} rows, {len(bad)} beyond the limits")
    sys.exit(1 if bad else 0)


def _matches(name, patterns):
    return patterns is None or any(
        name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
        for pattern in patterns.split(","))


main()
