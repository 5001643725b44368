"""What the harnesses share: a folder to work in, the program, rounds, figures and failures."""
import collections
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

# Two trainings and six evaluations of a fraction of a second each.
SPEC = """\
experiment: sweep1
dataset: { name: synthetic-digits, train_limit: 500, test_limit: 200 }
architecture: { input_shape: [28, 28, 1], num_classes: 10, conv_filters: [4, 8], num_fc_units: [16] }
hparams: { epochs: 1 }
adversarial: { method: nsl, adv_step_size: 0.2, adv_grad_norm: infinity }
eval:
  attacks:
    - { name: fgsm, epsilon: 0.1 }
    - { name: pgd, epsilon: 0.1, steps: 2, limit: 50 }
"""

# As a shell has them: 128 and the number of the signal that ended the program.
TRAPS = {132: "an illegal instruction", 133: "a trap", 134: "an abort", 135: "a bus error",
         136: "an arithmetic error", 139: "a segmentation fault", 124: "a hang"}


def find_program(path):
    candidates = [path] if path else [
        REPOSITORY / ".build/release/nsl-run", REPOSITORY / ".build/debug/nsl-run"]
    for candidate in candidates:
        if os.access(candidate, os.X_OK):
            return pathlib.Path(candidate).resolve()
    raise SystemExit("error: the program is not built: make build")


class Ending:
    def __init__(self, status, output, error):
        self.status, self.output, self.error = status, output, error


class Context:
    """One harness at work.

    random: draws decided by the seed alone. folder: removed in the end unless something failed.
    """

    def __init__(self, name, program, seed, count, seconds):
        self.name, self.program, self.count = name, program, count
        self.random = random.Random(seed)
        self.failures = []
        self.figures = collections.Counter()
        self.start = time.monotonic()
        self.deadline = self.start + seconds
        self.done = 0
        # More variables for the program.
        self.variables = {}

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"nsl-robustness-{self.name}-"))
        return self

    def __exit__(self, kind, error, trace):
        if self.failures:
            print(f"  what is left: {self.folder}", flush=True)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def rounds(self):
        """Numbers of rounds, until there are enough or the time is over; one in any case."""
        for number in range(self.count):
            if number and time.monotonic() >= self.deadline:
                return
            yield number
            self.done += 1

    def fail(self, text):
        print(f"  FAILED {self.name}, round {self.done}: {text}", flush=True)
        self.failures.append(text)

    def summary(self):
        figures = ", ".join(f"{value} {name}" for name, value in sorted(self.figures.items()))
        return (f"{self.name}: {self.done} rounds in {time.monotonic() - self.start:.0f} s: {figures}; "
                f"{len(self.failures)} failures")

    # The program.

    @property
    def environment(self):
        return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(self.folder),
                "NSL_CACHE_DIR": str(self.folder / "cache"), "TMPDIR": str(self.folder),
                **self.variables}

    def start_program(self, *arguments, folder, stdin=subprocess.DEVNULL, preexec=None):
        return subprocess.Popen(
            [str(self.program), *map(str, arguments)], cwd=folder, env=self.environment,
            stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            preexec_fn=preexec)

    def run_program(self, *arguments, folder, seconds=60, stdin=subprocess.DEVNULL, preexec=None):
        """Runs the program to its end; a hang is ended and has status 124."""
        process = self.start_program(*arguments, folder=folder, stdin=stdin, preexec=preexec)
        return self.end(process, seconds)

    def end(self, process, seconds=60):
        try:
            output, error = process.communicate(timeout=seconds)
            status = process.returncode if process.returncode >= 0 else 128 - process.returncode
        except subprocess.TimeoutExpired:
            kill_group(process)
            output, error = process.communicate()
            status = 124
        return Ending(status, output.decode(errors="replace"), error.decode(errors="replace"))

    def expect(self, ending, statuses, what):
        """Fails where the program trapped, hung, or ended otherwise than it may."""
        if ending.status in statuses:
            return True
        words = TRAPS.get(ending.status, f"status {ending.status}")
        self.fail(f"{words} after {what}\n{indent(ending.error[-1500:])}")
        return False

    def finished(self, name="reference", spec=SPEC):
        """A folder in which the experiment has been run."""
        folder = self.folder / name
        folder.mkdir()
        (folder / "sweep1.yaml").write_text(spec)
        ending = self.run_program("sweep1.yaml", "--quiet", folder=folder, seconds=120)
        if ending.status != 0:
            raise SystemExit(f"error: the experiment does not run at all\n{ending.error}")
        return folder

    def copy(self, folder, name="round"):
        """A fresh copy of a folder, times kept."""
        target = self.folder / name
        remove(target)
        subprocess.run(["cp", "-a", str(folder), str(target)], check=True)
        return target


def indent(text):
    return "".join(f"    {line}\n" for line in text.splitlines())


def remove(path):
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()


def kill_group(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def products(folder):
    """All that is promised to be the same bytes, by name."""
    root = folder / "results/sweep1"
    if not root.is_dir():
        return {}
    result = {}
    for path in sorted(root.rglob("*")):
        if path.suffix in {".csv", ".safetensors", ".png", ".yaml"} and path.is_file():
            if path.name != "timings.csv":
                result[str(path.relative_to(root))] = path.read_bytes()
    return result


def differences(expected, found):
    names = sorted(set(expected) | set(found))
    return [name for name in names if expected.get(name) != found.get(name)]


def workers(folder):
    """Processes below a folder that are workers."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            if os.readlink(f"/proc/{entry}/cwd") != str(folder):
                continue
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                words = file.read().rstrip(b"\0").split(b"\0")
            if words[-1] == b"worker":
                found.append(int(entry))
        except OSError:
            continue
    return found
