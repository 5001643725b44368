"""Runs with little memory, few addresses, or a limit of file sizes.

Each ends by itself, and says why where it does not come to its tables; workers that die are rows.
"""
import resource

import harness

LIMITS = {
    "of data": (resource.RLIMIT_DATA, 6 << 20, 300 << 20),
    "of addresses": (resource.RLIMIT_AS, 100 << 20, 800 << 20),
    "per file": (resource.RLIMIT_FSIZE, 0, 200 << 10),
}


def run(context):
    # The data are made ready without limits.
    context.finished()
    for number in context.rounds():
        name = list(LIMITS)[number % len(LIMITS)]
        kind, low, high = LIMITS[name]
        limit = context.random.randint(low, high)
        folder = context.folder / "round"
        harness.remove(folder)
        folder.mkdir()
        (folder / "sweep1.yaml").write_text(harness.SPEC)
        ending = context.run_program(
            "sweep1.yaml", "--quiet", "--jobs", 2, folder=folder,
            preexec=lambda: resource.setrlimit(kind, (limit, limit)))
        context.expect(ending, {0, 1, 2}, f"a limit of {limit} bytes {name}")
        if ending.status != 0 and not ending.error.strip():
            context.fail(f"status {ending.status} and no reason, {limit} bytes {name}")
        context.figures[f"{name}: status {ending.status}"] += 1
