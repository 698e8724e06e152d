"""Numerical precision at a look: the numbers of small formats, sums that go wrong, a network that learns in eight bits."""

from dataclasses import dataclass

import numpy as np

import by_format
import classics
import depth
import harmonic
import pictures
import rounding
import summation
import training
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import above, at_least, between, one_of
from formats import FORMATS


@dataclass
class Config:
    number: float = above(0)  # that is stored, and added up
    terms: int = at_least(1)  # how often
    format: str = one_of(*FORMATS)  # of the sums of random numbers
    doublings: int = between(1, 20)  # n = 2, 4, … 2^doublings of them
    trials: int = at_least(1)  # sums of each length
    learn_in: list[str]  # formats of the network's weights, activations and gradients
    passes: int = at_least(1)  # times that every digit is shown to it


def look(cfg: Config, job):
    """What each format stores of a number and makes of a sum, the errors of sums, and a network trained in several."""
    if not cfg.learn_in:
        raise BadInput("learn_in=[]: wanted at least one format, such as [binary32]")
    total = cfg.number * cfg.terms
    sums = {name: added(cfg.number, cfg.terms, form) for name, form in FORMATS.items()}
    form, growth = FORMATS[cfg.format], {}
    x = rounding.nearest(job.rng("numbers").random((2**cfg.doublings, cfg.trials)), form)
    for k in range(1, cfg.doublings + 1):
        growth[2**k] = summation.errors(x[: 2**k], form)
    networks = {name: small_network(name, cfg.passes) for name in cfg.learn_in}
    given = training.printed(networks[cfg.learn_in[0]], job)
    errors = {name: training.train(network, job, given)["test error"] for name, network in networks.items()}
    with job.figure("look") as figure:
        pictures.look(figure, cfg, growth, job.logged())
    worst = max(cfg.learn_in, key=errors.get)
    stored = FORMATS["bfloat16"].round(cfg.number)
    print(
        f"bfloat16 stores {cfg.number:g} as {stored!r}, and adds {cfg.terms:,} of them up to {sums['bfloat16']:g} where "
        f"{total:g} is right; binary64 finds {sums['binary64']!r}. A network that learns in {worst} misreads "
        f"{errors[worst]:.0f} % of the digits, in {cfg.learn_in[0]} {errors[cfg.learn_in[0]]:.0f} %."
    )
    return {f"sum in {name}": s for name, s in sums.items()} | {
        f"test error in {name}": e for name, e in errors.items()
    }


def added(number, terms, form):
    """number + number + …, so many terms, stored and added in the format."""
    return summation.naive(np.full(terms, form.round(number)).tolist(), form.round)


def small_network(name, passes):
    """The settings of a network that learns in seconds: it computes in the format of that name, its weights are in binary32."""
    return training.Config(
        format=name,
        weights="binary32",
        rounding="nearest",
        loss_scale=1.0,  # none, so that one sees why it is needed
        hidden=[32],
        gain=2.0,  # He et al. 2015, eq. 10
        train=1000,
        test=500,
        side=12,
        passes=passes,
        batch=50,
        rate=0.2,
    )


if __name__ == "__main__":
    launch(
        look,
        classics.limits,
        classics.fields,
        classics.decimals,
        classics.cents,
        classics.rump,
        classics.muller,
        classics.patriot,
        rounding.chance,
        harmonic.stall,
        summation.lengths,
        by_format.deviations,
        by_format.variances,
        by_format.hilbert,
        training.learn,
        training.gupta,
        depth.filters,
        depth.signal,
        depth.deep,
        figures={
            summation.lengths: pictures.lengths,
            by_format.deviations: pictures.digits,
            by_format.variances: pictures.digits,
            by_format.hilbert: pictures.hilbert,
            training.learn: pictures.training,
            training.gupta: pictures.training,
            depth.signal: pictures.signal,
            depth.deep: pictures.training,
        },
    )
