"""What Keras's EarlyStopping does with sequences of a monitored value (keras==3.12.0, any backend).

usage: make_early_stopping.py OUT.json
"""
import json
import random
import sys

import keras

random.seed(3)


class Model:
    """Remembers which epoch's weights it has."""

    def __init__(self):
        self.weights = None
        self.stop_training = False

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights


def run(values, monitor, settings):
    # Keras 3 looks "auto" up among the metrics of a compiled model; 2.15 went by the name.
    mode = settings["mode"]
    if mode == "auto":
        mode = "max" if monitor.endswith("accuracy") else "min"
    callback = keras.callbacks.EarlyStopping(
        monitor=monitor, min_delta=settings["min_delta"], patience=settings["patience"],
        mode=mode, restore_best_weights=settings["restore_best"],
        start_from_epoch=settings["start_from_epoch"])
    model = Model()
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        model.weights = epoch + 1
        callback.on_epoch_end(epoch, {monitor: value})
        if model.stop_training:
            break
    callback.on_train_end()
    return dict(epochs=epoch + 1, stopped=model.stop_training, weights=model.weights)


cases = []
for number in range(60):
    length = random.randint(1, 10)
    # Coarse values, so that equal ones and exact differences happen.
    values = [random.randint(0, 8) / 8 for _ in range(length)]
    if number % 3 == 0:
        values.sort(reverse=number % 2 == 0)
    monitor = random.choice(["val_loss", "val_sparse_categorical_accuracy", "loss"])
    settings = dict(
        min_delta=random.choice([0, 0, 0.125, 0.25]), patience=random.randint(0, 3),
        mode=random.choice(["auto", "auto", "min", "max"]),
        restore_best=random.random() < 0.6, start_from_epoch=random.choice([0, 0, 1, 3]))
    cases.append(dict(values=values, monitor=monitor, **settings,
                      expected=run(values, monitor, settings)))
json.dump(dict(source="keras 3.12.0, keras.callbacks.EarlyStopping", cases=cases),
          open(sys.argv[1], "w"), indent=1)
