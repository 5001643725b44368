"""Seconds per training step of the tutorial's network in TensorFlow and NSL, one JSON object a line.

usage: tensorflow_nsl.py STEPS. One thread, batch 32, Adam, tracing excluded."""
import json
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["OMP_NUM_THREADS"] = "1"
import neural_structured_learning as nsl  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
steps = int(sys.argv[1])
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


def report(name, model, batch):
    step = tf.function(lambda: model.train_step(batch))
    for _ in range(10):
        step()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    seconds = (time.perf_counter() - start) / steps
    print(json.dumps({"name": name, "seconds": seconds}), flush=True)


loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
plain = network()
plain.compile("adam", loss=loss)
report("plain training step", plain, (images, labels))

config = nsl.configs.make_adv_reg_config(
    multiplier=0.2, adv_step_size=0.2, adv_grad_norm="infinity")
adversarial = nsl.keras.AdversarialRegularization(
    network(), label_keys=["label"], adv_config=config)
adversarial.compile("adam", loss=loss)
report("NSL training step", adversarial, {"image": images, "label": labels})
