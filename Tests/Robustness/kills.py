"""Kills the coordinator, a worker or all of them at random moments, and runs again.

In the end tables, weights, histories, specs and pictures are those of an undisturbed run, nothing
unfinished lies about, and no worker outlives its coordinator. A round is three kills; an experiment is
killed until it comes to its end. Workers save what they have all the time, so that most of them go on
inside of a stage.
"""
import os
import signal
import time

import harness

KILLS_PER_ROUND = 3

# What a training remembers: moments, moving averages, the best epoch's weights, kept weights, a rate
# that changes with each step; its last batch is smaller. Stages take long enough to be killed inside.
SPEC = """\
experiment: sweep1
dataset: { name: synthetic-digits, train_limit: 500, test_limit: 100, validation_split: 0.1 }
architecture: { input_shape: [28, 28, 1], num_classes: 10, conv_filters: [4, 8], num_fc_units: [16] }
hparams:
  batch_size: 16
  epochs: 6
  optimizer: adam
  schedule: { name: cosine, warmup_steps: 20 }
  checkpoint_every: 2
  early_stopping: { patience: 5, restore_best: true }
adversarial: { method: nsl, adv_step_size: 0.2, adv_grad_norm: infinity }
eval:
  batch_size: 10
  attacks:
    - { name: fgsm, epsilon: 0.1 }
    - { name: pgd, epsilon: 0.1, steps: 100 }
"""

VICTIMS = ["coordinator", "worker", "group", "SIGINT", "SIGTERM", "SIGTERM to a worker",
           "SIGINT to all", "SIGTERM to all"]


def run(context):
    context.variables["NSL_SAVE_SECONDS"] = "0.002"
    reference = context.finished(spec=SPEC)
    # The first one draws the digits, too.
    start = time.monotonic()
    context.finished("again", spec=SPEC)
    length = time.monotonic() - start
    expected = harness.products(reference)
    folder = None
    for _ in context.rounds():
        for _ in range(KILLS_PER_ROUND):
            folder = folder or begin(context)
            if disturb(context, folder, length):
                check(context, folder, expected)
                folder = None
    if folder:
        check(context, folder, expected)


def begin(context):
    folder = context.folder / "round"
    harness.remove(folder)
    folder.mkdir()
    (folder / "sweep1.yaml").write_text(SPEC)
    return folder


def disturb(context, folder, length):
    """Runs the experiment and kills something of it.

    Returns whether it has come to its end.
    """
    jobs = context.random.choice([1, 2, 3])
    process = context.start_program("sweep1.yaml", "--quiet", "--jobs", jobs, folder=folder)
    begun = time.time_ns()
    if context.random.random() < 0.6:
        # Just after something of a stage was saved.
        while process.poll() is None and not has_saved(folder, begun):
            time.sleep(0.005)
        time.sleep(context.random.uniform(0, 0.1))
    else:
        time.sleep(context.random.uniform(0, length / 2))
    victim = context.random.choice(VICTIMS)
    workers = harness.workers(folder)
    alive = process.poll() is None and (workers or "worker" not in victim)
    if not alive:
        context.figures["runs too short"] += 1
    else:
        context.figures[f"kills of {victim}" if victim[0] != "S" else victim] += 1
        context.figures["kills"] += 1
        if victim == "group":
            harness.kill_group(process)
        elif victim == "worker":
            kill(context.random.choice(workers), signal.SIGKILL)
        elif victim == "SIGTERM to a worker":
            kill(context.random.choice(workers), signal.SIGTERM)
        elif victim.endswith(" to all"):
            kill_group(process, getattr(signal, victim.split()[0]))
        else:
            kill(process.pid, getattr(signal, victim, signal.SIGKILL))
    ending = context.end(process)
    context.expect(ending, {0, 1, 130, 137, 130 + 128, 143}, f"a kill of {victim}")
    for _ in range(100):
        left = harness.workers(folder)
        if not left:
            break
        time.sleep(0.05)
    else:
        context.fail(f"after a kill of {victim} workers live on: {left}")
        for worker in left:
            kill(worker, signal.SIGKILL)
    for log in (folder / "results/.store/logs").glob("*.log"):
        count(context, log, "killed workers that had gone on")
    return ending.status == 0


def has_saved(folder, since):
    for path in (folder / "results/.store/unfinished").glob("*/[!.]*"):
        try:
            if path.stat().st_mtime_ns >= since:
                return True
        except OSError:
            pass
    return False


def count(context, log, words):
    """Counts a log that says that its worker went on inside of a stage."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return
    if "goes on in epoch" in text:
        context.figures[f"{words} inside a training"] += 1
    elif "goes on after" in text:
        context.figures[f"{words} inside an evaluation"] += 1
    if "not used: " in text:
        context.fail(f"something that was saved cannot be used:\n{text}")


def kill(process, number):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass


def kill_group(process, number):
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def check(context, folder, expected):
    ending = context.run_program("sweep1.yaml", "--quiet", folder=folder)
    if not context.expect(ending, {0}, "resuming"):
        return
    context.figures["experiments"] += 1
    wrong = harness.differences(expected, harness.products(folder))
    if wrong:
        context.fail(f"not what an undisturbed run gives: {wrong}")
    unfinished = [p for p in (folder / "results/sweep1").rglob(".tmp-*")]
    if unfinished:
        context.fail(f"unfinished files: {unfinished}")
    store = folder / "results/.store"
    parts = list((store / "unfinished").glob("*"))
    if parts:
        context.fail(f"parts of stages that are stored: {parts}")
    # What a dead process has not finished there is removed when it is an hour old.
    logs = store / "logs"
    stale = [p.name for p in logs.iterdir() if not p.name.startswith(".tmp-")] if logs.is_dir() else []
    if stale:
        context.fail(f"logs of stages that are stored: {stale}")
    for log in store.glob("??/*/log.txt"):
        count(context, log, "stages that were ended")
