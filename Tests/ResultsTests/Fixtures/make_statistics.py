"""Prints the values that StatisticsTests.swift holds: python3 make_statistics.py (SciPy 1.17.1)."""

from scipy import stats

print("// Student's t, 0.975 quantile: degrees of freedom, value")
for df in [1, 2, 3, 4, 5, 6, 7, 9, 10, 19, 29, 30, 100, 999]:
    print(f"({df}, {float(stats.t.ppf(0.975, df))!r}),")

print("// Wilson, 95 %, no continuity correction: correct, examples, low, high")
for k, n in [(0, 1), (1, 1), (0, 10), (1, 10), (5, 10), (10, 10), (11, 32), (31, 32),
             (263, 500), (9891, 10000), (9999, 10000), (10000, 10000)]:
    ci = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    print(f"({k}, {n}, {float(ci.low)!r}, {float(ci.high)!r}),")

print("// mean, sd (n - 1), t interval of samples")
for sample in [[0.981, 0.983, 0.985], [0.4663, 0.5012, 0.4801, 0.4933, 0.4719]]:
    low, high = stats.t.interval(0.95, len(sample) - 1, stats.tmean(sample), stats.sem(sample))
    print(sample, float(stats.tmean(sample)), float(stats.tstd(sample)), float(low), float(high))
