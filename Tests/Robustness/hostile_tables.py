"""Gives tables that somebody has damaged, or made on purpose, to `show` and `diff`.

Each ends within ten seconds, and nothing that a terminal would obey is printed.
"""
import unicodedata

HEADER = (
    "run,lr,seed,dataset,model,attack,source,norm,epsilon,examples,correct,accuracy,"
    "accuracy_low,accuracy_high,loss,mean_linf,mean_l2,status")
ROWS = [
    "000-aaaaaaaa,0.1,1,mnist,base,clean,,,0,100,98,0.98,0.93,0.9945,0.0625,0,0,ok",
    "000-aaaaaaaa,0.1,1,mnist,base,fgsm,self,l2,0.2,100,47,0.47,0.38,0.57,1.5,0.2,3.5,ok",
    "001-bbbbbbbb,0.2,1,mnist,base,clean,,,0,,,,,,,,,crashed",
]
PIECES = [
    "\x1b[2J", "\x07", "\r", "\0", "\x9b31m", "\u202e", "\u2028", "\u200d", '"', '""', ",", "\n",
    "|", "`", "<b>", "nan", "inf", "-1", "1e400", "9223372036854775808", "-9223372036854775808",
    "1e18", "0x10", "", " ", "\ufeff", "é" * 50, "x" * 5000, "\U0001f469\u200d\U0001f467",
]


# Of cells that may be anything.
TEXTS = [0, 1, 3, 4, 5, 6, 7]


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def hostile(random):
    """A table that can be read, with texts that are not nice."""
    lines = [line.split(",") for line in [HEADER, *ROWS]]
    for _ in range(random.randint(1, 4)):
        place = random.choice(TEXTS)
        piece = random.choice(PIECES)
        for line in random.choice([lines[1:], lines[1:], lines[1:2]]):
            line[place] = quoted(random.choice([piece, f"a{piece}b"]))
    if random.random() < 0.3:
        lines[0][1] = quoted(random.choice(PIECES) + "lr")
    return "\n".join(",".join(line) for line in lines).encode()


def mutated(random):
    """A table with some of its bytes, cells, rows and columns changed."""
    lines = [line.split(",") for line in [HEADER, *ROWS * random.randint(1, 3)]]
    for _ in range(random.randint(1, 6)):
        row = random.choice(lines)
        place = random.randrange(len(row)) if row else 0
        action = random.randrange(6)
        if action == 0 and row:
            row[place] = random.choice(PIECES)
        elif action == 1 and row:
            row[place] += random.choice(PIECES)
        elif action == 2 and row:
            row[place] = quoted(random.choice(PIECES) + row[place])
        elif action == 3:
            row.insert(place, random.choice(PIECES))
        elif action == 4 and row:
            del row[place]
        else:
            lines.insert(random.randrange(len(lines)), list(row))
    data = bytearray("\n".join(",".join(row) for row in lines).encode())
    for _ in range(random.choice([0, 0, 0, 3])):
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data)


def raw_controls(text):
    """What a terminal would obey, in an output that should have none."""
    return {
        hex(ord(c)) for c in text
        if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")}


def run(context):
    good, bad = context.folder / "good.csv", context.folder / "bad.csv"
    good.write_text("\n".join([HEADER, *ROWS]))
    for number in context.rounds():
        # A round is many tables: each takes milliseconds.
        for _ in range(20):
            bad.write_bytes(context.random.choice([hostile, mutated])(context.random))
            command = context.random.choice(
                [["show", bad], ["diff", good, bad], ["diff", bad, bad],
                 ["diff", bad, good, "--format", "markdown"],
                 ["diff", good, bad, "--format", "json"],
                 ["diff", bad, good, "--format", "github"],
                 ["diff", good, bad, "--format", "junit", "--fail-on", "regressed"]])
            ending = context.run_program(*command, folder=context.folder, seconds=10)
            table = f"{command[0]} of {bad.read_bytes()[:400]}"
            context.expect(ending, {0, 1, 2, 3, 4}, table)
            controls = raw_controls(ending.output + ending.error)
            if controls:
                context.fail(f"{controls} printed by {table}")
            context.figures[f"{command[0]}: status {ending.status}"] += 1
