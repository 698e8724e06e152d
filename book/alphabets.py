"""Letters of mathematical alphabets: bold, double-struck, script, as Unicode has them (the block U+1D400 and its holes)."""

STARTS = {  # the first capital, small letter and digit
    "\\mathbf": (0x1D400, 0x1D41A, 0x1D7CE),
    "\\boldsymbol": (0x1D468, 0x1D482, 0x1D7CE),
    "\\bm": (0x1D468, 0x1D482, 0x1D7CE),
    "\\mathit": (0x1D434, 0x1D44E, None),
    "\\mathbb": (0x1D538, 0x1D552, 0x1D7D8),
    "\\mathcal": (0x1D49C, 0x1D4B6, None),
    "\\mathscr": (0x1D49C, 0x1D4B6, None),
}
_HOLES = {0x1D455: "ℎ"}  # letters that Unicode had before the block was made
_HOLES |= {0x1D49C + ord(letter) - ord("A"): sign for letter, sign in zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ")}
_HOLES |= {0x1D4B6 + ord(letter) - ord("a"): sign for letter, sign in zip("ego", "ℯℊℴ")}
_HOLES |= {0x1D538 + ord(letter) - ord("A"): sign for letter, sign in zip("CHNPQRZ", "ℂℍℕℙℚℝℤ")}
_BOLD_GREEK = {"Α": 0x1D6A8, "α": 0x1D6C2}


def turned(alphabet, word):
    """`word` in that alphabet; what the alphabet lacks stays as it is."""
    return "".join(_letter(sign, alphabet) for sign in word)


def _letter(sign, alphabet):
    capital, small, digit = STARTS[alphabet]
    bold = alphabet in ("\\mathbf", "\\boldsymbol", "\\bm")
    for first, last, start in (("A", "Z", capital), ("a", "z", small), ("0", "9", digit)):
        if first <= sign <= last and start:
            code = start + ord(sign) - ord(first)
            return _HOLES.get(code, chr(code))
    for first, last in (("Α", "Ω"), ("α", "ω")):
        if bold and first <= sign <= last:
            return chr(_BOLD_GREEK[first] + ord(sign) - ord(first))
    return sign
