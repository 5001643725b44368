"""What nsl-run measured: reads the folder of an experiment and the store beside it."""

import json
import os
from dataclasses import dataclass, field

import numpy as np

# One example of outcomes.bin: little-endian, 30 bytes.
OUTCOME = np.dtype([
    ("label", "<i4"), ("prediction", "<i4"), ("rounded", "<i4"), ("loss", "<f4"),
    ("distance", "<f4"), ("linf", "<f4"), ("l2", "<f4"), ("fooled", "u1"), ("member", "u1")])
# Of these, one run answers for all radii.
MINIMAL_NORM = {"fab", "fab-t", "deepfool", "cw"}


@dataclass
class Evaluation:
    """An attack on a model."""

    model: str
    label: str
    # As in a spec, with all defaults: `name`, `norm`, `epsilon`, `steps` and so on.
    settings: dict
    # The radii at which a minimal norm is asked about; else the radius alone.
    epsilons: list = field(default_factory=list)
    # `[N]` of `OUTCOME`.
    outcomes: np.ndarray = None
    # `[N, 1, 28, 28]`, fewer than there are outcomes where the spec does not keep them.
    images: np.ndarray = None
    # Of the worker, with its start and checks.
    seconds: float = 0.0

    @property
    def method(self):
        return self.settings["name"]

    @property
    def is_minimal_norm(self):
        return self.method in MINIMAL_NORM

    @property
    def right(self):
        return self.outcomes["prediction"] == self.outcomes["label"]


class Experiment:
    """A folder `results/NAME`, and the store in `results/.store`."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.store = os.path.join(os.path.dirname(self.folder), ".store")
        with open(os.path.join(self.folder, "results.json")) as file:
            plan = json.load(file)["plan"]
        if len(plan["runs"]) != 1:
            raise ValueError(f"{folder}: an experiment of one run is needed")
        self.run = plan["runs"][0]
        self.models = [model["name"] for model in self.run["models"]]

    def weights(self, model):
        """The path of a model's weights."""
        return os.path.join(
            self.folder, "runs", self.run["name"], "models", model, "model.safetensors")

    def evaluations(self):
        """All evaluations of a model by attacks on it, in the order of the tables."""
        settings = {}
        for attack in self.run["spec"]["eval"]["attacks"]:
            epsilons = attack["epsilon"]
            for epsilon in epsilons if isinstance(epsilons, list) else [epsilons]:
                label = attack.get("label") or attack["name"]
                settings[label, attack["norm"], epsilon] = {**attack, "epsilon": epsilon}
        found = {}
        for model in self.run["models"]:
            for row in model["evaluations"]:
                key = row["attack"], row["norm"], row["epsilon"]
                if row["source"] != "self" or key not in settings:
                    continue
                place = model["name"], row["stage"]
                if place not in found:
                    found[place] = Evaluation(model["name"], row["attack"], settings[key])
                found[place].epsilons.append(row["epsilon"])
        for (_, stage), evaluation in found.items():
            self._read(stage, evaluation)
        return list(found.values())

    def _read(self, stage, evaluation):
        folder = os.path.join(self.store, stage[:2], stage)
        evaluation.outcomes = np.fromfile(os.path.join(folder, "outcomes.bin"), OUTCOME)
        with open(os.path.join(folder, "stage.json")) as file:
            evaluation.seconds = json.load(file)["seconds"]
        kept = os.path.join(folder, "adversarial.npz")
        if os.path.exists(kept):
            with np.load(kept) as arrays:
                evaluation.images = arrays["adversarial"]
        else:
            first = np.fromfile(os.path.join(folder, "first-batch.f32"), "<f4")
            evaluation.images = first.reshape(-1, 1, 28, 28)
