"""Distances from points to a hyperplane inside a box, found by the solvers of scipy 1.17.

usage: make_plane_projections.py > plane-projections.json

The plane is where the product with `normal` is larger by `gap` than at `point`. `length` is the smallest
norm of a way there that does not leave the box: by linear programming in linf and l1, by sequential
quadratic programming in l2. It is null where the plane does not meet the box.
"""

import json
import sys

import numpy as np
from scipy.optimize import linprog, minimize

random = np.random.default_rng(5)


def shortest(norm, point, normal, gap, low, high):
    count = len(point)
    bounds = list(zip(low - point, high - point))
    if norm == "l2":
        # Starts at a feasible way, in proportion to the room that there is.
        rooms = np.where((normal > 0) == (gap > 0), high - point, low - point) * (normal != 0)
        start = rooms * gap / (rooms @ normal)
        found = minimize(
            lambda way: way @ way, start, jac=lambda way: 2 * way, method="SLSQP", bounds=bounds,
            constraints={"type": "eq", "fun": lambda way: way @ normal - gap,
                         "jac": lambda way: normal},
            options={"ftol": 1e-14, "maxiter": 1000})
        assert found.success, found
        return float(np.sqrt(found.fun))
    # Ways, then what bounds their magnitudes: one number in linf, one for each element in l1.
    bound = np.ones((count, 1)) if norm == "infinity" else np.eye(count)
    extra = bound.shape[1]
    found = linprog(
        np.r_[np.zeros(count), np.ones(extra)],
        A_ub=np.block([[np.eye(count), -bound], [-np.eye(count), -bound]]),
        b_ub=np.zeros(2 * count), A_eq=np.r_[normal, np.zeros(extra)][None], b_eq=[gap],
        bounds=bounds + [(0, None)] * extra)
    assert found.success, found
    return float(found.fun)


def draw(number, low, high):
    """Many elements at the box's ends, equal weights, and some that are 0."""
    count = int(random.integers(1, 9))
    point = np.clip(random.uniform(low - 0.5, high + 0.5, count), low, high)
    normal = random.normal(size=count)
    if number % 4 == 1:
        normal = np.sign(normal)
    if number % 5 == 2:
        normal[random.integers(count)] = 0
    return point.astype(np.float32).astype(float), normal.astype(np.float32).astype(float)


def main():
    cases = []
    for norm in ("infinity", "l2", "l1"):
        for number in range(30):
            low, high = (0.0, 1.0) if number % 3 else (-0.5, 2.0)
            sign = 1 if random.random() < 0.5 else -1
            most = 0
            while most < 0.1:
                point, normal = draw(number, low, high)
                rooms = np.where(normal * sign > 0, high - point, point - low)
                most = (rooms * np.abs(normal)).sum()
            # The last ones ask for more than there is.
            reachable = number < 26
            gap = sign * most * random.uniform(*(0.05, 0.98) if reachable else (1.1, 2))
            cases.append({
                "norm": norm, "low": low, "high": high, "point": point.tolist(),
                "normal": normal.tolist(), "gap": float(gap),
                "length": shortest(norm, point, normal, gap, low, high) if reachable else None,
            })
    json.dump({"cases": cases}, sys.stdout)
    print()


main()
