"""Seconds of the tutorial's network in TensorFlow and NSL, one JSON object a line.

usage: tensorflow_nsl.py [THREADS] [--steps-only]. One thread by default, batch 32, Adam, tracing
excluded; `evaluate` at the better of two batch sizes."""
import os
import sys

threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["OMP_NUM_THREADS"] = str(threads)
import neural_structured_learning as nsl  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from measure import fastest, report  # noqa: E402

tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(threads)
layers = tf.keras.layers
random = np.random.RandomState(1)
images = tf.constant(random.rand(32, 28, 28, 1).astype(np.float32))
labels = tf.constant(random.randint(0, 10, 32))


def network():
    return tf.keras.Sequential([
        tf.keras.Input([28, 28, 1], name="image"),
        layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"), layers.Flatten(),
        layers.Dense(64, activation="relu"), layers.Dense(10)])


def report_step(name, model, batch):
    report(name, tf.function(lambda: model.train_step(batch)))


loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
plain = network()
plain.compile("adam", loss=loss, metrics=["accuracy"])
report_step("plain training step", plain, (images, labels))

config = nsl.configs.make_adv_reg_config(
    multiplier=0.2, adv_step_size=0.2, adv_grad_norm="infinity")
adversarial = nsl.keras.AdversarialRegularization(
    network(), label_keys=["label"], adv_config=config)
adversarial.compile("adam", loss=loss, metrics=["accuracy"])
report_step("NSL training step", adversarial, {"image": images, "label": labels})

if "--steps-only" not in sys.argv:
    many = random.rand(10_000, 28, 28, 1).astype(np.float32)
    classes = random.randint(0, 10, 10_000)

    def evaluate(batch):
        plain.evaluate(many, classes, batch_size=batch, verbose=0)

    batch = fastest([32, 500], evaluate)
    report("forward of 10,000 images", lambda: evaluate(batch), rounds=3, calls=1, batch=batch)
