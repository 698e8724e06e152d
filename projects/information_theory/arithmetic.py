"""Arithmetic coding in exact fractions: a whole text is one interval, and its code is one number inside."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from abacus.errors import BadInput
from abacus.settings import at_least


def slices(shares):
    """{symbol: (where its slice of [0, 1) begins, how wide it is)} of {symbol: Fraction}, in their order."""
    whole = sum(shares.values())
    begins = accumulate(shares.values(), initial=Fraction(0))
    return {symbol: (begin / whole, share / whole) for (symbol, share), begin in zip(shares.items(), begins) if share}


def narrow(message, shares):
    """Yield (low, width) after each symbol: the interval of a text lies inside that of each of its beginnings.

    shares: {symbol: Fraction}. BadInput for a symbol without a share.
    """
    low, width, slice_of = Fraction(0), Fraction(1), slices(shares)
    for symbol in message:
        if symbol not in slice_of:
            raise BadInput(f"the symbol {symbol!r} has no share: there are {', '.join(map(repr, slice_of))}")
        begin, share = slice_of[symbol]
        low, width = low + width * begin, width * share  # eq. 14
        yield low, width


def tag(low, width):
    """The shortest bits b1 b2 … such that every number 0.b1b2… with whatever behind it lies in [low, low + width)."""
    places = 0
    while True:
        number = -(-low * 2**places // 1)  # the first multiple of 2^−places that is not below low
        if number + 1 <= (low + width) * 2**places:  # eq. 15
            return f"{number:0{places}b}" if places else ""
        places += 1


def encode(message, shares):
    """The bits of a message: at most log2(1/p) + 2 of them, p its probability."""
    low, width = Fraction(0), Fraction(1)
    for low, width in narrow(message, shares):  # noqa: B007  the last interval is what counts
        pass
    return tag(low, width)


def decode(bits, shares, count):
    """The `count` symbols of a code: each is the one in whose slice the number falls."""
    number, slice_of, found = Fraction(int(bits or "0", 2), 2 ** len(bits)), slices(shares), []
    for _ in range(count):
        symbol = next(s for s, (begin, share) in slice_of.items() if begin <= number < begin + share)
        begin, share = slice_of[symbol]
        number = (number - begin) / share  # eq. 16
        found.append(symbol)
    return found


@dataclass
class Message:
    message: str  # what is sent, ended by a symbol of its own
    alphabet: str  # the symbols, in the order of their slices
    weights: list[float] = at_least(0)  # of the symbols: probabilities or counts


def narrowing(cfg: Message, job):
    """The interval of a message after each of its symbols."""
    if len(cfg.alphabet) != len(cfg.weights) or len(set(cfg.alphabet)) < len(cfg.alphabet) or not sum(cfg.weights):
        raise BadInput(f"alphabet={cfg.alphabet}: wanted {len(cfg.weights)} different symbols, and a weight above 0")
    if not cfg.message:
        raise BadInput("message: it is empty, and its interval all of [0, 1)")
    shares = {symbol: Fraction(str(weight)) for symbol, weight in zip(cfg.alphabet, cfg.weights)}
    print(f"{cfg.message} is sent as the bits {encode(cfg.message, shares)}")
    return {
        f"{place} {symbol}": {"low": float(low), "high": float(low + width)}
        for place, (symbol, (low, width)) in enumerate(zip(cfg.message, narrow(cfg.message, shares)), 1)
    }
