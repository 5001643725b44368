#!/usr/bin/env python3
"""Writes functions.json beside it: arguments and values of Sources/CFunctions's double functions, from mpmath.

Each is a list of bit patterns, the value last, which is rounded to the nearest number.
"""
import json
import math
import pathlib
import random
import struct

from mpmath import cos, erfc, exp, expm1, log, log1p, mp, mpf, nint, pi, power, sin

mp.prec = 3000
draw = random.Random(20)
INFINITY, NAN = math.inf, math.nan
SPECIAL = [0.0, -0.0, INFINITY, -INFINITY, NAN, 5e-324, -5e-324, 2.0**-1022, 1e-300, -1e-300, 1e-17,
           -1e-17, 1.0, -1.0, 1.7976931348623157e308, -1.7976931348623157e308]


def bits(x):
    return f"{struct.unpack('>Q', struct.pack('>d', x))[0]:016x}"


def nearest(x):
    """The double next to x, also below the normal numbers."""
    if abs(x) < mpf(2)**-1022:
        return math.copysign(math.ldexp(int(nint(abs(x) * mpf(2)**1074)), -1074), x)
    return INFINITY * (1 if x > 0 else -1) if abs(x) >= mpf(2)**1024 - mpf(2)**970 else float(x)


def neighbors(x):
    return [math.nextafter(x, -INFINITY), x, math.nextafter(x, INFINITY)]


def signed(low, high):
    return draw.choice([-1, 1]) * 2.0**draw.uniform(low, high)


def vectors(function, arguments, values):
    """values: what is defined and no limit that mpmath knows, as a dictionary of arguments."""
    rows = []
    for x in arguments:
        key = x if isinstance(x, tuple) else (x,)
        if repr(key) in values:
            value = values[repr(key)]
        else:
            value = nearest(function(*[mpf(a) for a in key]))
        rows.append([bits(a) for a in key] + [bits(value)])
    return rows


def known(*pairs):
    """Values by what the argument looks like: -0.0 is not 0.0, and NaN equals itself."""
    return {repr(x if isinstance(x, tuple) else (x,)): float(y) for x, y in pairs}


def table_edges(spacing, count):
    """Between two entries of a table of exponentials."""
    return [y for _ in range(count)
            for y in neighbors(float((draw.randrange(-9000, 9000) + 0.5) * spacing))]


def powers():
    xs = [0.0, -0.0, 1.0, -1.0, INFINITY, -INFINITY, NAN, 2.0, -2.0, 0.5, -0.5]
    ys = [0.0, -0.0, 1.0, -1.0, 2.0, 3.0, -3.0, 0.5, -0.5, INFINITY, -INFINITY, NAN, 2.0**53, 1e300]
    # Python's own follows C here.
    special = {repr((x, y)): c_power(x, y) for x in xs for y in ys}
    ordinary = (
        [(draw.uniform(0, 2), draw.uniform(-500, 500)) for _ in range(40)]
        + [(draw.uniform(0.999, 1.001), draw.uniform(-5e5, 5e5)) for _ in range(40)]
        + [(10.0, float(n)) for n in range(-325, 309, 12)]
        + [(float(n), float(k)) for n in (3, 5, -3, 15) for k in (-7, 2, 9, 13, 33)]
        + [(0.999, float(n)) for n in (1, 2, 1000, 60000)] + [(0.96, 0.01), (5e-324, 0.25)]
        + [(2.0, -1074.0), (2.0, -1074.5), (2.0, -1075.5), (2.0, 1023.5), (2.0, 1024.0)]
        + [(math.nextafter(1, 2), 2.0**60), (math.nextafter(1, 0), 2.0**60)])
    return vectors(power, [(x, y) for x in xs for y in ys] + ordinary, special)


