"""Prints the ratios of what `run` has measured.

usage: table.py FILE, a line for each measurement: the peer's name, a space, a JSON object. A cell is
the median over the rounds; beside it in brackets how many times ours that is, on the wall and in time
of the processor. The two are the same where nothing else runs."""
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
    times[record["name"]][peer].append((record["seconds"], record["processor"]))


def median(values):
    return statistics.median(seconds for seconds, _ in values)


def processor(values):
    return statistics.median(seconds for _, seconds in values)


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
            ratio = median(theirs) / median(ours)
            of_processor = processor(theirs) / processor(ours)
            cell = f"{amount(median(theirs))} ({ratio:.2f}x, {of_processor:.2f}x)"
        row += f"{cell:>{width}}"
    print(row)
