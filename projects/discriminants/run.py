"""Discriminant analysis: Fisher's irises, the wine file, and the waveform and vowel tables of ESL."""

from dataclasses import dataclass

import classified
import fisher
import pictures
import waves
from abacus.launch import launch


@dataclass
class Config:
    """Fisher's tables are worked from his measurements alone: there is nothing to set."""


def compound(cfg: Config, job):
    """Fisher's compound of four measurements that tells two irises apart, and its analysis of variance (his p. 182)."""
    print(
        "One number, a sum of four measurements, tells two species of iris apart; beside it what Fisher printed in 1936."
    )
    return fisher.compound(fisher.irises())


def means(cfg: Config, job):
    """Table II: means of the measurements of two species."""
    return fisher.means(fisher.irises())


def sums(cfg: Config, job):
    """Table III: sums of squares and products within species."""
    return fisher.sums(fisher.irises())


def reciprocal(cfg: Config, job):
    """Table IV: the reciprocal of Table III, and the compound's coefficients."""
    return fisher.reciprocal(fisher.irises())


def hybrid(cfg: Config, job):
    """Table IX: the compound for three species if versicolor is a hybrid of the two others."""
    return fisher.hybrid(fisher.irises())


if __name__ == "__main__":
    of_fisher = compound, means, sums, reciprocal, hybrid
    launch(*of_fisher, classified.wine, classified.vowel, waves.waveforms, figures={compound: pictures.draw})
