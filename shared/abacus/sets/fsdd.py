"""Free Spoken Digit Dataset: the ten digits, spoken by six people fifty times each (Jackson et al. 2018)."""

import io
import wave
from typing import NamedTuple

import numpy as np

from abacus.data import archives, formats


class Fsdd(NamedTuple):
    """3 000 `recordings`, int16 arrays of samples at 8 kHz, `digits` int64, `speakers` str, `takes` int64.

    Takes 0 to 4 of each digit and speaker are the official test set.
    """

    recordings: list
    digits: np.ndarray
    speakers: np.ndarray
    takes: np.ndarray


def load(file):
    """The archive's files, named digit_speaker_take.wav, in that order."""
    path = file("recordings.tar.xz")
    found = archives.members(path, formats.CAP, lambda member: member.endswith(".wav"))
    keyed = []
    for member, body in found.items():
        digit, speaker, take = member.split("/")[-1].removesuffix(".wav").split("_")
        keyed.append((int(digit), speaker, int(take), body))
    keyed.sort(key=lambda key: key[:3])
    digits, speakers, takes, bodies = zip(*keyed)
    return Fsdd([_samples(path, body) for body in bodies], np.array(digits), np.array(speakers), np.array(takes))


def _samples(path, body):
    with archives.named(path), wave.open(io.BytesIO(body)) as sound:
        if (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) != (1, 2, 8000):
            raise ValueError("not 16 bit mono at 8 kHz")
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.int16)
