"""Prints what `attacks` has measured.

usage: attack_table.py FILE, a line for each measurement: the program's name, a space, a JSON object.
Times are medians over the rounds; the last two columns say how many times as long torchattacks takes,
on the wall and in time of the processor. The two are the same where nothing else runs."""
import collections
import json
import statistics
import sys

measured = collections.defaultdict(lambda: collections.defaultdict(list))
for line in open(sys.argv[1]):
    program, record = line.split(" ", 1)
    record = json.loads(record)
    examples = record["examples"]
    measured[record["model"], record["attack"]][program].append(record)


def median(records, key):
    return statistics.median(record[key] for record in records)


def robust(records):
    """In percent; of several rounds the lowest."""
    return min(100 * record["robust"] / record["examples"] for record in records)


print(f'{f"{examples:,} images, one thread":32}{"nsl-run":>10}{"robust":>10}{"torchattacks":>15}{"robust":>10}'
      f'{"wall":>10}{"processor":>11}')
for (model, attack), programs in measured.items():
    ours, theirs = programs["nsl-run"], programs["torchattacks"]
    wall, processor = (median(theirs, key) / median(ours, key) for key in ("seconds", "processor"))
    print(f'{f"{model}, {attack}":32}{median(ours, "seconds"):8.2f} s{robust(ours):8.2f} %'
          f'{median(theirs, "seconds"):13.2f} s{robust(theirs):8.2f} %'
          f'{wall:9.2f}x{processor:10.2f}x')
