"""Metsis, Androutsopoulos & Paliouras 2006: a mail filter that learns from every batch and is tested on the next."""

from dataclasses import dataclass

import numpy as np

import text
from abacus import data
from abacus.errors import BadInput
from abacus.settings import above, at_least, one_of

PARTS = tuple(f"enron{box}" for box in range(1, 7))


@dataclass
class Config:
    sets: list[str] = one_of(*PARTS)  # the mailboxes: two columns each
    model: str = one_of("multinomial", "boolean", "bernoulli")  # of counts, of presence, or of presence and absence
    batch: int = at_least(1)  # messages between two trainings
    attributes: int = at_least(1)  # tokens that are kept
    floor: int = at_least(1)  # messages that a token must be in
    alpha: float = above(0)  # smoothing

    def __post_init__(self):
        if not self.sets:
            raise BadInput(f"sets={self.sets}: wanted some of {', '.join(PARTS)}")


def recalls(cfg: Config, job):
    """Spam and ham recall in per cent on every mailbox of `cfg.sets`: {"E1 spam": ..., "E1 ham": ...}."""
    out = {}
    for done, name in enumerate(cfg.sets, 1):
        mailbox = data.load("enron-spam", name)
        counted = text.counted([message.split() for message in mailbox.texts], {}, grow=True)
        spam, ham = filtered(counted, np.asarray(mailbox.spam).astype(np.int64), cfg)
        short = name.replace("enron", "E")
        out |= {f"{short} spam": spam, f"{short} ham": ham}
        job.progress(done / len(cfg.sets), name)
    return out


def filtered(counted, spam, cfg):
    """Recall of spam and of ham over all batches but the first, in per cent; messages in the order of arrival."""
    if len(set(spam[cfg.batch :])) < 2:
        raise BadInput(f"batch={cfg.batch}: wanted spam and ham behind the first batch, of {len(spam)} messages")
    present = text.present(counted)
    x = present if cfg.model != "multinomial" else counted
    said = np.zeros(len(spam), np.int64)
    for start in range(cfg.batch, len(spam), cfg.batch):
        kept = attributes(present[:start], spam[:start], cfg.attributes, cfg.floor)
        batch = slice(start, start + cfg.batch)
        said[batch] = RULES[cfg.model](x[:start], spam[:start], x[batch], kept, cfg.alpha)
    spam, said = spam[cfg.batch :], said[cfg.batch :]
    return float(100 * said[spam == 1].mean()), float(100 * (1 - said[spam == 0]).mean())


def attributes(present, spam, count, floor):
    """The `count` tokens of highest information gain, eq. (19), among those in at least `floor` messages."""
    with_token = _by_class(present, spam)
    total = np.bincount(spam, minlength=2).astype(np.float64)[:, None]
    share = np.stack([with_token, total - with_token]) / total.sum()  # p(token there or not, class)
    marginal = share.sum(axis=1, keepdims=True)
    gain = -_plogp(total / total.sum()).sum() + (_plogp(share) - share * _log(marginal)).sum(axis=(0, 1))  # eq. 19
    gain[with_token.sum(axis=0) < floor] = -1
    best = np.argsort(-gain, kind="stable")[:count]
    return best[gain[best] >= 0]


def multinomial(train, spam, test, kept, alpha):
    """Eq. (7) over the kept tokens, on counts or on presence, whatever `train` and `test` hold."""
    count = _by_class(train, spam)[:, kept] + alpha
    weights = np.log(count) - np.log(count.sum(axis=1, keepdims=True))
    return _larger(test, kept, weights, _log_prior(spam))


def bernoulli(train, spam, test, kept, alpha):
    """Eq. (8) over the kept tokens."""
    total = np.bincount(spam, minlength=2)[:, None] + 2 * alpha
    p = (_by_class(train, spam)[:, kept] + alpha) / total
    return _larger(test, kept, np.log(p) - np.log(1 - p), _log_prior(spam) + np.log(1 - p).sum(axis=1))


RULES = {"multinomial": multinomial, "boolean": multinomial, "bernoulli": bernoulli}


def _larger(test, kept, weights, constant):
    """Which class has the larger constant + Σ of the weights of the kept tokens."""
    dense = np.zeros((test.shape[1], 2))
    dense[kept] = weights.T
    score = test @ dense + constant
    return (score[:, 1] >= score[:, 0]).astype(np.int64)


def _by_class(x, spam):
    """Column sums of the messages of ham and of spam, (2, tokens)."""
    owner = np.repeat(spam, np.diff(x.indptr))
    both = np.bincount(owner * x.shape[1] + x.indices, weights=x.data, minlength=2 * x.shape[1])
    return both.reshape(2, x.shape[1])


def _log_prior(spam):
    return np.log(np.bincount(spam, minlength=2) / len(spam))


def _log(p):
    return np.log(np.where(p > 0, p, 1.0))


def _plogp(p):
    return p * _log(p)
