"""Optimizer trajectories of Keras 2.15 (tensorflow-cpu==2.15.1, float32) and, where PyTorch
computes the same in another way, of PyTorch.

usage, in this order, each in its own environment:
    make_optimizer_vectors.py keras OUT.json
    make_optimizer_vectors.py torch OUT.json   (adds to the file)
"""
import json
import sys

import numpy as np

STEPS, SIZE = 6, 7
random = np.random.RandomState(11)
start = random.randn(SIZE).astype(np.float32)
gradients = random.randn(STEPS, SIZE).astype(np.float32)
gradients[:, 0] = 0  # never moves
gradients[:, 1] *= 1e-6  # comparable with Adam's epsilon
gradients[2:, 2] = 0  # stops
gradients[:, 3] *= 1e4


def numbers(array):
    return [float("%.9g" % value) for value in np.asarray(array, np.float32).ravel()]


def keras_cases():
    import tensorflow as tf

    keras = tf.keras.optimizers
    adam = dict(beta1=0.9, beta2=0.999, epsilon=1e-7)
    rms = dict(rho=0.9, momentum=0.0, epsilon=1e-7, centered=False)
    ada = dict(initial_accumulator_value=0.1, epsilon=1e-7)
    cases = [
        ("adam", adam, 0.01, keras.Adam(0.01)),
        ("adam", dict(beta1=0.8, beta2=0.99, epsilon=1e-3), 0.001,
         keras.Adam(0.001, beta_1=0.8, beta_2=0.99, epsilon=1e-3)),
        ("sgd", dict(momentum=0.0, nesterov=False), 0.1, keras.SGD(0.1)),
        ("sgd", dict(momentum=0.9, nesterov=False), 0.05, keras.SGD(0.05, momentum=0.9)),
        ("sgd", dict(momentum=0.9, nesterov=True), 0.05,
         keras.SGD(0.05, momentum=0.9, nesterov=True)),
        ("adam", dict(adam, amsgrad=True), 0.01, keras.Adam(0.01, amsgrad=True)),
        ("adam", dict(adam, weight_decay=0.004), 0.01, keras.AdamW(0.01)),
        ("adam", dict(adam, weight_decay=0.1), 0.01, keras.Adam(0.01, weight_decay=0.1)),
        ("rmsprop", rms, 0.01, keras.RMSprop(0.01)),
        ("rmsprop", dict(rms, momentum=0.5), 0.01, keras.RMSprop(0.01, momentum=0.5)),
        ("rmsprop", dict(rms, centered=True, rho=0.8), 0.01,
         keras.RMSprop(0.01, rho=0.8, centered=True)),
        ("rmsprop", dict(rms, momentum=0.9, centered=True, epsilon=1e-3), 0.01,
         keras.RMSprop(0.01, momentum=0.9, centered=True, epsilon=1e-3)),
        ("rmsprop", dict(rms, weight_decay=0.1), 0.01, keras.RMSprop(0.01, weight_decay=0.1)),
        ("adagrad", ada, 0.1, keras.Adagrad(0.1)),
        ("adagrad", dict(initial_accumulator_value=0.0, epsilon=1e-3), 0.1,
         keras.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=1e-3)),
        ("adagrad", dict(ada, weight_decay=0.1), 0.1, keras.Adagrad(0.1, weight_decay=0.1)),
        ("sgd", dict(momentum=0.0, nesterov=False, weight_decay=0.1), 0.1,
         keras.SGD(0.1, weight_decay=0.1)),
        ("sgd", dict(momentum=0.9, nesterov=True, weight_decay=0.1), 0.05,
         keras.SGD(0.05, momentum=0.9, nesterov=True, weight_decay=0.1)),
    ]
    for name, settings, rate, optimizer in cases:
        variable = tf.Variable(start)
        trajectory = []
        for row in gradients:
            optimizer.apply_gradients([(tf.constant(row), variable)])
            trajectory.append(numbers(variable.numpy()))
        yield dict(name=name, learning_rate=rate, trajectory=trajectory, **settings)


def torch_cases():
    import torch

    optim = torch.optim
    cases = [
        ("sgd", dict(momentum=0.9, nesterov=True), dict(lr=0.05, momentum=0.9, nesterov=True),
         optim.SGD),
        # Without momentum PyTorch's L2 is the same as decoupled decay.
        ("sgd", dict(momentum=0.0, nesterov=False, weight_decay=0.1),
         dict(lr=0.1, weight_decay=0.1), optim.SGD),
        # An epsilon so small that its place does not matter.
        ("adam", dict(beta1=0.9, beta2=0.999, epsilon=1e-15, weight_decay=0.01),
         dict(lr=0.01, eps=1e-15), optim.AdamW),
        ("rmsprop", dict(rho=0.9, momentum=0.9, epsilon=1e-30, centered=False),
         dict(lr=0.01, alpha=0.9, momentum=0.9, eps=1e-15), optim.RMSprop),
        ("adagrad", dict(initial_accumulator_value=0.1, epsilon=1e-30),
         dict(lr=0.1, initial_accumulator_value=0.1, eps=1e-15), optim.Adagrad),
    ]
    for name, settings, arguments, kind in cases:
        variable = torch.tensor(start, requires_grad=True)
        optimizer = kind([variable], **arguments)
        trajectory = []
        for row in gradients:
            variable.grad = torch.tensor(row)
            optimizer.step()
            trajectory.append(numbers(variable.detach().numpy()))
        yield dict(name=name, learning_rate=arguments["lr"], trajectory=trajectory, library="torch",
                   **settings)


library, path = sys.argv[1:]
if library == "keras":
    document = dict(
        source="tensorflow-cpu 2.15.1, keras 2.15, float32; torch where `library` says so",
        start=numbers(start), gradients=[numbers(row) for row in gradients],
        cases=list(keras_cases()))
else:
    document = json.load(open(path))
    document["cases"] += torch_cases()
json.dump(document, open(path, "w"), indent=1)
