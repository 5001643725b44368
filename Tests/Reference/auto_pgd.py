"""Auto-PGD of torchattacks and AutoAttack: with a random start, from the clean image, and its first
iterates.

torchattacks has no Auto-PGD in l1, and its APGDT in l2 takes the length of the first image's step for
all images; there AutoAttack's own runs, whose folder must be in `sys.path`.
"""

import contextlib

import torch
import torchattacks

NORMS = {"linf": "Linf", "l2": "L2", "l1": "L1"}


def needs_auto_attack(settings):
    return settings["norm"] == "l1" or (settings["name"], settings["norm"]) == ("apgd-t", "l2")


def attack(settings, network):
    """A library's attack with the settings of a spec: of `[N, C, H, W]` and `[N]`, to `[N, C, H, W]`."""
    runner = _runner(settings, network)
    run = runner.perturb if needs_auto_attack(settings) else runner
    if settings["random_start"]:
        return run

    def start_clean(images, labels):
        with no_start(images, settings["norm"]):
            return run(images, labels)

    return start_clean


def first_iterates(settings, network, images, labels):
    """The point of highest loss after `steps` steps from the clean image, and where all points until
    then are right, `[N]`: what is fooled stops at other points in different programs.

    Of a targeted attack only the target of the largest logit.
    """
    runner = _runner(settings, network)
    if needs_auto_attack(settings):
        runner.init_hyperparam(images)
    if settings["name"] == "apgd-t":
        runner.target_class = 2
        with torch.no_grad():
            runner.y_target = network(images).sort(dim=1)[1][:, -2]
    with no_start(images, settings["norm"]):
        # Images, whether they are right, their losses, and more.
        points, right, *_ = runner.attack_single_run(images, labels)
    return points, right


def _runner(settings, network):
    name, norm, targeted = settings["name"], settings["norm"], settings["name"] == "apgd-t"
    if needs_auto_attack(settings):
        from autoattack.autopgd_base import APGDAttack, APGDAttack_targeted

        shared = {
            "norm": NORMS[norm], "eps": settings["epsilon"], "n_iter": settings["steps"], "seed": 0,
            "n_restarts": settings["restarts"], "rho": settings["rho"], "device": "cpu",
            "use_largereps": norm == "l1" and settings["larger_epsilons"]}
        if targeted:
            return APGDAttack_targeted(network, n_target_classes=settings["targets"], **shared)
        return APGDAttack(network, loss=name[5:], **shared)
    shared = {
        "norm": NORMS[norm], "eps": settings["epsilon"], "steps": settings["steps"], "seed": 0,
        "n_restarts": settings["restarts"], "rho": settings["rho"]}
    if targeted:
        return torchattacks.APGDT(network, n_classes=settings["targets"] + 1, **shared)
    return torchattacks.APGD(network, loss=name[5:], **shared)


@contextlib.contextmanager
def no_start(images, norm):
    """Random starts move nothing but the first pixel, which must be black, to below 0: the box brings it
    back. In l1 they move nothing.
    """
    if float(images[:, 0, 0, 0].max()) != 0:
        raise ValueError("the first pixel of an image is not black")
    drawn = torch.rand, torch.randn, torch.Tensor.float

    def corner(shape, rest, edge):
        value = torch.full(tuple(shape), rest, dtype=images.dtype)
        value[:, 0, 0, 0] = edge
        return value

    torch.rand = lambda shape, *_: corner(shape, 0.5, 0.0)
    torch.randn = lambda shape, *_: corner(shape, 0.0, 0.0 if norm == "l1" else -1.0)
    # AutoAttack projects in single precision; the rest that this leaves of black pixels would decide
    # which of equal elements the pooling takes.
    torch.Tensor.float = lambda tensor: tensor.to(images.dtype)
    try:
        yield
    finally:
        torch.rand, torch.randn, torch.Tensor.float = drawn
