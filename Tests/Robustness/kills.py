"""Kills the coordinator, a worker or all of them at random moments, and runs again.

In the end tables, weights, histories, specs and pictures are those of an undisturbed run, nothing
unfinished lies about, and no worker outlives its coordinator.
"""
import os
import signal
import time

import harness


def run(context):
    reference = context.finished()
    # The first one draws the digits, too.
    start = time.monotonic()
    context.finished("again")
    length = time.monotonic() - start
    expected = harness.products(reference)
    for _ in context.rounds():
        folder = context.folder / "round"
        harness.remove(folder)
        folder.mkdir()
        (folder / "sweep1.yaml").write_text(harness.SPEC)
        for _ in range(context.random.randint(1, 3)):
            disturb(context, folder, length)
        check(context, folder, expected)


def disturb(context, folder, length):
    jobs = context.random.choice([1, 2, 3])
    process = context.start_program("sweep1.yaml", "--quiet", "--jobs", jobs, folder=folder)
    time.sleep(context.random.uniform(0, length))
    victim = context.random.choice(["coordinator", "worker", "group", "SIGINT", "SIGTERM"])
    alive = process.poll() is None
    if victim == "group":
        harness.kill_group(process)
    elif victim == "worker":
        for worker in harness.workers(folder)[:1]:
            kill(worker, signal.SIGKILL)
    else:
        kill(process.pid, getattr(signal, victim, signal.SIGKILL) if alive else 0)
    context.figures[f"kills of {victim}" if alive else "runs too short"] += 1
    statuses = {0, 1, 130, 137, 130 + 128, 143}
    context.expect(context.end(process), statuses, f"a kill of {victim}")
    for _ in range(100):
        left = harness.workers(folder)
        if not left:
            return
        time.sleep(0.05)
    context.fail(f"after a kill of {victim} workers live on: {left}")
    for worker in left:
        kill(worker, signal.SIGKILL)


def kill(process, number):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass


def check(context, folder, expected):
    ending = context.run_program("sweep1.yaml", "--quiet", folder=folder)
    if not context.expect(ending, {0}, "resuming"):
        return
    wrong = harness.differences(expected, harness.products(folder))
    if wrong:
        context.fail(f"not what an undisturbed run gives: {wrong}")
    unfinished = [p for p in (folder / "results/sweep1").rglob(".tmp-*")]
    if unfinished:
        context.fail(f"unfinished files: {unfinished}")
    logs = folder / "results/.store/logs"
    # What a dead process has not finished there is removed when it is an hour old.
    stale = [p.name for p in logs.iterdir() if not p.name.startswith(".tmp-")] if logs.is_dir() else []
    if stale:
        context.fail(f"logs of stages that are stored: {stale}")
