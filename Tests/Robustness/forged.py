"""Changes files of the store and of runs at random, mostly with checksums that fit, and runs again.

Whatever is found there, nothing traps or hangs, files of the user's stay, files outside of the
results folder stay, and what does not fit its checksum changes no number.
"""
import hashlib
import json
import os

import harness
import mutation

NAMES = ["../../../../victim/v.txt", "../../notes.txt", "notes.txt", "my/a", "..", "", "a//b",
         "link/v.txt", "models/link/v.txt", "images/../notes.txt", "spec.yaml/x"]


def run(context):
    reference = context.finished()
    runs = reference / "results/sweep1/runs"
    first = sorted(runs.iterdir())[0]
    (first / "notes.txt").write_text("mine")
    (first / "my").mkdir()
    (first / "my/a").write_text("mine")
    (reference / "victim").mkdir()
    (reference / "victim/v.txt").write_text("precious")
    os.symlink("../../../../victim", first / "link")
    os.symlink("../../../../../victim", first / "models/link")
    kept = {path.relative_to(reference): path.read_bytes()
            for path in (reference / "victim/v.txt", first / "notes.txt", first / "my/a")}
    expected = harness.products(reference)
    for _ in context.rounds():
        folder = context.copy(reference)
        changes = [change(context, folder) for _ in range(context.random.randint(1, 3))]
        words = "; ".join(text for text, _ in changes)
        look(context, folder, words)
        arguments = ["sweep1.yaml", "--quiet"]
        leaves = context.random.random() < 0.2
        if leaves:
            # The run leaves the plan.
            arguments.append("seeds=[7]")
        ending = context.run_program(*arguments, folder=folder)
        context.figures[f"runs with status {ending.status}"] += 1
        context.expect(ending, {0, 1}, words)
        for path, content in kept.items():
            if not (folder / path).is_file() or (folder / path).read_bytes() != content:
                context.fail(f"{path} is lost after {words}")
        if ending.status == 0 and not leaves and not any(fits for _, fits in changes):
            wrong = harness.differences(expected, harness.products(folder))
            if [name for name in wrong if ".moved-" not in name]:
                context.fail(f"{wrong} after {words}")


def look(context, folder, words):
    command = context.random.choice([
        ["plan", "sweep1.yaml"], ["plan", "sweep1.yaml", "epochs=2"], ["explain", "sweep1.yaml"],
        ["explain", "sweep1.yaml", "epochs=2"], ["show", "sweep1"], ["explain", "sweep1", "--run", "0"]])
    ending = context.run_program(*command, folder=folder)
    context.figures["looks"] += 1
    context.expect(ending, {0, 1, 2, 4}, f"{' '.join(command)} with {words}")


def change(context, folder):
    """Changes one thing; says what, and whether its checksum fits."""
    random = context.random
    store = folder / "results/.store"
    entries = [p for p in store.glob("??/*") if p.is_dir()]
    kind = random.choices(["content", "manifest", "list", "kind", "run"], [6, 3, 3, 2, 2])[0]
    context.figures[f"changes of a {kind}"] += 1
    try:
        if kind == "content" and entries:
            entry = random.choice(sorted(entries))
            files = [p for p in sorted(entry.iterdir()) if p.is_file() and p.name != "stage.json"]
            path = random.choice(files)
            path.write_bytes(mutation.mutated(random, path.name, path.read_bytes()))
            fits = random.random() < 0.8
            if fits:
                make_fit(entry)
            return f"{path.relative_to(store)} (checksum {'fits' if fits else 'does not fit'})", fits
        if kind == "manifest" and entries:
            path = random.choice(sorted(entries)) / "stage.json"
            path.write_bytes(mutation.mutated(random, path.name, path.read_bytes()))
            # What a manifest says of a stage's end may be another truth.
            return f"{path.relative_to(store)}", True
        if kind == "list":
            path = random.choice(sorted((folder / "results/sweep1/runs").iterdir())) / ".nsl-run.json"
            entries = json.loads(path.read_bytes())
            for name in random.sample(NAMES, 3) + [str(folder / "victim/v.txt")]:
                entries[name] = {"origin": "x", "size": 8, "modified": 1, "changed": 1}
            text = json.dumps(entries).encode()
            path.write_bytes(mutation.mutated(random, path.name, text) if random.random() < 0.5 else text)
            return f"{path.name}", True
        if kind == "kind":
            path = random.choice(sorted(
                p for p in (folder / "results").rglob("*")
                if not p.is_symlink() and not any(q.is_symlink() for q in p.parents)
                and p.name not in {"notes.txt", "a", "my"}))
            if any((path / name).exists() for name in ("notes.txt", "my")) or path.name == "runs" \
                    or path.name == "sweep1":
                return "nothing", False
            harness.remove(path)
            other = random.choice(["fifo", "folder", "dangling", "link", "file", "nothing"])
            if other == "fifo":
                os.mkfifo(path)
            elif other == "folder":
                path.mkdir()
            elif other in ("dangling", "link"):
                os.symlink("nowhere" if other == "dangling" else folder / "victim", path)
            elif other == "file":
                path.write_bytes(b"\x00\xff")
            return f"{path.relative_to(folder)} is a {other}", True
        path = random.choice(sorted(
            p for p in (folder / "results/sweep1").rglob("*")
            if p.is_file() and not p.is_symlink() and "link" not in p.parts
            and p.name not in {"notes.txt", "a"}))
        path.write_bytes(mutation.mutated(random, path.name, path.read_bytes()))
        return f"{path.relative_to(folder)}", False
    except (OSError, ValueError, IndexError):
        # An earlier change of this round has taken it away.
        return "nothing", True


def make_fit(entry):
    path = entry / "stage.json"
    manifest = json.loads(path.read_bytes())
    files = [p for p in sorted(entry.iterdir()) if p.is_file() and p.name != "stage.json"]
    manifest["files"] = [
        {"name": p.name, "size": p.stat().st_size,
         "sha256": hashlib.sha256(p.read_bytes()).hexdigest()} for p in files]
    path.write_text(json.dumps(manifest))
