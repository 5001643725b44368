"""Cross-entropy with smoothed labels and its gradient, of Keras 2.15 (tensorflow-cpu==2.15.1).

usage: make_smoothing_vectors.py OUT.json
"""
import json
import sys

import numpy as np
import tensorflow as tf

random = np.random.RandomState(5)
logits = (3 * random.randn(6, 10)).astype(np.float32)
logits[1] *= 20  # confident
logits[2] = 0
labels = random.randint(0, 10, 6)


def numbers(array):
    return [float("%.9g" % value) for value in np.asarray(array, np.float32).ravel()]


cases = []
for smoothing in [0.0, 0.1, 0.3, 0.9]:
    function = tf.keras.losses.CategoricalCrossentropy(
        from_logits=True, label_smoothing=smoothing, reduction="none")
    with tf.GradientTape() as tape:
        x = tf.constant(logits)
        tape.watch(x)
        losses = function(tf.one_hot(labels, 10), x)
        mean = tf.reduce_mean(losses)
    cases.append(
        dict(smoothing=smoothing, losses=numbers(losses), gradient=numbers(tape.gradient(mean, x))))
document = dict(
    source="tensorflow-cpu 2.15.1, CategoricalCrossentropy(from_logits=True)",
    logits=numbers(logits), labels=[int(label) for label in labels], cases=cases)
json.dump(document, open(sys.argv[1], "w"), indent=1)
