"""LZ78 (Ziv & Lempel 1978): a text cut into phrases, each a phrase that was there before and one symbol more."""

from dataclasses import dataclass

from abacus.errors import BadInput

PHRASES = 1 << 18  # of the dictionary; when it is full, both sides begin a new one: memory stays bounded


def parse(symbols):
    """[(pointer, symbol)]: each phrase is the one of that number (from 1; 0 is empty) with one symbol behind it.

    All phrases differ, but the last one may be there already: it is where the text ended.
    """
    known, at, pairs = {}, 0, []
    for symbol in symbols:
        before, at = at, known.get((at, symbol), 0)
        if not at:  # eq. 17
            pairs.append((before, symbol))
            known[before, symbol] = len(pairs)
    return [*pairs, pairs[at - 1]] if at else pairs


def unparse(pairs):
    """The symbols of such pairs, as a list."""
    phrases, symbols = [[]], []
    for pointer, symbol in pairs:
        phrases.append([*phrases[pointer], symbol])
        symbols += phrases[-1]
    return symbols


class Encoder:
    """Bytes in blocks to the bits of their pairs: a pointer as wide as the largest there could be, then eight bits."""

    def __init__(self):
        self._known, self._at, self._last = {}, 0, (0, 0)
        self._bits, self._held = 0, 0  # a number whose last `held` bits wait to be written

    def encode(self, block):
        """The whole bytes of code that a further block of bytes completes."""
        known, at, out = self._known, self._at, bytearray()
        for byte in block:
            self._last = at, byte
            at = known.get(at << 8 | byte, 0)
            if not at:
                out += self._pair(*self._last)
                known[self._last[0] << 8 | byte] = len(known) + 1
                if len(known) == PHRASES:
                    known.clear()
        self._at = at
        return bytes(out)

    def finish(self):
        """The last bytes of code."""
        out = self._pair(*self._last) if self._at else b""
        return out + ((self._bits << 8 - self._held).to_bytes(1) if self._held else b"")

    def _pair(self, pointer, byte):
        width = len(self._known).bit_length() + 8  # eq. 18
        self._bits, self._held = self._bits << width | pointer << 8 | byte, self._held + width
        whole, self._held = divmod(self._held, 8)
        written = (self._bits >> self._held).to_bytes(whole)
        self._bits &= (1 << self._held) - 1
        return written


class Decoder:
    """The way back: `decode(count)` gives the next bytes, from two lists of pairs and never from stored phrases."""

    def __init__(self, code):
        self._code, self._at = code, 0  # a bit's place
        self._pointers, self._bytes, self._rest = [0], [0], b""

    def decode(self, count):
        """The next `count` bytes. BadInput where the code ends before, or points where there is no phrase."""
        found = bytearray(self._rest)
        while len(found) < count:
            width = (len(self._pointers) - 1).bit_length()
            pointer, byte = divmod(self._read(width + 8), 256)
            if pointer >= len(self._pointers):
                raise BadInput(f"it points at phrase {pointer} of {len(self._pointers) - 1}: the code is damaged")
            phrase = bytearray([byte])
            self._pointers.append(pointer)
            self._bytes.append(byte)
            while pointer:
                phrase.append(self._bytes[pointer])
                pointer = self._pointers[pointer]
            found += phrase[::-1]
            if len(self._pointers) > PHRASES:
                self._pointers, self._bytes = [0], [0]
        self._rest = bytes(found[count:])
        return bytes(found[:count])

    def finish(self):
        """BadInput where anything is left: bytes of a phrase, or of the code."""
        if self._rest or (self._at + 7) // 8 != len(self._code):
            raise BadInput("more code than its length says: it is damaged")

    def _read(self, width):
        first, self._at = self._at, self._at + width
        last = -(-self._at // 8)
        if last > len(self._code):
            raise BadInput("the code ends too early: it is truncated")
        return int.from_bytes(bytes(self._code[first // 8 : last])) >> 8 * last - self._at & (1 << width) - 1


def encode(data):
    """The code of some bytes."""
    encoder = Encoder()
    return encoder.encode(data) + encoder.finish()


def decode(code, count):
    """The `count` bytes of a code. BadInput where it is damaged."""
    decoder = Decoder(code)
    data = decoder.decode(count)
    decoder.finish()
    return data


@dataclass
class Text:
    text: str  # what is cut into phrases


def phrases(cfg: Text, job):
    """The pairs of a text of digits: which phrase each one continues, and by what."""
    if not cfg.text.isdecimal():
        raise BadInput(f"text={cfg.text}: wanted digits, such as 1011010100010")
    pairs = parse(cfg.text)
    texts = {0: ""}
    for k, (pointer, symbol) in enumerate(pairs, 1):
        texts[k] = texts[pointer] + symbol
    print("phrases:", " ".join(list(texts.values())[1:]))
    return {str(k): {"pointer": pointer, "symbol": int(symbol)} for k, (pointer, symbol) in enumerate(pairs, 1)}
