"""The two family trees of Fig. 2 and what they say: 104 pairs (person, relationship), each with its one or two answers."""

import numpy as np

from network import Network

ENGLISH = ["Christopher", "Penelope", "Andrew", "Christine", "Margaret", "Arthur"]
ENGLISH += ["Victoria", "James", "Jennifer", "Charles", "Colin", "Charlotte"]
ITALIAN = ["Roberto", "Maria", "Pierro", "Francesca", "Gina", "Emilio"]
ITALIAN += ["Lucia", "Marco", "Angela", "Tomaso", "Alfonso", "Sophia"]
PEOPLE = ENGLISH + ITALIAN
RELATIONS = ["father", "mother", "husband", "wife", "son", "daughter"]
RELATIONS += ["uncle", "aunt", "brother", "sister", "nephew", "niece"]

COUPLES = [(0, 1), (2, 3), (5, 4), (7, 6), (9, 8)]  # he and she, by their place in a tree
CHILDREN = {(0, 1): (5, 6), (2, 3): (7, 8), (7, 6): (10, 11)}
MEN = {he for he, _ in COUPLES} | {10}

# 24 people and 12 relationships, 6 + 6 units for each, 12, 6, 24 people (Fig. 3)
NETWORK = Network((24, 12, 6, 6, 12, 6, 24), ((), (), (0,), (1,), (2, 3), (4,), (5,)))
PERSON_UNITS = (0, 2)  # the link from the people to their 6 units
PAIRS = 104


def answers(person, relation):
    """The places of all people who are the `relation` of the one at place `person` in a tree: a set, often empty."""
    mate = {p for pair in COUPLES if person in pair for p in pair} - {person}
    elders = {s for parent in _parents(person) for s in _siblings(parent)}
    younger = {c for one in {person} | mate for s in _siblings(one) for c in _children(s)}  # nephews by marriage too
    pairs = {
        ("father", "mother"): _parents(person),
        ("husband", "wife"): mate,
        ("son", "daughter"): _children(person),
        ("uncle", "aunt"): elders | {m for e in elders for pair in COUPLES if e in pair for m in pair},
        ("brother", "sister"): _siblings(person),
        ("nephew", "niece"): younger,
    }
    ((names, found),) = ((names, found) for names, found in pairs.items() if relation in names)
    return {p for p in found if (p in MEN) == (relation == names[0])}


def _parents(person):
    return {p for pair, children in CHILDREN.items() if person in children for p in pair}


def _children(person):
    return {c for pair, children in CHILDREN.items() if person in pair for c in children}


def _siblings(person):
    return {s for children in CHILDREN.values() if person in children for s in children} - {person}


def patterns():
    """(people (104, 24), relations (104, 12), answers (104, 24)), zeros and ones, the English tree first."""
    rows = [
        (tree * 12 + person, RELATIONS.index(relation), [tree * 12 + a for a in found])
        for tree in range(2)
        for person in range(12)
        for relation in RELATIONS
        if (found := sorted(answers(person, relation)))
    ]
    who, how, d = np.zeros((len(rows), 24)), np.zeros((len(rows), 12)), np.zeros((len(rows), 24))
    for n, (person, relation, found) in enumerate(rows):
        who[n, person] = how[n, relation] = d[n, found] = 1
    return who, how, d


def right(y, d):
    """(..., patterns): is the least active answer more active than any other person? y and d (..., patterns, 24)."""
    return np.where(d > 0.5, y, np.inf).min(axis=-1) > np.where(d > 0.5, -np.inf, y).max(axis=-1)
