"""Prints the ratios of what `run` has measured.

usage: table.py FILE, a line for each measurement: the peer's name, a space, a JSON object. A cell is
the median over the rounds; beside it in brackets how many times ours that is, by the medians and by
the fastest rounds."""
import collections
import json
import statistics
import sys

peers = ["TensorFlow", "PyTorch", "PyTorch, shared backward"]
times = collections.defaultdict(lambda: collections.defaultdict(list))
for line in open(sys.argv[1]):
    peer, record = line.split(" ", 1)
    record = json.loads(record)
    if "variant" in record:
        peer += ", " + record["variant"]
    times[record["name"]][peer].append((record["seconds"], record["best"]))


def median(values):
    return statistics.median(seconds for seconds, _ in values)


def best(values):
    return min(seconds for _, seconds in values)


def amount(seconds):
    return f"{seconds * 1e3:.2f} ms" if seconds < 0.1 else f"{seconds:.2f} s"


width = 30
print(f'{"batch 32, one thread":26}{"nsl-run":>11}' + "".join(f"{peer:>{width}}" for peer in peers))
for name, measured in times.items():
    ours = measured["nsl-run"]
    row = f"{name:26}{amount(median(ours)):>11}"
    for peer in peers:
        cell = ""
        if theirs := measured.get(peer):
            ratio, of_best = median(theirs) / median(ours), best(theirs) / best(ours)
            cell = f"{amount(median(theirs))} ({ratio:.2f}x, {of_best:.2f}x)"
        row += f"{cell:>{width}}"
    print(row)
