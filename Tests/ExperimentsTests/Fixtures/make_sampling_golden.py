"""Numbers of SciPy for the random searches of sweeps: `python make_sampling_golden.py > sampling-golden.json`."""

import hashlib
import json
import math
import warnings

import numpy as np
from scipy import stats
from scipy.stats import qmc

warnings.simplefilter("ignore")
SAMPLES, DIMENSIONS = 16, 64


def words(text):
    digest = hashlib.sha256(text.encode()).digest()
    return [int.from_bytes(digest[8 * i : 8 * i + 8], "big") for i in range(4)]


def name(seed, path):
    return f"nsl-run sweep 1\nseed={seed}\npath={path}\n"


def uniform(seed, path, sample):
    word = words(name(seed, path) + f"block={sample // 4}\n")[sample % 4]
    return ((word >> 11) + 0.5) * 2.0**-53


def integers(dimensions, samples):
    points = qmc.Sobol(dimensions, scramble=False, bits=32).random(samples)
    return np.round(points * 2.0**32).astype(np.uint64)


def sobol(seed, path, dimension, dimensions):
    shift = words(name(seed, path) + "sobol\n")[0] >> 32
    return [(int(x) ^ shift) * 2.0**-32 + 2.0**-33 for x in integers(dimensions, SAMPLES)[:, dimension]]


PARAMETERS = [
    ("hparams.learning_rate", "{ distribution: log_uniform_values, min: 1.0e-4, max: 1.0e-2 }",
     lambda u: stats.loguniform(1e-4, 1e-2).ppf(u)),
    ("adversarial.adv_multiplier", "{ distribution: uniform, min: 0.1, max: 0.7 }",
     lambda u: stats.uniform(0.1, 0.6).ppf(u)),
    ("adversarial.clip_value_min", "{ distribution: normal, mu: -3, sigma: 0.5 }",
     lambda u: stats.norm(-3, 0.5).ppf(u)),
    ("hparams.epochs", "{ distribution: int_uniform, min: 1, max: 6 }",
     lambda u: int(stats.randint(1, 7).ppf(u))),
    ("adversarial.adv_step_size", "{ distribution: q_uniform, min: 0, max: 1.0, q: 0.05 }",
     lambda u: round(round(u / 0.05) * 0.05, 2)),
    ("hparams.batch_size", "{ values: [32, 64, 128], probabilities: [0.5, 0.3, 0.2] }",
     lambda u: int(stats.rv_discrete(values=([32, 64, 128], [0.5, 0.3, 0.2])).ppf(u))),
]


def six(value):
    return value if isinstance(value, int) else float(f"{value:.6g}")


draws = []
for position, (path, text, quantile) in enumerate(PARAMETERS):
    draws.append({
        "path": path,
        "distribution": text,
        "random": [six(quantile(uniform(3, path, i))) for i in range(SAMPLES)],
        "sobol": [six(quantile(u)) for u in sobol(3, path, position, len(PARAMETERS))],
    })

print(json.dumps({
    "draws": draws,
    "sobol": [[int(x) for x in row] for row in integers(DIMENSIONS, SAMPLES)],
    "sobolPoint4095": [int(x) for x in integers(DIMENSIONS, 4096)[4095]],
}))
