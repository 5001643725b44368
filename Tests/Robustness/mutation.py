"""Random changes of documents; not a harness."""
import copy
import json
import struct

NUMBERS = [0, 1, -1, 2, 31, 32, 33, -5, 10**9, 2**31, -2**31, 2**53, 2**63 - 1, -2**63, 2**64, 10**30,
           0.5, -0.5, 1e-300, 1e300, -1e300, 3.4e38, 1e39]
TEXTS = ["", "nan", "inf", "-inf", "..", "../../../../victim/v.txt", "/dev/zero", "a" * 5000, "\u202e\x1b[2J",
         "\x00", "0" * 64, "-1", "stage.json", "{}"]


def mutated(random, name, content):
    """Bytes like `content`, but for something."""
    if random.random() < 0.25:
        return raw(random, content)
    if name.endswith(".json"):
        try:
            return json.dumps(document(random, json.loads(content))).encode()
        except ValueError:
            return raw(random, content)
    if name.endswith(".safetensors"):
        return safetensors(random, content)
    if name.endswith(".csv"):
        return table(random, content)
    return raw(random, content)


def raw(random, content):
    content = bytearray(content)
    how = random.choice(["flip", "cut", "add", "empty", "repeat"])
    if how == "flip" and content:
        for _ in range(random.randint(1, 4)):
            content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    elif how == "cut":
        del content[random.randrange(len(content) + 1):]
    elif how == "add":
        place = random.randrange(len(content) + 1)
        content[place:place] = random.randbytes(random.randint(1, 20))
    elif how == "empty":
        content = bytearray()
    else:
        content += content[:1000]
    return bytes(content)


def value(random):
    return random.choice([
        lambda: random.choice(NUMBERS), lambda: random.choice(TEXTS), lambda: None, lambda: [],
        lambda: {}, lambda: random.random() < 0.5, lambda: [random.choice(NUMBERS)] * random.randint(1, 40),
    ])()


def places(tree, path=()):
    yield path
    if isinstance(tree, dict):
        for key in tree:
            yield from places(tree[key], path + (key,))
    elif isinstance(tree, list):
        for index in range(len(tree)):
            yield from places(tree[index], path + (index,))


def document(random, tree, times=None):
    """A JSON value like `tree`, but for one to three things in it."""
    tree = copy.deepcopy(tree)
    for _ in range(times or random.choice([1, 1, 1, 2, 3])):
        path = random.choice(list(places(tree)))
        if not path:
            if random.random() < 0.1:
                return value(random)
            continue
        parent = tree
        for step in path[:-1]:
            parent = parent[step]
        old, step = parent[path[-1]], path[-1]
        how = random.random()
        if isinstance(old, (int, float)) and not isinstance(old, bool) and how < 0.7:
            parent[step] = random.choice([random.choice(NUMBERS), -old, old + 1, old - 1, old * 1000])
        elif isinstance(old, bool) and how < 0.7:
            parent[step] = not old
        elif isinstance(old, str) and how < 0.5:
            parent[step] = random.choice(TEXTS)
        elif isinstance(old, list) and how < 0.6:
            parent[step] = random.choice([old[:-1], old + old, old[::-1], [], old + [value(random)]])
        elif how < 0.15:
            del parent[step]
        else:
            parent[step] = value(random)
    return tree


def safetensors(random, content):
    try:
        length = struct.unpack("<Q", content[:8])[0]
        header = json.loads(content[8:8 + length])
    except (struct.error, ValueError):
        return raw(random, content)
    data = content[8 + length:]
    how = random.random()
    if how < 0.2:
        return struct.pack("<Q", random.choice([0, 1, length + 1, 2**31, 2**63, 2**64 - 1])) + content[8:]
    if how < 0.5 and "__metadata__" in header:
        metadata = header["__metadata__"]
        if random.random() < 0.7:
            metadata["architecture"] = json.dumps(document(random, json.loads(metadata["architecture"])))
        else:
            metadata[random.choice(sorted(metadata))] = random.choice(TEXTS)
    else:
        header = document(random, header)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def table(random, content):
    lines = content.decode(errors="replace").split("\n")
    row = random.randrange(len(lines))
    cells = lines[row].split(",")
    cells[random.randrange(len(cells))] = str(random.choice(NUMBERS + TEXTS + ['"', '"x""']))
    lines[row] = ",".join(cells)
    return "\n".join(lines).encode(errors="replace")
