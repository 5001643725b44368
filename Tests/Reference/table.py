"""The table of agreement: its rows, and how they are printed."""

from dataclasses import dataclass

COLUMNS = [
    ("attack", 18), ("model", 15), ("ball", 14), ("settings", 34), ("images", 6), ("library", 12),
    ("here", 7), ("there", 7), ("differ", 9), ("equal", 7), ("itself", 11), ("s here", 7),
    ("s there", 7), ("verdict", 8)]


@dataclass
class Row:
    """What one library says to an evaluation. Shares are in 0...1, distances in pixel units."""

    model: str
    attack: str
    norm: str
    epsilon: str
    settings: str
    images: int
    library: str
    # What `ours` and `theirs` are: robust accuracy, or median distance; None where pixels alone count.
    measure: str
    ours: float
    theirs: float
    # Examples with another outcome. Of distances: those of which ours, and theirs, is 1 % shorter.
    differing: str
    # Of pixels, ours and theirs; the library in single and in double precision.
    equal: float
    own_equal: float
    own_differing: int
    verdict: str
    our_seconds: float
    their_seconds: float


def words(settings):
    """The settings by which rows of a table differ."""
    shown = ("steps", "step_size", "queries", "targets")
    text = [f"{name} {settings[name]:g}" for name in shown if settings.get(name) is not None]
    if settings.get("l1_steps"):
        text.append(settings["l1_steps"])
    if settings.get("random_start") is False:
        text.append("from the image")
    return ", ".join(text)


def cells(row):
    """The texts of a row, in the order of `COLUMNS`."""

    def measure(value):
        if value is None:
            return ""
        return f"{100 * value:.1f} %" if row.measure == "accuracy" else f"{value:.4g}"

    def share(value):
        return "" if value is None else f"{100 * value:.2f} %"

    itself = share(row.own_equal)
    if row.own_differing is not None:
        itself += f", {row.own_differing}"
    return [
        row.attack, row.model, f"{row.norm} {row.epsilon}", row.settings, str(row.images), row.library,
        measure(row.ours), measure(row.theirs), row.differing, share(row.equal), itself,
        f"{row.our_seconds:.1f}", f"{row.their_seconds:.1f}", row.verdict]


def print_head():
    _print(name for name, _ in COLUMNS)
    _print("-" * width for _, width in COLUMNS)


def print_row(row):
    _print(cells(row))


def _print(texts):
    padded = (text.ljust(width) for text, (_, width) in zip(texts, COLUMNS))
    print("| " + " | ".join(padded) + " |", flush=True)
