"""Runs with few open files, and more jobs than there are descriptors for.

Each ends by itself: with its tables, or with status 2 and the reason before anything runs.
"""
import resource

import harness


def run(context):
    for number in context.rounds():
        soft = context.random.randint(5, 200)
        hard = context.random.choice([soft, soft, soft + 100, 4096])
        jobs = context.random.choice([1, 8, 40])
        folder = context.folder / "round"
        harness.remove(folder)
        folder.mkdir()
        (folder / "sweep1.yaml").write_text(harness.SPEC + "seeds: 3\n")
        ending = context.run_program(
            "sweep1.yaml", "--quiet", "--jobs", jobs, folder=folder,
            preexec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)))
        context.expect(ending, {0, 2}, f"limits of {soft} and {hard} open files, {jobs} jobs")
        if ending.status == 2 and not ending.error.startswith("error: "):
            context.fail(f"status 2 and no reason: {ending.error}")
        context.figures["with tables" if ending.status == 0 else "refused"] += 1
