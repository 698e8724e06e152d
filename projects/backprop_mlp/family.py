"""The two family trees of Fig. 2 and what they say: 104 pairs (person, relationship), each with its one or two answers."""

from dataclasses import dataclass

import numpy as np

import by_hand
import figures
import training
from abacus.settings import above, at_least, between, one_of
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


@dataclass
class Config:
    held_out: int = between(0, PAIRS - 1)  # pairs that are not trained on, and asked for afterwards
    reach: float = above(0)  # weights and biases start uniform on (-reach, reach)
    sweeps: list[int] = at_least(1)  # through all patterns, phase by phase
    eps: list[float] = above(0)  # learning rate of each phase
    alpha: list[float] = between(0, 1)  # momentum of each phase
    slack: float = between(0, 0.5)  # an output so near to its target counts as no error
    decay: float = between(0, 1)  # share of every weight that is lost after each change
    gradient: str = one_of(*training.GRADIENTS)  # how the gradient is found

    def __post_init__(self):
        training.phases(self)


def learn_family(cfg: Config, job):
    """How many of the pairs that were trained, and of those held out, have all their answers ahead of any other person."""
    return learn_many(cfg, [job])[0]


def learn_many(cfg, jobs):
    """The same of one network for each job, all in one batch; each job draws what is held out."""
    *inputs, d = patterns()
    everything = np.arange(PAIRS)
    orders = np.stack([job.rng("held out").permutation(PAIRS) if cfg.held_out else everything for job in jobs])
    seen, unseen = (([x[part] for x in inputs], d[part]) for part in np.split(orders, [cfg.held_out], axis=1)[::-1])
    outcome, _ = training.learn(NETWORK, *seen, cfg, jobs, 0.0, slack=cfg.slack, decay=cfg.decay)  # to the last sweep
    if jobs[0].seed == 0:
        with jobs[0].figure("people") as figure:
            figures.people(figure, outcome.w[PERSON_UNITS][0], ENGLISH)
    return counts(outcome.w, seen, unseen)


def counts(w, seen, unseen):
    """[{column: how many of its pairs a network has right}] of the pairs trained and of the others: (inputs, targets)."""
    learned, others = (right(by_hand.outputs(NETWORK, w, x)[-1], d).sum(axis=1) for x, d in (seen, unseen))
    return [{"triples learned": int(a), "unseen right": int(b)} for a, b in zip(learned, others)]


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
