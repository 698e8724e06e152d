"""A look: a century of earthquakes decoded, and a casino that now and then takes a loaded die."""

from dataclasses import dataclass

import numpy as np

import casino
import earthquakes
import pictures
from abacus.launch import launch
from abacus.settings import at_least
from hidden_markov import HiddenMarkov


@dataclass
class Config(earthquakes.Search):
    states: int = at_least(1)  # of the earthquakes' model
    rolls: int = at_least(1)  # of the casino's die that are shown


def look(cfg: Config, job):
    """The earthquakes' states year by year, and where the casino's die was loaded, as the rolls alone tell."""
    years, counts = earthquakes.counts()
    model, log_likelihood = earthquakes.fitted(cfg.states, cfg)
    log_probability, path = model.decode(counts)
    local = model.predict_proba(counts).argmax(axis=1)
    next_year = float(model.forecast(counts)[0] @ model.emission_.means[:, 0])
    other = years[path != local]
    with job.figure("earthquakes") as figure:
        pictures.decoded(figure, years, counts[:, 0], model, path, local)
    rolls, dice = casino.rolls(cfg.rolls, job.rng("rolls"))
    knows = HiddenMarkov.known(casino.dishonest())
    posterior, guess = knows.predict_proba(rolls)[:, 1], knows.predict(rolls)
    with job.figure("casino") as figure:
        pictures.dice(figure, rolls[:, 0], dice, posterior, guess)
    right = 100 * float(np.mean(guess == dice))
    named = ", ".join(map(str, other)) or "no year"
    print(
        f"{cfg.states} states explain the earthquakes with log-likelihood {log_likelihood:.4f}; the likeliest path and "
        f"the likeliest state of each year differ in {named}. "
        f"{earthquakes.LAST + 1} can expect {next_year:.1f} of them. "
        f"Of {cfg.rolls} rolls, {right:.0f} % are told by the right die."
    )
    return {
        "earthquakes": {
            "log-likelihood": log_likelihood,
            "of the path": log_probability,
            "years that differ": len(other),
            "expected next year": next_year,
        },
        "casino": {"right die": right},
    }


if __name__ == "__main__":
    launch(
        look,
        earthquakes.iterations,
        earthquakes.transitions,
        earthquakes.mixtures,
        earthquakes.four,
        earthquakes.autocorrelations,
        earthquakes.decay,
        earthquakes.prediction,
        earthquakes.choice,
        casino.learn,
        figures={
            earthquakes.iterations: pictures.climb,
            earthquakes.autocorrelations: pictures.autocorrelations,
            earthquakes.choice: pictures.criteria,
            earthquakes.prediction: pictures.prediction,
        },
    )
