"""More training steps with Neural Structured Learning 1.4.0: clipping and feature masks.

nsl.keras.AdversarialRegularization hands its features on as a dictionary, in which NSL looks up
clip values and masks by the feature's name: plain numbers, as in nsl-golden.json, are found under
no name and have no effect there. Here they are given by name.

usage: make_nsl_clipped.py nsl-golden.json OUT.json
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import neural_structured_learning as nsl
import numpy as np
import tensorflow as tf

golden = json.load(open(sys.argv[1]))["model"]
layers = tf.keras.layers


def array(tensor):
    return np.asarray(tensor["data"], np.float32).reshape(tensor["shape"])


def tensor(value):
    value = np.asarray(value, np.float32)
    return dict(shape=list(value.shape), data=[float("%.9g" % v) for v in value.ravel()])


def build():
    image = tf.keras.Input([12, 12, 1], name="image")
    hidden = layers.Conv2D(4, 3, activation="relu")(image)
    hidden = layers.MaxPooling2D(2)(hidden)
    hidden = layers.Conv2D(8, 3, activation="relu")(hidden)
    hidden = layers.Dense(16, activation="relu")(layers.Flatten()(hidden))
    return tf.keras.Model(image, layers.Dense(3)(hidden))


random = np.random.RandomState(3)
mask = (random.rand(12, 12, 1) * (random.rand(12, 12, 1) > 0.3)).astype(np.float32)
row = random.rand(12, 1).astype(np.float32)
cases = [
    dict(multiplier=0.2, adv_step_size=0.1, adv_grad_norm="infinity", clip_value_min=0.0,
         clip_value_max=1.0),
    dict(multiplier=0.7, adv_step_size=0.05, adv_grad_norm="infinity", pgd_iterations=4,
         pgd_epsilon=0.12, clip_value_min=0.0, clip_value_max=1.0),
    dict(multiplier=0.5, adv_step_size=0.8, adv_grad_norm="l2", pgd_iterations=2,
         clip_value_min=0.2),
    dict(multiplier=0.5, adv_step_size=0.5, adv_grad_norm="l2", feature_mask=mask),
    dict(multiplier=0.3, adv_step_size=0.4, adv_grad_norm="l1", feature_mask=row,
         clip_value_max=0.9, pgd_iterations=3),
]
images = [array(batch) for batch in golden["batches_x"]]
labels = np.asarray(golden["batches_y"], np.int32)
document = dict(source="tensorflow-cpu 2.15.1, neural-structured-learning 1.4.0", training=[])
for case in cases:
    named = {
        key: {"image": value} if key in ("clip_value_min", "clip_value_max", "feature_mask") else value
        for key, value in case.items()
    }
    base = build()
    base.set_weights([array(weight) for weight in golden["weights"]])
    model = nsl.keras.AdversarialRegularization(
        base, label_keys=["label"], adv_config=nsl.configs.make_adv_reg_config(**named))
    model.compile(
        tf.keras.optimizers.Adam(0.01),
        loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    batches = [
        {"image": tf.constant(x), "label": tf.constant(y)} for x, y in zip(images, labels)
    ]
    written = dict(case)
    if "feature_mask" in written:
        written["feature_mask"] = tensor(written["feature_mask"])
    record = dict(
        adv_config=written, optimizer="adam", learning_rate=0.01,
        logits_batch0=tensor(base(images[0])),
        perturbed_batch0=tensor(model.perturb_on_batch(batches[0])["image"]))
    base.set_weights([array(weight) for weight in golden["weights"]])
    record["metrics_per_step"] = []
    for index, batch in enumerate(batches):
        values = model.train_on_batch(batch, return_dict=True, reset_metrics=True)
        record["metrics_per_step"].append({k: float(v) for k, v in values.items()})
        if index == 0:
            record["weights_after_1"] = [tensor(weight) for weight in base.get_weights()]
    record["weights_after_5"] = [tensor(weight) for weight in base.get_weights()]
    document["training"].append(record)
json.dump(document, open(sys.argv[2], "w"))
