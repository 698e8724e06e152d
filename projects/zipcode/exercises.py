"""Inputs of this lesson's exercises (scripts/learn.py)."""


def counts():
    yield "the network of 1989", ()


def connected():
    yield "the network of 1989", ()
