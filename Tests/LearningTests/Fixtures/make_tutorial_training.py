"""Five NSL training steps of the tutorial's network, TensorFlow 2.15.1 and NSL 1.4.0, float32.

usage: make_tutorial_training.py NAME=IDX_FOLDER ...

Starts from the weights in tutorial-base.f16 (made by make_tutorial_attacks.py), batches of 32 from the
front of each IDX folder's test images, divided by 255. Writes tutorial-training.json: the metrics of
each step and, of each weight after five steps, 48 elements in equal distances (Keras's order).
"""
import gzip, json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import numpy as np, tensorflow as tf, neural_structured_learning as nsl

here = os.path.dirname(os.path.abspath(__file__))


def idx(folder, name, offset):
    path = os.path.join(folder, name)
    data = gzip.open(path + ".gz").read() if os.path.exists(path + ".gz") else open(path, "rb").read()
    return np.frombuffer(data, np.uint8, offset=offset)


def build():
    image = h = tf.keras.Input([28, 28, 1], name="image")
    for i, filters in enumerate([32, 64, 64]):
        h = tf.keras.layers.Conv2D(filters, 3, activation="relu")(h)
        if i < 2: h = tf.keras.layers.MaxPooling2D(2)(h)
    h = tf.keras.layers.Dense(64, activation="relu")(tf.keras.layers.Flatten()(h))
    return tf.keras.Model(image, tf.keras.layers.Dense(10)(h))


raw = np.fromfile(os.path.join(here, "tutorial-base.f16"), "<f2").astype(np.float32)
start, offset = [], 0
for weight in build().get_weights():
    start.append(raw[offset : offset + weight.size].reshape(weight.shape))
    offset += weight.size
configurations = [
    dict(multiplier=0.2, adv_step_size=0.2, adv_grad_norm="infinity"),
    dict(multiplier=0.5, adv_step_size=1.0, adv_grad_norm="l2"),
    dict(multiplier=0.7, adv_step_size=0.05, adv_grad_norm="infinity", pgd_iterations=4, pgd_epsilon=0.12),
    None,
]
document = {"elements": 48, "trainings": []}
for argument in sys.argv[1:]:
    name, folder = argument.split("=", 1)
    x = (idx(folder, "t10k-images-idx3-ubyte", 16)[: 160 * 784] / np.float32(255)).astype(np.float32)
    x, y = x.reshape(5, 32, 28, 28, 1), idx(folder, "t10k-labels-idx1-ubyte", 8)[:160].astype(np.int32)
    y = y.reshape(5, 32)
    for settings in configurations:
        for optimizer in ("adam", "sgd"):
            net = build()
            net.set_weights(start)
            loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            rate = 0.001 if optimizer == "adam" else 0.1
            chosen = tf.keras.optimizers.Adam(rate) if optimizer == "adam" else tf.keras.optimizers.SGD(rate)
            if settings is None:
                net.compile(chosen, loss=loss)
                steps = [{"loss": float(net.train_on_batch(x[k], y[k]))} for k in range(5)]
            else:
                model = nsl.keras.AdversarialRegularization(
                    net, label_keys=["label"], adv_config=nsl.configs.make_adv_reg_config(**settings))
                model.compile(chosen, loss=loss)
                steps = [
                    {n: float(v) for n, v in model.train_on_batch(
                        {"image": tf.constant(x[k]), "label": tf.constant(y[k])},
                        return_dict=True, reset_metrics=True).items()} for k in range(5)]
            weights = []
            for w in net.get_weights():
                flat = w.ravel()
                weights.append([float("%.9g" % v) for v in flat[:: max(1, flat.size // 48)][:48]])
            document["trainings"].append(
                {"dataset": name, "settings": settings, "optimizer": optimizer, "learningRate": rate,
                 "steps": steps, "weights": weights})
with open(os.path.join(here, "tutorial-training.json"), "w") as file: json.dump(document, file, indent=1)
