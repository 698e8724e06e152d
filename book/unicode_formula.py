"""Formulas that a lesson writes as plain indented lines: set in the mathematical font, numbers at the right."""

import re
from html import escape

_TAG = re.compile(r"\s*\((?:eq\. )?(\d{1,3})\)\s*$")
_COMMAND = re.compile(r"^\s*(?:\$ |python|pip|cd |from |import |pytest|git |uv )", re.MULTILINE)
_SCRIPT = re.compile(r"([_^])(?:\{([^{}]*)\}|\(([^()]*)\)|([A-Za-z0-9α-ω−+*′]+))")
_SHIFTED = {  # Unicode's own small letters, which mathematical fonts lack
    "sub": ("₀₁₂₃₄₅₆₇₈₉₊₋₌ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+−=aehijklmnoprstuvx"),
    "sup": ("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵀᵏ", "0123456789+−()niTk"),
}


def lines(block):
    """[(HTML, number or None)] of an indented block; None where it is no mathematics but commands or output."""
    found = [line for line in block.rstrip("\n").split("\n") if line.strip()]
    if _COMMAND.search(block) or not any(sign in block for sign in "=≈≤≥∝←→Σ∂"):
        return None
    return [(_line(_TAG.sub("", line)), (_TAG.search(line) or [None, None])[1]) for line in found]


def _line(text):
    indent = len(text) - len(text.lstrip())
    html = re.sub(r"(?<=[A-Za-z)\]̂̃])'(?![a-z]{2})", "′", escape(text.strip(), quote=False))
    for sign, (small, plain) in _SHIFTED.items():
        html = re.sub(f"([{small}]+)", rf"<{sign}>\1</{sign}>", html).translate(str.maketrans(small, plain))
    html = re.sub(r"\s{3,}", "<span class='gap'></span>", html)
    html = _SCRIPT.sub(lambda m: f"<{_tag(m)}>{m[2] or m[3] or m[4]}</{_tag(m)}>", html)
    parts = re.split(r"(<[^>]+>|&\w+;)", html)
    html = "".join(part if part[:1] in ("<", "&") else _slanted(part) for part in parts)
    return f'<span class="formula" style="padding-left:{indent}ch">{html}</span>'


def _tag(match):
    return "sub" if match[1] == "_" else "sup"


def _slanted(text):
    """Single letters slant, words stay upright."""
    return re.sub(r"(?<![A-Za-z0-9])([∂dΔ]?)([A-Za-zα-ω][\u0300-\u036f]*)(?![A-Za-z])", r"\1<i>\2</i>", text)