def c_power(x, y):
    try:
        value = math.pow(x, y)
    except ValueError:
        odd = y == math.floor(y) and abs(y) < 2**53 and y % 2 == 1
        return math.copysign(INFINITY, x if odd else 1) if x == 0 else NAN
    except OverflowError:
        return -INFINITY if x < 0 and y % 2 == 1 else INFINITY
    return value


def main():
    same = [(x, x) for x in (0.0, -0.0, NAN)]
    wide = [signed(-60, 9) for _ in range(60)]
    small = [signed(-70, 0) for _ in range(60)]
    step = log(2) / 64
    positive = [2.0**draw.uniform(-1074, 1024) for _ in range(60)]
    around_one = [1 + signed(-52, -1.1) for _ in range(60)]
    log_edges = [y for i in range(128) if i % 4 == 0 or 118 < i
                 for y in neighbors((1 + i / 128) * 2.0**draw.randrange(-2, 2))]
    logarithms = [x for x in SPECIAL if not x < 0] + positive + around_one + log_edges
    logarithm_limits = known((0.0, -INFINITY), (-0.0, -INFINITY), (INFINITY, INFINITY), (NAN, NAN))
    turns = [y for _ in range(25)
             for y in neighbors(float(pi / 4 * draw.randrange(1, 10**draw.randrange(1, 7))))]
    # The double nearest to a multiple of pi/2 (Muller 2016, section 11.3).
    turns += [math.ldexp(6381956970095103, 797), math.ldexp(6411027962775774, -48)]
    angles = SPECIAL + wide + turns + [signed(9, 1023) for _ in range(60)]
    waves = known((INFINITY, NAN), (-INFINITY, NAN), (NAN, NAN))
    tails = [draw.uniform(-6, 27) for _ in range(120)] + neighbors(0.5) + neighbors(-0.5)
    all_vectors = {
        "exp": vectors(
            exp, [x for x in SPECIAL if abs(x) != 1.7976931348623157e308] + wide + table_edges(step, 30)
            + neighbors(709.782712893384) + neighbors(-708.3964185322641)
            + neighbors(-745.1332191019411) + [draw.uniform(-745, -708) for _ in range(20)] + [1e4, -1e4],
            known((INFINITY, INFINITY), (-INFINITY, 0), (NAN, NAN))),
        "expm1": vectors(
            expm1, [x for x in SPECIAL if x < 1e308] + small + wide + table_edges(step / 9, 20)
            + neighbors(2.0**-6) + neighbors(-(2.0**-6)) + neighbors(709.782712893384) + [700.5],
            known((-INFINITY, -1), (-1.7976931348623157e308, -1), *same)),
        "log": vectors(log, logarithms, logarithm_limits) + [[bits(-1.0), bits(NAN)]],
        "log10": vectors(
            lambda x: log(x) / log(10),
            logarithms + [float(f"1e{n}") for n in range(-300, 309, 19)] + neighbors(1e3),
            logarithm_limits) + [[bits(-INFINITY), bits(NAN)]],
        "log1p": vectors(
            log1p, [x for x in SPECIAL if x > -1] + positive + small
            + [x for x in map(lambda x: x - 1, log_edges[::3]) if x > -1]
            + [-math.nextafter(1, 0)], known((INFINITY, INFINITY), *same))
        + [[bits(-1.0), bits(-INFINITY)], [bits(-1.5), bits(NAN)], [bits(NAN), bits(NAN)]],
        "pow": powers(),
        "sin": vectors(sin, angles, waves | known(*same)),
        "cos": vectors(cos, angles, waves),
        "erfc": vectors(
            erfc, [x for x in SPECIAL if abs(x) < 1e308] + tails, known((NAN, NAN)))
        + [[bits(INFINITY), bits(0.0)], [bits(-INFINITY), bits(2.0)], [bits(30.0), bits(0.0)]],
    }
    path = pathlib.Path(__file__).with_name("functions.json")
    lines = [f'"{name}": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]"
             for name, rows in all_vectors.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print({name: len(rows) for name, rows in all_vectors.items()})


main()
