"""Gives the hidden `worker` command requests that were changed at random.

It ends with 0, 1 or 2 and says why; it never traps or hangs, and what it stores under a key is what
an undisturbed worker stores.
"""
import json
import os
import resource
import shutil
import signal
import time

import harness
import mutation

PER_ROUND = 10


def run(context):
    reference = context.finished()
    requests = collect(context, reference)
    expected = stored(reference)
    for _ in context.rounds():
        for _ in range(PER_ROUND):
            one(context, reference, context.random.choice(requests), expected)


def collect(context, reference):
    """The requests of all stages, which are files where these fail: their workers are killed."""
    found = {}
    folder = context.copy(reference, "requests")
    for kind in ("train", "evaluate"):
        for path in (folder / "results/.store").glob("??/*/stage.json"):
            if kind in json.loads(path.read_bytes())["work"]:
                shutil.rmtree(path.parent)
        process = context.start_program("sweep1.yaml", "--quiet", "--jobs", "1", "--retries", "0", folder=folder)
        while process.poll() is None:
            for worker in harness.workers(folder):
                os.kill(worker, signal.SIGKILL)
            time.sleep(0.005)
        context.end(process)
        for path in (folder / "results/.store/logs").glob("*.request.json"):
            found[path.name] = json.loads(path.read_bytes())
        # What the next ones need.
        context.run_program("sweep1.yaml", "--quiet", folder=folder)
    found = [found[name] for name in sorted(found)]
    if {kind for request in found for kind in request["stage"]["work"]} != {"train", "evaluate"}:
        raise SystemExit("error: no requests of both kinds were seen")
    return found


def one(context, reference, request, expected):
    folder = context.folder / "round"
    if not folder.is_dir() or context.random.random() < 0.1:
        folder = context.copy(reference)
    store = folder / "results/.store"
    key = request["stage"]["key"]["hex"]
    shutil.rmtree(store / key[:2] / key, ignore_errors=True)
    random = context.random
    if random.random() < 0.15:
        text = mutation.raw(random, json.dumps(request).encode())
    else:
        changed = mutation.document(random, request)
        if isinstance(changed, dict) and "store" in changed:
            # Where it writes is the parent's business.
            changed["store"] = request["store"]
        text = json.dumps(changed).encode()
    path = folder / "request.json"
    path.write_bytes(text)
    with open(path, "rb") as file:
        ending = context.run_program(
            "worker", folder=folder, stdin=file, seconds=30, preexec=limit_memory)
    context.figures[f"requests with status {ending.status}"] += 1
    if not context.expect(ending, {0, 1, 2}, f"the request {text[:3000]!r}"):
        return
    if ending.status and "error: " not in ending.error:
        context.fail(f"status {ending.status} without a reason for {text[:3000]!r}")
    for name, files in stored(folder).items():
        if name in expected and files != expected[name]:
            context.fail(f"{name} is stored otherwise after {text[:3000]!r}")


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))


def stored(folder):
    """The numbers of each stored stage."""
    return {
        entry.name: {p.name: p.read_bytes() for p in entry.iterdir()
                     if p.name not in {"stage.json", "log.txt"}}
        for entry in (folder / "results/.store").glob("??/*") if entry.is_dir()}
