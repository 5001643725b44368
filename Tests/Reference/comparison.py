"""Compares evaluations of nsl-run with the same attacks of other libraries, by limits of agreement."""

import math
import time

import numpy as np
import torch

import auto_pgd
import libraries
from table import Row, words
from tutorial import BATCH, Network, in_batches, right

# Pixels closer than this are equal.
CLOSE = 1e-5
ORDERS = {"linf": np.inf, "l2": 2, "l1": 1}


class Comparison:
    """Runs the attacks of libraries on one model.

    Args:
        tensors: The model's weights, as `tutorial.weights` reads them.
        images, labels: At least as many as were evaluated.
        auto_attack: Whether AutoAttack's own code is there.
        wanted: The names of libraries to run, or None.
    """

    def __init__(self, tensors, images, labels, auto_attack, wanted=None):
        self.single = Network(tensors)
        self.double = Network(tensors, torch.float64)
        self.images, self.labels = images, labels
        self.auto_attack, self.wanted = auto_attack, wanted

    def rows(self, evaluation, most=None):
        """A row for each library that has the attack, on the first `most` images."""
        count = min(len(evaluation.outcomes), most or len(evaluation.outcomes))
        settings = evaluation.settings
        if is_first_iterates(settings):
            if auto_pgd.needs_auto_attack(settings):
                if self._wants("autoattack") and self.auto_attack:
                    yield self._iterates(evaluation, "autoattack", count)
            elif self._wants("torchattacks"):
                yield self._iterates(evaluation, "torchattacks", count)
            return
        for library in libraries.attacks(settings, self.single, self.auto_attack):
            if not self._wants(library):
                continue
            if evaluation.is_minimal_norm:
                yield self._distances(evaluation, library, count)
            elif is_deterministic(settings):
                yield self._pixels(evaluation, library, count)
            else:
                yield self._accuracy(evaluation, library, count)

    def _wants(self, library):
        return self.wanted is None or library in self.wanted

    def _run(self, settings, library, network, count):
        """The library's images, and seconds."""
        attack = libraries.attacks(settings, network, self.auto_attack)[library]
        torch.manual_seed(0)
        # Squares are drawn for a whole batch, which costs as much for few images.
        x, y = self.images[:count].to(network.dtype), self.labels[:count]
        start = time.perf_counter()
        found = attack(x, y).detach() if settings["name"] == "square" else in_batches(attack, x, y)
        return found, time.perf_counter() - start

    def _pixels(self, evaluation, library, count):
        """Deterministic steps: outcomes one by one and pixels."""
        settings, labels = evaluation.settings, self.labels[:count]
        single, seconds = self._run(settings, library, self.single, count)
        double, _ = self._run(settings, library, self.double, count)
        theirs = right(self.single, single, labels).numpy()
        own_differing = int((right(self.double, double, labels).numpy() != theirs).sum())
        ours = evaluation.right[:count]
        differing = int((ours != theirs).sum())
        own_equal = _equal(single, double)
        # What rounding alone changes in the library is no difference.
        least, most = own_equal - 0.003, max(1, count // 1000, own_differing)
        if settings["name"] == "fgsm":
            least, most = 0.999, 0
        problems = []
        if differing > most:
            problems.append(f"{differing} outcomes differ, allowed {most}")
        equal = self._compare(evaluation, single, least, problems)
        return self._row(
            evaluation, library, count, "accuracy", ours.mean(), theirs.mean(), problems, seconds,
            differing=str(differing), equal=equal, own_equal=own_equal, own_differing=own_differing)

    def _compare(self, evaluation, theirs, least, problems, places=None):
        """The share of the pixels of `places` that are ours, too, over the images that were kept."""
        count = min(len(evaluation.images), len(theirs))
        places = slice(None) if places is None else places[:count]
        ours = torch.from_numpy(evaluation.images[:count].copy())[places]
        equal = _equal(ours, theirs[:count][places])
        if equal < least:
            problems.append(f"{equal:.2%} of the pixels are equal, wanted {least:.2%}")
        return equal

    def _iterates(self, evaluation, library, count):
        """The points of first steps: pixels, where the model stays right, against double precision, in
        which our losses are, too.
        """
        settings, found = evaluation.settings, []
        start = time.perf_counter()
        for network in (self.single, self.double):
            parts = [
                auto_pgd.first_iterates(settings, network, x.to(network.dtype), y)
                for x, y in zip(
                    self.images[:count].split(BATCH), self.labels[:count].split(BATCH))]
            found.append([torch.cat(part).detach() for part in zip(*parts)])
            if network is self.single:
                seconds = time.perf_counter() - start
        (single, _), (double, stays) = found
        stays = stays & torch.from_numpy(evaluation.right[:count].copy())
        own_equal, problems = _equal(single[stays], double[stays]), []
        equal = self._compare(evaluation, double, own_equal - 0.003, problems, stays)
        return self._row(
            evaluation, library, int(stays.sum()), None, None, None, problems, seconds,
            equal=equal, own_equal=own_equal)

    def _accuracy(self, evaluation, library, count):
        """Robust accuracies."""
        settings = evaluation.settings
        found, seconds = self._run(settings, library, self.single, count)
        theirs = right(self.single, found, self.labels[:count]).numpy()
        ours = evaluation.right[:count]
        exact = settings["name"].startswith("apgd") and not settings["random_start"]
        limit = 0.002 if exact else 0.005
        problems = []
        # Other random numbers leave other images: only what chance does not explain is weaker.
        if ours.mean() > theirs.mean() + limit + 1e-9 and (exact or mcnemar(ours, theirs) < 0.05):
            problems.append(f"{100 * (ours.mean() - theirs.mean()):.1f} points weaker")
        return self._row(
            evaluation, library, count, "accuracy", ours.mean(), theirs.mean(), problems, seconds,
            differing=str(int((ours != theirs).sum())),
            stronger=ours.mean() < theirs.mean() - limit - 1e-9)

    def _distances(self, evaluation, library, count):
        """Medians, and the robust accuracies at the radii that were asked for."""
        norm = evaluation.settings["norm"]
        found, seconds = self._run(evaluation.settings, library, self.single, count)
        difference = (found - self.images[:count]).double().flatten(1).numpy()
        theirs = np.linalg.norm(difference, ORDERS[norm], axis=1)
        # Foolbox returns black images where it finds nothing.
        theirs[right(self.single, found, self.labels[:count]).numpy()] = np.inf
        theirs[~right(self.single, self.images[:count], self.labels[:count]).numpy()] = 0
        ours = evaluation.outcomes["distance"][:count].astype(np.float64)
        medians = np.median(ours), np.median(theirs)
        problems = []
        if medians[0] > 1.02 * medians[1]:
            problems.append(f"the median is {100 * (medians[0] / medians[1] - 1):.1f} % longer")
        for epsilon in evaluation.epsilons:
            points = 100 * ((ours > epsilon).mean() - (theirs > epsilon).mean())
            if points > 0.5 + 1e-9:
                problems.append(f"{points:.1f} points weaker at {epsilon:g}")
        shorter = int((ours < 0.99 * theirs).sum()), int((theirs < 0.99 * ours).sum())
        return self._row(
            evaluation, library, count, "median", *medians, problems, seconds,
            differing=f"{shorter[0]} / {shorter[1]}",
            stronger=medians[0] < 0.98 * medians[1])

    def _row(
        self, evaluation, library, count, measure, ours, theirs, problems, seconds, differing="",
        equal=None, own_equal=None, own_differing=None, stronger=False,
    ):
        verdict = "; ".join(problems) or ("stronger" if stronger else "ok")
        number = [None if value is None else float(value) for value in (ours, theirs)]
        return Row(
            evaluation.model, evaluation.label, evaluation.settings["norm"],
            ", ".join(f"{epsilon:g}" for epsilon in evaluation.epsilons),
            words(evaluation.settings), count, library, measure, *number, differing, equal, own_equal,
            own_differing, verdict, evaluation.seconds, seconds)


def mcnemar(a, b):
    """The exact two-sided p-value that two lists of outcomes differ by chance."""
    discordant, fewer = int((a != b).sum()), int(min((a & ~b).sum(), (b & ~a).sum()))
    tail = sum(math.comb(discordant, k) for k in range(fewer + 1))
    return min(1, 2 * tail / 2**discordant)


def is_deterministic(settings):
    """Steps along gradients that no random number decides."""
    return settings["name"] in ("fgsm", "bim", "mifgsm") or (
        settings["name"] == "pgd" and not settings["random_start"])


def is_first_iterates(settings):
    return settings["name"].startswith("apgd") and settings["steps"] <= 3


def _equal(a, b):
    """The share of equal pixels."""
    return float(((a.double() - b.double()).abs() <= CLOSE).double().mean())
