"""Writes statistics.json beside it: python3 make_statistics.py

SciPy 1.17.1, statsmodels 0.15.0; mpmath 1.3.0 with 30 digits where they lose digits (far tails).
"""

import itertools
import json
import math
import pathlib

import mpmath as mp
import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import cochrans_q, mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

mp.mp.dps = 30
random = np.random.default_rng(20240611)
DEGREES = [1, 2, 3, 4, 5, 7, 9, 10, 29, 30, 99, 100, 999, 10_000, 1_000_000]


def t_survival(t, df):
    """P(T > t) of t >= 0."""
    t, df = mp.mpf(t), mp.mpf(df)
    return float(mp.betainc(df / 2, mp.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2)


def nct_survival(t, df, delta):
    """P(T > t): the mean of Q(t s - delta) over s = chi / sqrt(df), by quadrature in ln s."""
    t, df, delta = mp.mpf(t), mp.mpf(df), mp.mpf(delta)
    constant = mp.log(2) + df / 2 * mp.log(df / 2) - mp.loggamma(df / 2)

    def integrand(y):
        s = mp.exp(y)
        return mp.exp(constant + df * y - df * s * s / 2) * mp.erfc((t * s - delta) / mp.sqrt(2)) / 2

    # Pieces around the peak, narrower than any change of the integrand, and wider ones beyond.
    peak = max((mp.mpf(k) / 10 for k in range(-400, 30)), key=integrand)
    highest = integrand(peak)
    width = 1 / mp.sqrt(1 + df + delta**2 + (t * mp.exp(peak))**2)
    distances, step = [mp.mpf(0)], 1.5 * width
    while distances[-1] < 80:
        distances.append(distances[-1] + step)
        step = min(1.2 * step, 1.5) if len(distances) > 12 else step
    value = 0
    for direction in [-1, 1]:
        for near, far in itertools.pairwise(distances):
            piece = mp.quad(
                lambda d: integrand(peak + direction * d) / highest, [near, far],
                method="gauss-legendre", maxdegree=4)
            value += piece
            if piece < 1e-22 * value:
                break
    return value * highest


def close(value, reference, tolerance=1e-10):
    assert abs(value - reference) <= tolerance * abs(reference), (value, reference)
    return value


vectors = {}

vectors["normal"] = [
    {"x": x, "cumulative": float(mp.ncdf(x)), "log": float(stats.norm.logcdf(x))}
    for x in [-200, -37.5, -30.5, -29.5, -20, -8, -3, -1.96, -1, -1e-3, 0, 1e-9, 0.5, 1, 3, 8]
]
vectors["normalQuantile"] = [
    {"p": p, "x": float(stats.norm.ppf(p))}
    for p in [1e-300, 1e-100, 1e-20, 1e-6, 0.001, 0.025, 0.0749, 0.0751, 0.3, 0.5, 0.7, 0.9, 0.975,
              0.999, 1 - 1e-9]
]

vectors["studentT"] = [
    {"df": df, "t": t, "survival": t_survival(t, df)}
    for df in DEGREES + [1.3, 2.71, 17.9, 1234.5]
    for t in [0, 1e-9, 1e-3, 0.1, 0.5, 1, 1.5, 1.8, 2, 3, 5, 10, 30, 37, 1e3, 1e9, 1e50, 1e160, 1e290]
    if t_survival(t, df) > 1e-300
]
for v in vectors["studentT"]:
    if v["t"] < 1e100:  # SciPy's square overflows beyond.
        close(float(stats.t.sf(v["t"], v["df"])), v["survival"], 1e-8)
vectors["studentQuantile"] = [
    {"df": df, "p": p, "t": float(stats.t.ppf(p, df))}
    for df in DEGREES + [1.3, 2.71, 17.9]
    for p in [1e-9, 0.001, 0.025, 0.2, 0.49, 0.5, 0.6, 0.8, 0.9, 0.975, 0.995, 0.9999]
]

vectors["chiSquare"] = [
    {"df": df, "x": x, "survival": float(mp.gammainc(mp.mpf(df) / 2, mp.mpf(x) / 2, regularized=True))}
    for df in [1, 2, 3, 4, 5, 8, 13, 50, 99, 1000, 2001]
    for x in [0, 1e-6, 0.1, 1, 2.5, 3.84, 10, 49, 100, 500, 990, 1100, 1300, 2000, 2500]
    if mp.gammainc(mp.mpf(df) / 2, mp.mpf(x) / 2, regularized=True) > 1e-300
]
for v in vectors["chiSquare"]:
    close(float(stats.chi2.sf(v["x"], v["df"])), v["survival"], 1e-9)


def binomial(k, n, p):
    """P(X <= k), P(X >= k)."""
    p = mp.mpf(p)
    terms = [mp.binomial(n, j) * p**j * (1 - p)**(n - j) for j in range(n + 1)]
    return float(mp.fsum(terms[: k + 1])), float(mp.fsum(terms[k:]))


vectors["binomial"] = []
for n, ks in [(1, [0, 1]), (2, [0, 1, 2]), (7, [0, 3, 4, 7]), (33, [2, 16, 17, 30]),
              (200, [3, 90, 100, 101, 197]), (1000, [2, 400, 500, 520, 999])]:
    for k in ks:
        for p in [0.5, 0.3, 0.001, 0.97]:
            low, high = binomial(k, n, p)
            if min(low, high) > 1e-300:
                vectors["binomial"].append(
                    {"n": n, "k": k, "p": p, "atMost": low, "atLeast": high})

vectors["noncentralT"] = [
    {"df": df, "delta": delta, "t": t, "survival": float(nct_survival(t, df, delta)),
     "cumulative": float(nct_survival(-t, df, -delta))}
    for df, delta, t in
    [(1, 0, 1), (1, 3, 12.706), (2, 5.65, 4.3027), (2, -5.65, 4.3027), (2, 5.65, -4.3027),
     (2, 20, 4.3027), (4, 3.76, 2.776), (4, 0.1, 2.776), (9, 3.1, 2.262), (9, 3.1, -2.262),
     (9, -4, 10), (9, 12, 2), (29, 2.9, 2.045), (29, 0, 15), (29, 2.9, -6), (2.5, 1, 100),
     (99, 2.83, 1.984), (99, 30, 20), (99, 30, 45), (999, 2.8, 1.96)]
]
for v in vectors["noncentralT"]:
    value = float(stats.nct.sf(v["t"], v["df"], v["delta"]))
    if 1e-6 < v["survival"] < 1 - 1e-6:
        close(value, v["survival"], 1e-8)

vectors["wilson"] = [
    {"successes": k, "trials": n,
     "interval": [float(x) for x in stats.binomtest(k, n).proportion_ci(0.95, method="wilson")]}
    for k, n in [(0, 1), (1, 1), (0, 10), (1, 10), (5, 10), (10, 10), (11, 32), (31, 32),
                 (263, 500), (9891, 10000), (9999, 10000), (10000, 10000)]
]
vectors["mean"] = []
for sample in [[0.981, 0.983, 0.985], [0.4663, 0.5012, 0.4801, 0.4933, 0.4719], [0.1, 0.9],
               [1e-12, 3e-12, 2e-12], [1e6 + 0.1, 1e6 + 0.2, 1e6 + 0.4, 1e6]]:
    interval = stats.t.interval(0.95, len(sample) - 1, stats.tmean(sample), stats.sem(sample))
    vectors["mean"].append(
        {"sample": sample, "mean": float(stats.tmean(sample)), "sd": float(stats.tstd(sample)),
         "interval": [float(x) for x in interval]})

vectors["mcnemar"] = [
    {"b": b, "c": c, "p": float(mcnemar([[50, b], [c, 50]], exact=True).pvalue)}
    for b, c in [(0, 0), (0, 1), (1, 0), (0, 5), (0, 6), (3, 3), (3, 10), (121, 59), (200, 200),
                 (199, 201), (10, 900), (0, 990), (4000, 4300), (5, 1)]
]

vectors["cochran"] = []
for models, examples, rates in [
    (2, 40, [0.5, 0.7]), (3, 30, [0.5, 0.5, 0.5]), (3, 200, [0.4, 0.5, 0.6]),
    (5, 100, [0.9] * 5), (8, 64, [0.1 * i + 0.1 for i in range(8)]), (4, 500, [0.05, 0.3, 0.6, 0.95]),
]:
    outcomes = (random.random((examples, models)) < rates).astype(int)
    result = cochrans_q(outcomes)
    p = mp.gammainc(mp.mpf(models - 1) / 2, mp.mpf(float(result.statistic)) / 2, regularized=True)
    close(float(result.pvalue), float(p))
    vectors["cochran"].append(
        {"outcomes": ["".join(map(str, column)) for column in outcomes.T.tolist()],
         "statistic": float(result.statistic), "df": int(result.df), "p": float(p)})

vectors["paired"] = []
vectors["welch"] = []
for n in [2, 3, 4, 5, 6, 10, 15, 20, 30, 100]:
    for shift in [0, 0.01, 0.2, 50]:
        first = np.round(random.normal(0.5 + shift, 0.03, n), 4)
        second = np.round(random.normal(0.5, 0.05, n), 4)
        result = stats.ttest_rel(first, second)
        interval = result.confidence_interval()
        difference = first - second
        vectors["paired"].append(
            {"first": first.tolist(), "second": second.tolist(), "mean": float(difference.mean()),
             "sd": float(difference.std(ddof=1)), "t": float(result.statistic),
             "df": int(result.df), "p": float(result.pvalue),
             "interval": [float(interval.low), float(interval.high)]})
        other = np.round(random.normal(0.5, 0.1, max(2, n // 2)), 4)
        result = stats.ttest_ind(first, other, equal_var=False)
        interval = result.confidence_interval()
        vectors["welch"].append(
            {"first": first.tolist(), "second": other.tolist(), "t": float(result.statistic),
             "df": float(result.df), "p": float(result.pvalue),
             "interval": [float(interval.low), float(interval.high)]})

vectors["signFlip"] = []
for n in [1, 2, 3, 5, 6, 10, 12]:
    for shift in [0, 0.03, 0.1]:
        for decimals in [2, 6]:  # Two decimals give many equal sums.
            first = np.round(random.normal(0.5 + shift, 0.05, n), decimals)
            second = np.round(random.normal(0.5, 0.05, n), decimals)
            # Whole numbers, so that equal sums are equal to the bit.
            whole = np.round((first - second) * 10**decimals)
            exact = np.mean(
                [abs(np.dot(s, whole)) >= abs(whole.sum())
                 for s in itertools.product([-1, 1], repeat=n)])
            if n > 1:
                result = stats.permutation_test(
                    (whole, np.zeros(n)), lambda x, y: float(np.sum(x - y)),
                    permutation_type="samples", n_resamples=np.inf)
                close(float(result.pvalue), float(exact), 1e-12)
            vectors["signFlip"].append(
                {"first": first.tolist(), "second": second.tolist(), "p": float(exact)})


def convolved(differences):
    """The exact p of whole differences, of any number of pairs, by dynamic programming."""
    sums = {0: 1}
    for d in differences:
        following = {}
        for s, count in sums.items():
            for value in (s - d, s + d):
                following[value] = following.get(value, 0) + count
        sums = following
    hits = sum(c for s, c in sums.items() if abs(s) >= abs(sum(differences)))
    return hits / 2 ** len(differences)


vectors["signFlipMany"] = []
for n in [18, 20, 21, 30, 65, 130]:
    for shift in [0, 0.3, 0.6, 3]:
        whole = np.round(random.normal(shift * 10, 25 if shift < 3 else 5, n)).astype(int).tolist()
        vectors["signFlipMany"].append({"differences": whole, "p": convolved(whole)})

vectors["holm"] = []
for p in [[0.01, 0.04, 0.03, 0.005], [0.05], [0.9, 0.5, 1.0], [1e-300, 1e-5, 0.2],
          [0.02, 0.02, 0.02], [0.01, 0.011, 0.012, 0.013], random.random(30).tolist(),
          (random.random(12) ** 6).tolist(), [0.0125, 0.0125, 0.5, 0.03, 0.03]]:
    vectors["holm"].append(
        {"raw": p, "adjusted": [float(x) for x in multipletests(p, method="holm")[1]]})

power = TTestPower()


def paired_power(n, effect):
    """statsmodels' power, by quadrature where that is NaN."""
    value = float(power.power(effect, n, 0.05, alternative="two-sided"))
    if not math.isnan(value):
        return value
    critical = stats.t.ppf(0.975, n - 1)
    delta = effect * math.sqrt(n)
    return float(nct_survival(critical, n - 1, delta) + nct_survival(critical, n - 1, -delta))


vectors["power"] = [
    {"n": n, "difference": d, "sd": sd, "power": paired_power(n, d / sd)}
    for n in [2, 3, 5, 10, 30, 200]
    for d, sd in [(0, 1), (0.01, 1), (5, 9), (27, 9), (15, 9), (0.02, 0.02), (0.4, 1)]
]


def smallest_effect(n):
    """Newton's steps from statsmodels' `solve_power`, which is exact to 5 digits only."""
    critical = stats.t.ppf(0.975, n - 1)

    def found(effect):
        delta = effect * math.sqrt(n)
        return nct_survival(critical, n - 1, delta) + nct_survival(critical, n - 1, -delta)

    effect = power.solve_power(nobs=n, alpha=0.05, power=0.8)
    for _ in range(2):
        value = found(effect)
        effect = float(effect - (value - 0.8) * 1e-7 / (found(effect + 1e-7) - value))
    return effect


vectors["smallestDifference"] = [
    {"n": n, "sd": sd, "difference": sd * smallest_effect(n)}
    for n, sd in [(2, 1), (3, 9), (4, 0.013), (5, 9), (6, 1), (10, 9), (50, 0.013), (1000, 1)]
]
vectors["count"] = []
for d, sd in [(27, 9), (30, 9), (15, 9), (10, 9), (5, 9), (1, 9), (9, 1), (0.1, 9)]:
    effect = d / sd
    n = 2
    if effect < 0.5:
        n = max(2, math.floor(power.solve_power(effect, alpha=0.05, power=0.8)) - 2)
    while power.power(effect, n, 0.05) < 0.8:
        n += 1
    vectors["count"].append({"difference": d, "sd": sd, "n": n})

path = pathlib.Path(__file__).with_name("statistics.json")
path.write_text(
    "{\n" + ",\n".join(
        f'"{name}": [\n' + ",\n".join(json.dumps(v) for v in rows) + "\n]"
        for name, rows in vectors.items()) + "\n}\n")
