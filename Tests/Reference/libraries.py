"""The attacks of Foolbox, torchattacks and AutoAttack with the settings of a spec.

Left out is what has other settings than ours: the MI-FGSM of Foolbox sums signs instead of gradients,
the CW of torchattacks does not search for its constant, and its DeepFool has no candidates.
"""

import foolbox
import torch
import torchattacks

import auto_pgd

FAB_NORMS = {"linf": "Linf", "l2": "L2", "l1": "L1"}


def attacks(settings, network, auto_attack):
    """For each library that has the attack, its name and `attack(images, labels)`.

    Args:
        settings: As in a spec, with all defaults, for one epsilon.
        auto_attack: Whether AutoAttack is there.
    """
    name = settings["name"]
    found = {}
    if name in ("fgsm", "bim", "mifgsm", "pgd"):
        runner = _torchattacks_steps(settings, network)
        if runner:
            found["torchattacks"] = runner
        runner = _foolbox_steps(settings)
        if runner:
            found["foolbox"] = _foolbox(runner, network, settings["epsilon"])
    elif name.startswith("apgd"):
        if auto_pgd.needs_auto_attack(settings):
            if auto_attack:
                found["autoattack"] = auto_pgd.attack(settings, network)
        else:
            found["torchattacks"] = auto_pgd.attack(settings, network)
    elif name == "square":
        found["torchattacks"] = torchattacks.Square(
            network, norm=FAB_NORMS[settings["norm"]], eps=settings["epsilon"],
            n_queries=settings["queries"], n_restarts=settings["restarts"],
            p_init=settings["p_init"], seed=0, loss="margin", resc_schedule=True)
    elif name in ("fab", "fab-t"):
        found["torchattacks"] = _fab(settings, network)
    elif name == "deepfool":
        kind = {"linf": foolbox.attacks.LinfDeepFoolAttack, "l2": foolbox.attacks.L2DeepFoolAttack}
        found["foolbox"] = _foolbox(
            kind[settings["norm"]](
                steps=settings["steps"], candidates=settings["candidates"],
                overshoot=settings["overshoot"]), network)
    elif name == "cw":
        found["foolbox"] = _foolbox(
            foolbox.attacks.L2CarliniWagnerAttack(
                binary_search_steps=settings["binary_search_steps"], steps=settings["steps"],
                stepsize=settings["step_size"], confidence=settings["confidence"],
                initial_const=settings["initial_const"], abort_early=settings["abort_early"]),
            network)
    return found


def _torchattacks_steps(settings, network):
    name, norm, epsilon = settings["name"], settings["norm"], settings["epsilon"]
    if name == "fgsm" and norm == "linf":
        return torchattacks.FGSM(network, eps=epsilon)
    steps = {"eps": epsilon, "alpha": settings.get("step_size"), "steps": settings.get("steps")}
    if name == "bim" and norm == "linf":
        return torchattacks.BIM(network, **steps)
    if name == "mifgsm" and norm == "linf":
        return torchattacks.MIFGSM(network, decay=settings["decay"], **steps)
    if name == "pgd" and norm != "l1":
        kind = torchattacks.PGD if norm == "linf" else torchattacks.PGDL2
        return kind(network, random_start=settings["random_start"], **steps)
    return None


def _foolbox_steps(settings):
    name, norm = settings["name"], settings["norm"]
    if name == "fgsm" and norm == "linf":
        return foolbox.attacks.LinfFastGradientAttack(random_start=False)
    steps = {"abs_stepsize": settings.get("step_size"), "steps": settings.get("steps")}
    if name == "bim" and norm == "linf":
        return foolbox.attacks.LinfBasicIterativeAttack(**steps)
    if name == "pgd":
        steps["random_start"] = settings["random_start"]
        if norm == "l1" and settings["l1_steps"] == "sparse":
            return foolbox.attacks.SparseL1DescentAttack(quantile=0.99, **steps)
        kind = {
            "linf": foolbox.attacks.LinfProjectedGradientDescentAttack,
            "l2": foolbox.attacks.L2ProjectedGradientDescentAttack,
            "l1": foolbox.attacks.L1ProjectedGradientDescentAttack}
        return kind[norm](**steps)
    return None


def _foolbox(attack, network, epsilon=None):
    radius = {} if epsilon is None else {"epsilon": epsilon}
    model = foolbox.PyTorchModel(network, bounds=(0, 1))

    def run(images, labels):
        return attack.run(model, images, foolbox.criteria.Misclassification(labels), **radius)

    return run


def _fab(settings, network):
    targeted = settings["name"] == "fab-t"
    # Its `perturb` gives up what is outside of one epsilon: the runs below it are called.
    attack = torchattacks.attacks.fab.FAB(
        network, norm=FAB_NORMS[settings["norm"]], eps=None, steps=settings["steps"],
        alpha_max=settings["alpha_max"], eta=settings["eta"], beta=settings["beta"],
        multi_targeted=targeted)
    if not targeted:
        return attack.attack_single_run
    order = {"linf": float("inf"), "l2": 2, "l1": 1}[settings["norm"]]

    def run(images, labels):
        best = images.clone()
        least = torch.full((len(images),), float("inf"))
        for number in range(2, settings["targets"] + 2):
            attack.target_class = number
            found = attack.attack_single_run_targeted(images, labels)
            length = (found - images).flatten(1).norm(p=order, dim=1)
            with torch.no_grad():
                length[network(found).argmax(1) == labels] = float("inf")
            closer = length < least
            best[closer], least[closer] = found[closer], length[closer]
        return best

    return run
