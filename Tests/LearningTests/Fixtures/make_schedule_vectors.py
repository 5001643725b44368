"""Learning rates of Keras 2.15 (tensorflow-cpu==2.15.1, in double precision) and of PyTorch 2,
step by step.

usage, in this order, each in its own environment:
    make_schedule_vectors.py keras OUT.json
    make_schedule_vectors.py torch OUT.json   (adds to the file)
"""
import json
import sys

STEPS_PER_EPOCH, EPOCHS, BASE = 8, 5, 0.02
TOTAL = STEPS_PER_EPOCH * EPOCHS


def keras_cases():
    import tensorflow as tf

    base = tf.constant(BASE, tf.float64)
    schedules = tf.keras.optimizers.schedules
    cases = [
        ({"exponential": dict(decay={"steps": 10}, rate=0.5, staircase=False)}, {},
         schedules.ExponentialDecay(base, 10, 0.5)),
        ({"exponential": dict(decay={"epochs": 1}, rate=0.9, staircase=True)}, {},
         schedules.ExponentialDecay(base, STEPS_PER_EPOCH, 0.9, staircase=True)),
        ({"cosine": dict(alpha=0.0)}, {}, schedules.CosineDecay(base, TOTAL)),
        ({"cosine": dict(decay={"steps": 25}, alpha=0.1)}, {},
         schedules.CosineDecay(base, 25, alpha=0.1)),
        ({"cosine": dict(alpha=0.0)}, dict(warmup={"steps": 6}),
         schedules.CosineDecay(tf.constant(0.0, tf.float64), TOTAL - 6, warmup_target=BASE,
                               warmup_steps=6)),
        ({"cosine": dict(decay={"epochs": 3}, alpha=0.2)},
         dict(warmup={"epochs": 1}, warmup_start_factor=0.25),
         schedules.CosineDecay(0.25 * base, 3 * STEPS_PER_EPOCH, alpha=0.2, warmup_target=BASE,
                               warmup_steps=STEPS_PER_EPOCH)),
        # Keras's boundaries are the last steps of an interval, ours the first of the next.
        ({"boundaries": dict(at=[{"steps": 5}, {"steps": 20}], gamma=0.1)}, {},
         schedules.PiecewiseConstantDecay([4, 19], [BASE, BASE * 0.1, BASE * 0.01])),
    ]
    for shape, warmup, schedule in cases:
        yield dict(library="keras", shape=shape, **warmup,
                   rates=[float(schedule(step)) for step in range(TOTAL)])


def torch_cases():
    import torch
    from torch.optim import lr_scheduler as schedules

    def rates(make, per_epoch=False):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=BASE, momentum=0.9)
        scheduler = make(optimizer)
        found = []
        for step in range(TOTAL):
            found.append(float(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            if step + 1 < TOTAL and (not per_epoch or (step + 1) % STEPS_PER_EPOCH == 0):
                scheduler.step()
        return found

    def cycle(optimizer, **settings):
        return schedules.OneCycleLR(optimizer, BASE, total_steps=TOTAL, **settings)

    cycles = dict(pct_start=0.3, div_factor=25.0, final_div_factor=1e4)
    other = dict(pct_start=0.5, div_factor=10.0, final_div_factor=100.0)
    down = dict(pct_start=0.0, div_factor=4.0, final_div_factor=10.0)
    yield dict(library="torch", shape={"one_cycle": cycles}, rates=rates(cycle))
    for settings in (other, down):
        yield dict(library="torch", shape={"one_cycle": settings},
                   rates=rates(lambda o: cycle(o, **settings)))
    yield dict(
        library="torch", shape={"step": dict(size={"epochs": 2}, gamma=0.1)},
        rates=rates(lambda o: schedules.StepLR(o, 2, gamma=0.1), per_epoch=True))
    yield dict(
        library="torch", shape={"step": dict(size={"steps": 7}, gamma=0.5)},
        rates=rates(lambda o: schedules.StepLR(o, 7, gamma=0.5)))
    yield dict(
        library="torch",
        shape={"boundaries": dict(at=[{"epochs": 1}, {"epochs": 3}], gamma=0.3)},
        rates=rates(lambda o: schedules.MultiStepLR(o, [1, 3], gamma=0.3), per_epoch=True))
    yield dict(
        library="torch", shape={"constant": {}}, warmup={"steps": 10}, warmup_start_factor=1 / 3,
        rates=rates(lambda o: schedules.LinearLR(o, 1 / 3, total_iters=10)))


library, path = sys.argv[1:]
if library == "keras":
    document = dict(
        source="tensorflow-cpu 2.15.1, torch 2", base=BASE, steps_per_epoch=STEPS_PER_EPOCH,
        epochs=EPOCHS, cases=list(keras_cases()))
else:
    document = json.load(open(path))
    document["cases"] += torch_cases()
json.dump(document, open(path, "w"), indent=1)
