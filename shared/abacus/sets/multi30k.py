"""Multi30k, task 1: captions of photographs in English, German and French (Elliott et al. 2016, 2017)."""

from typing import NamedTuple

from abacus.data import formats

PARTS = ("train", "val", "test_2016_flickr", "test_2017_flickr", "test_2017_mscoco")


class Captions(NamedTuple):
    """Three lists of str of equal length: the same captions in three languages."""

    en: list
    de: list
    fr: list


class Multi30k(NamedTuple):
    """29 000 captions to train on, 1 014 to validate, 1 000, 1 000 and 461 to test."""

    train: Captions
    val: Captions
    test_2016_flickr: Captions
    test_2017_flickr: Captions
    test_2017_mscoco: Captions


def load(file):
    """All parts, of the raw text (the tar files of the set hold an older edition of it)."""
    return Multi30k(*(part(file, name) for name in PARTS))


def part(file, name):
    """One part."""
    return Captions(*(formats.lines(file(f"task1-raw/{name}.{language}.gz")) for language in Captions._fields))
