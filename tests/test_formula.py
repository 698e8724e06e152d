"""LaTeX to MathML: what comes out is well formed, spaced as TeX does it, and what is not understood is one clear line."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from abacus.errors import BadInput

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from book import formula, symbols  # noqa: E402


def tags(source, block=False):
    """The names of the elements of a formula, in order."""
    return re.findall(r"<(\w+)", formula.mathml(source, block))


def text(source):
    return "".join(ElementTree.fromstring(formula.mathml(source)).itertext())


def lessons():
    return sorted(ROOT.glob("projects/*/README.md"))


@pytest.mark.parametrize("path", lessons(), ids=lambda p: p.parent.name)
def test_every_formula_of_a_lesson_is_well_formed(path):
    source = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^```math\n(.*?)^```", source, re.DOTALL | re.MULTILINE)
    for block in blocks:
        ElementTree.fromstring(formula.mathml(formula.numbered(block)[0], True))
    for inline in re.findall(r"\$`([^`]+)`\$", source):
        ElementTree.fromstring(formula.mathml(inline))


def test_every_symbol_that_is_known_is_set():
    for token in symbols.KINDS:
        ElementTree.fromstring(formula.mathml(f"a {token} b"))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (r"x^10", "x10"),  # one digit goes up
        (r"\frac12", "12"),
        (r"f''(x)", "f′′(x)"),
        (r"\mathbb{R}^n", "ℝn"),
        (r"\mathbf{x}\,\mathcal{L}", "𝐱ℒ"),
        (r"\text{50\% of $x_i$}", "50% of\xa0xi"),
        (r"\left\lfloor a \right\rfloor", "⌊a⌋"),
        (r"a \not= b", "a≠b"),
        (r"\hat P", "Pˆ"),
        (r"a \bmod b", "amodb"),
    ],
)
def test_what_is_read(source, said):
    assert text(source) == said


def test_limits_stand_above_where_there_is_room_and_beside_elsewhere():
    assert "munderover" in tags(r"\sum_{i=1}^n x_i", block=True)
    assert "munderover" not in tags(r"\sum_{i=1}^n x_i") and "msubsup" in tags(r"\sum_{i=1}^n x_i")
    assert "munder" in tags(r"\max_i x", block=True) and "munder" not in tags(r"\frac{\max_i x}{2}", block=True)


def test_a_sign_in_front_takes_no_space_and_one_between_does():
    def spaces(source):
        found = re.findall(r'<mo [^>]*lspace="([^"]*)" rspace="([^"]*)">−<', formula.mathml(source))
        return [float(left.removesuffix("em")) for left, _ in found]

    assert spaces("-x") == [0] and spaces("(-x)") == [0] and spaces("a = -x") == [0]
    assert spaces("a - x") == [0.2222] and spaces("2^{a - x}") == [0]


def test_rows_and_cells():
    assert tags(r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}").count("mtd") == 4
    assert tags(r"\begin{cases} x & x > 0 \\ 0 & \text{else} \end{cases}").count("mtr") == 2
    assert tags(r"\begin{aligned} a &= b \\ &= c \\ \end{aligned}", True).count("mtr") == 2


def test_a_wide_formula_is_cut_between_its_parts_and_nowhere_else():
    assert formula.pieces(r"a = b,\qquad c = \text{x \qquad y} \qquad d") == [
        "a = b,",
        r" c = \text{x \qquad y} ",
        " d",
    ]
    assert len(formula.pieces(r"\left( a \qquad b \right)")) == 1


def test_the_tag_is_taken_out():
    assert formula.numbered("a = b \\tag{12}\n") == ("a = b", "12")
    assert formula.numbered("a = b") == ("a = b", None)
    with pytest.raises(BadInput, match="a block for each"):
        formula.numbered(r"a \tag{1} b \tag{2}")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (r"\alph", r"did you mean \alpha"),
        (r"\frac{a}{b", "never closed"),
        (r"\frac{a}", "an argument is expected"),
        ("a}", "closes what was not opened"),
        (r"\left( a", r"\right is expected"),
        ("x^2^3", "two scripts"),
        (r"\begin{foo} a \end{foo}", "foo} is unknown"),
        (r"\begin{matrix} a \end{cases}", "is closed by"),
        ("a & b", "outside of a matrix"),
        (r"\big x", "needs a bracket"),
        (r"\text{a \alpha b}", "between dollars"),
        (r"\operatorname{a_b}", "more than letters"),
    ],
)
def test_what_is_not_understood_is_one_line(source, said):
    with pytest.raises(BadInput) as error:
        formula.mathml(source)
    assert said in str(error.value) and "\n" not in str(error.value)
