"""Optimizer trajectories of Keras 2.15 (tensorflow-cpu==2.15.1, float32).

usage: make_optimizer_vectors.py OUT.json
"""
import json
import sys

import numpy as np
import tensorflow as tf

STEPS, SIZE = 6, 7
random = np.random.RandomState(11)
start = random.randn(SIZE).astype(np.float32)
gradients = random.randn(STEPS, SIZE).astype(np.float32)
gradients[:, 0] = 0  # never moves
gradients[:, 1] *= 1e-6  # comparable with Adam's epsilon
gradients[2:, 2] = 0  # stops
gradients[:, 3] *= 1e4

keras = tf.keras.optimizers
cases = [
    ("adam", dict(beta1=0.9, beta2=0.999, epsilon=1e-7), 0.01, keras.Adam(0.01)),
    ("adam", dict(beta1=0.8, beta2=0.99, epsilon=1e-3), 0.001,
     keras.Adam(0.001, beta_1=0.8, beta_2=0.99, epsilon=1e-3)),
    ("sgd", dict(momentum=0.0, nesterov=False), 0.1, keras.SGD(0.1)),
    ("sgd", dict(momentum=0.9, nesterov=False), 0.05, keras.SGD(0.05, momentum=0.9)),
    ("sgd", dict(momentum=0.9, nesterov=True), 0.05,
     keras.SGD(0.05, momentum=0.9, nesterov=True)),
]


def numbers(array):
    return [float("%.9g" % value) for value in np.asarray(array, np.float32).ravel()]


document = dict(
    source="tensorflow-cpu 2.15.1, keras 2.15, float32", start=numbers(start),
    gradients=[numbers(row) for row in gradients], cases=[])
for name, settings, rate, optimizer in cases:
    variable = tf.Variable(start)
    trajectory = []
    for row in gradients:
        optimizer.apply_gradients([(tf.constant(row), variable)])
        trajectory.append(numbers(variable.numpy()))
    document["cases"].append(
        dict(name=name, learning_rate=rate, trajectory=trajectory, **settings))
json.dump(document, open(sys.argv[1], "w"), indent=1)
