"""Channels and what they can carry: capacity by Blahut and Arimoto's steps, closed forms, and Shannon's telegraph."""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from abacus.errors import BadInput
from abacus.settings import above, at_least, between, one_of
from measures import entropy, mutual, shares

STEPS = (
    100_000  # of Blahut and Arimoto: the bounds close like a power of a number below 1, or like 1/steps at the worst
)


def binary_symmetric(noise):
    """Two letters; each is taken for the other with probability `noise`."""
    return np.array([[1 - noise, noise], [noise, 1 - noise]])


def binary_erasure(noise):
    """Two letters; each is lost with probability `noise`, and that is seen (the third output)."""
    return np.array([[1 - noise, 0, noise], [0, 1 - noise, noise]])


def z(noise):
    """Two letters; the first always arrives, the second arrives as the first with probability `noise`."""
    return np.array([[1, 0], [noise, 1 - noise]])


def typewriter(letters):
    """The channel of a typewriter that may hit a neighbour: after the letter (26 letters) or on either side (27)."""
    places = np.arange(letters)

    def neighbours(noise):
        channel = np.zeros((letters, letters))
        channel[places, places] = 1 - noise
        sides = [1] if letters % 2 == 0 else [-1, 1]
        for side in sides:
            channel[places, (places + side) % letters] += noise / len(sides)
        return channel

    return neighbours


def three_letters(noise):
    """One letter that always arrives; two that pass for one another with probability `noise` (Shannon 1948, section 15)."""
    return np.array([[1, 0, 0], [0, 1 - noise, noise], [0, noise, 1 - noise]])


def seven_binary_digits(noise):
    """Blocks of seven binary digits; with probability `noise` one of the seven arrives wrong, each as likely (section 17)."""
    blocks = np.arange(128)
    channel = np.zeros((128, 128))
    channel[blocks, blocks] = 1 - noise
    for digit in range(7):
        channel[blocks, blocks ^ 1 << digit] = noise / 7
    return channel


CHANNELS = {
    "binary symmetric": binary_symmetric,
    "binary erasure": binary_erasure,
    "Z": z,
    "typewriter, 26 letters": typewriter(26),
    "typewriter, 27 letters": typewriter(27),
    "three letters": three_letters,
    "seven binary digits": seven_binary_digits,
}
USES = {"seven binary digits": 7}  # letters in one use of the channel, where it is not one


def binary_entropy(p):
    """H(p, 1 − p) in bits."""
    return entropy(np.array([p, 1 - p]))


CLOSED = {  # capacity in bits a use, by the noise
    "binary symmetric": lambda noise: 1 - binary_entropy(noise),  # eq. 25
    "binary erasure": lambda noise: 1 - noise,  # eq. 26
    "Z": lambda noise: math.log2(1 + (1 - noise) * noise ** (noise / (1 - noise))) if noise < 1 else 0.0,  # eq. 27
    "typewriter, 26 letters": lambda noise: math.log2(26) - binary_entropy(noise),  # eq. 28
    "typewriter, 27 letters": lambda noise: math.log2(27) - binary_entropy(noise) - noise,
    "three letters": lambda noise: math.log2(1 + 2 ** (1 - binary_entropy(noise))),
    "seven binary digits": lambda noise: 7 - binary_entropy(noise) - noise * math.log2(7),
}


def blahut_arimoto(channel, gap):
    """(lower bound, upper bound, input shares) of the capacity in bits a use; channel (inputs, outputs), rows summing to 1.

    Each step moves the inputs' shares p towards those whose outputs are most unlike the others' (Blahut 1972, Arimoto
    1972). The capacity lies between the bounds at every step; it ends where they are less than `gap` apart.
    """
    p = np.full(len(channel), 1 / len(channel))
    logs = np.log2(channel, out=np.zeros_like(channel, dtype=np.float64), where=channel > 0)
    for _ in range(STEPS):
        told = (channel * (logs - np.log2(p @ channel, out=np.zeros(channel.shape[1]), where=p @ channel > 0))).sum(
            axis=1
        )
        lower, upper = p @ told, told.max()  # eq. 24
        if upper - lower < gap:
            return max(float(lower), 0.0), float(upper), p
        p = shares(p * np.exp2(told - upper))
    raise BadInput(
        f"gap={gap}: after {STEPS} steps the bounds are still {upper - lower:.2g} bits apart: wanted a larger gap"
    )


def telegraph_capacity(dot, dash, letter, word):
    """Bits a unit of time where dots and dashes last so long, and spaces too, of which no two follow one another.

    C = log2 W, where W is the largest root of 1 = (W^−dot + W^−dash)(1 + W^−letter + W^−word) (Shannon 1948, section 1).
    """
    times = [mark + space for mark in (dot, dash) for space in (0, letter, word)]
    low, high = 0.0, math.log2(len(times)) / min(times)  # at the first the sum is 6, at the second at most 1
    while low < (middle := (low + high) / 2) < high:  # until no number lies between them
        if sum(2 ** (-middle * time) for time in times) > 1:  # eq. 29
            low = middle
        else:
            high = middle
    return high


@dataclass
class Channel:
    channel: str = one_of(*CHANNELS)
    noise: float = between(0, 1)  # the probability that a letter (or a block) does not arrive as it was sent
    gap: float = above(0)  # bits: how near to one another the bounds of the capacity come


def capacity(cfg: Channel, job):
    """The capacity of a channel in bits a letter, and how uncertain the input stays when the best inputs are used."""
    channel, uses = CHANNELS[cfg.channel](cfg.noise), USES.get(cfg.channel, 1)
    lower, upper, p = blahut_arimoto(channel, cfg.gap)
    joint = p[:, None] * channel
    return {
        "C": (lower + upper) / 2 / uses,
        "closed form": CLOSED[cfg.channel](cfg.noise) / uses,
        "equivocation": (entropy(p) - mutual(joint)) / uses,
        "p of the first letter": float(p[0]),
    }


@dataclass
class Telegraph:
    dot: int = at_least(1)  # units of time: the line closed and then open
    dash: int = at_least(1)
    letter: int = at_least(1)  # the space between letters
    word: int = at_least(1)  # the space between words


def telegraph(cfg: Telegraph, job):
    """What a telegraph carries at most, and what the number of different messages of 1000 units says."""
    times = Counter(mark + space for mark in (cfg.dot, cfg.dash) for space in (0, cfg.letter, cfg.word))
    messages = [1]
    for t in range(1, 1001):
        messages.append(sum(many * messages[t - time] for time, many in times.items() if time <= t))
    found = {"C": telegraph_capacity(cfg.dot, cfg.dash, cfg.letter, cfg.word)}
    return found | ({"log2 N(1000)/1000": math.log2(messages[-1]) / 1000} if messages[-1] else {})
