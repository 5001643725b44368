#!/usr/bin/env python3
"""The tables and polynomials of Sources/CFunctions, from mpmath.

`coefficients.py tables` writes Sources/CFunctions/tables.h; without an argument the polynomials are
printed as they stand in the C files, with their relative errors. A polynomial interpolates in
Chebyshev's points, which is within a small factor of the best there is.
"""
import pathlib
import sys

from mpmath import (
    atanh, cos, erf, erfc, exp, expm1, fabs, floor, frexp, linspace, log, mp, mpf, pi, polyval,
    sin, sqrt, lu_solve, matrix)

mp.prec = 400
LN2 = log(2)


def double(x):
    return float(x)


def bits(x, count):
    """x rounded down to so many bits."""
    mantissa, exponent = frexp(x)
    return floor(mantissa * mpf(2)**count) * mpf(2)**(exponent - count)


def parts(x, *widths):
    """x as a sum of doubles, all but the last of so many bits."""
    result = []
    for width in widths:
        part = bits(x, width)
        result.append(part)
        x -= part
    return result + [x]


def show(name, values):
    print(f"{name}: " + ", ".join(double(v).hex() for v in values))


def polynomial(name, f, low, high, degree, pairs=0):
    """Coefficients from the constant on, rounded, the first ones in two parts; what they leave is
    printed beside them."""
    low, high = mpf(low), mpf(high)
    points = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * k + 1) / (2 * degree + 2))
              for k in range(degree + 1)]
    system = matrix([[x**k for k in range(degree + 1)] for x in points])
    found = list(lu_solve(system, matrix([f(x) for x in points])))
    rows = [parts(c, 53)[:2] if k < pairs else [mpf(double(c))] for k, c in enumerate(found)]
    worst = max(fabs(polyval([sum(row) for row in rows][::-1], x) / f(x) - 1)
                for x in linspace(low, high, 999))
    print(f"// {name}: relative error {double(log(worst, 2)):.1f} bits")
    for row in rows:
        text = ", ".join(double(c).hex() for c in row)
        print(f"  {{{text}}}," if len(row) == 2 else f"  {text},")


def mills(z):
    """(1 - Phi(z)) / phi(z)."""
    return sqrt(pi / 2) * exp(z * z / 2) * erfc(z / sqrt(2))


def tables():
    lines = [
        "// Written by Tests/Functions/coefficients.py.", "#ifndef NSL_CFUNCTIONS_TABLES_H",
        "#define NSL_CFUNCTIONS_TABLES_H", "", "#include <stdint.h>", "",
        "// 2^(j/64): the nearest double, and what it leaves.",
        "static const double nsl_powers[64][2] = {"]
    for j in range(64):
        high = mpf(double(mpf(2)**(mpf(j) / 64)))
        low = mpf(2)**(mpf(j) / 64) - high
        lines.append(f"  {{{double(high).hex()}, {double(low).hex()}}},")
    lines += [
        "};", "",
        "// 1/c and log(c) in two parts, for the 128 intervals of 0.703125..<1.40625 that have the",
        "// same seven bits; c is near the middle, and 1 on both sides of 1.",
        "static const double nsl_logarithms[128][3] = {"]
    for i in range(128):
        # The interval's first number: bits 0x3fe6800000000000 + (i << 45).
        place = 52 + i
        low = mpf(1 + mpf(place % 128) / 128) / (2 if place < 128 else 1)
        high = low + mpf(1) / (256 if place < 128 else 128)
        inverse = mpf(1) if place in (127, 128) else floor(1024 / ((low + high) / 2) + 0.5) / 1024
        value = -log(inverse)
        first = mpf(double(value))
        lines.append(
            f"  {{{double(inverse).hex()}, {double(first).hex()}, {double(value - first).hex()}}},")
    lines += ["};", "", "// The bits of 2/pi behind the point.",
              "static const uint64_t nsl_two_over_pi[22] = {"]
    x = 2 / pi
    mp.prec = 1600
    x = 2 / mp.pi
    for _ in range(11):
        row = []
        for _ in range(2):
            x *= mpf(2)**64
            word = int(floor(x))
            x -= word
            row.append(f"0x{word:016x}")
        lines.append("  " + ", ".join(row) + ",")
    mp.prec = 400
    lines += ["};", "", "#endif", ""]
    path = pathlib.Path(__file__).parents[2] / "Sources/CFunctions/tables.h"
    path.write_text("\n".join(lines))


def polynomials():
    show("64/ln 2; ln 2 / 64", [64 / LN2] + parts(LN2 / 64, 32, 32))
    show("ln 2", parts(LN2, 42))
    show("1/ln 10", parts(1 / log(10), 53))
    show("2/pi; pi/2", [2 / pi] + parts(pi / 2, 33, 33))
    show("pi/2 in two", parts(pi / 2, 53))
    half = LN2 / 2 * mpf("1.0001")
    quarter = (pi / 4 * mpf("1.0001"))**2
    polynomial("(exp r - 1)/r", lambda r: expm1(r) / r if r else mpf(1), -half, half, 7)
    reach = ((sqrt(2) - 1) / (sqrt(2) + 1))**2 * mpf("1.001")

    def two_atanh(z):
        return 2 * atanh(sqrt(z)) / sqrt(z) if z else mpf(2)
    polynomial("2 atanh(s)/s of s^2, of a logarithm", two_atanh, 0, reach, 5)
    polynomial("2 atanh(s)/s of s^2, of log(1 + e), e in 0...1", two_atanh, 0, mpf(1) / 9, 7)
    polynomial("sin(r)/r of r^2", lambda z: sin(sqrt(z)) / sqrt(z) if z else mpf(1), 0, quarter, 5)
    polynomial("cos(r) of r^2", lambda z: cos(sqrt(z)), 0, quarter, 6)
    # The normal distribution's tail: t = (z - 3)/(z + 3), z from 0 to 15.
    polynomial("(z + 3) mills(z) of t",
               lambda t: (3 * (1 + t) / (1 - t) + 3) * mills(3 * (1 + t) / (1 - t)),
               -1, mpf(12) / 18, 13)
    # Double precision.
    polynomial("(sin(r) - r)/r^3 of r^2",
               lambda z: (sin(sqrt(z)) - sqrt(z)) / sqrt(z)**3 if z else -mpf(1) / 6, 0, quarter, 6)
    polynomial("(cos(r) - 1 + r^2/2)/r^4 of r^2",
               lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2 if z else mpf(1) / 24, 0, quarter, 6)
    polynomial("erf(x)/x of x^2, x to 1/2",
               lambda z: erf(sqrt(z)) / sqrt(z) if z else 2 / sqrt(pi), 0, mpf(1) / 4, 10, 1)
    polynomial("(x + 2) exp(x^2) erfc(x) of t = (x - 2)/(x + 2)",
               lambda t: (2 * (1 + t) / (1 - t) + 2) * exp((2 * (1 + t) / (1 - t))**2)
               * erfc(2 * (1 + t) / (1 - t)), mpf(-3) / 5, mpf(26) / 30, 26, 7)


if __name__ == "__main__":
    tables() if sys.argv[1:] == ["tables"] else polynomials()
