"""explain.py: a reader's own file, the report, and what it says of a table in which there is nothing."""

import numpy as np
import pytest

import explain

HEAD = "size,colour,town,price\n"


def written(folder, seed, shuffled=False, words=False):
    """A table whose price, or kind, comes of size and colour."""
    rng = np.random.default_rng(seed)
    size, colour = rng.uniform(20, 200, 150), rng.integers(3, size=150)
    price = size * 3 + 200 * (colour == 2) + rng.standard_normal(150) * 10
    price = rng.permutation(price) if shuffled else price
    rows, town = [], rng.integers(2, size=150)
    for k in range(150):
        answer = ("dear" if price[k] > 400 else "cheap") if words else f"{price[k]:.1f}"
        rows.append(
            f"{'' if k % 10 == 0 else f'{size[k]:.1f}'},{('red', 'blue', 'green')[colour[k]]},{'AB'[town[k]]},{answer}"
        )
    path = folder / "houses.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n")
    return str(path)


@pytest.mark.parametrize("words", [False, True])
def test_the_report_names_the_columns_that_say_something(tmp_path, capsys, words):
    assert (
        explain.main([written(tmp_path, 0, words=words), "--target", "price", "--plots", str(tmp_path / "a.png")]) == 0
    )
    said = capsys.readouterr().out
    assert "missing values stay: 15 rows" in said and "size at most" in said and "no better than the guess" not in said
    listed = said[said.index("Which columns") :].splitlines()
    order = [line.split(":")[0].strip() for line in listed if "±" in line]
    assert order == ["size", "colour", "town"] and "may be nothing" in next(line for line in listed if "town:" in line)
    assert (tmp_path / "a.png").exists()


def test_of_a_shuffled_target_it_says_that_there_is_nothing(tmp_path, capsys):
    found = 0
    for seed in range(3):
        assert explain.main([written(tmp_path, seed, shuffled=True), "--target", "price"]) == 0
        found += "no better than the guess" in capsys.readouterr().out
    assert found == 3


def test_a_set_of_words_is_asked_for(tmp_path, capsys):
    path = tmp_path / "a.csv"
    rows = [f"{'abcdef'[k % 6]},{int(k % 6 in (1, 2, 5))}{k % 7}" for k in range(120)]
    path.write_text("letter,y\n" + "\n".join(rows) + "\n")
    assert explain.main([str(path), "--target", "y"]) == 0
    assert "letter is a, d, e" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "target", "said"),
    [
        (HEAD + "1,red,A,5\n" * 30, "price", "5.0 in every row: there is nothing to explain"),
        (HEAD + "1,red,A,5\n2,red,A,6\n", "price", "at least 20 are wanted"),
        (HEAD + "1,red,A,5\n2,red,A,6\n" * 20, "prise", "there is no column"),
        ("a,b\n" + "".join(f"1,{k}\n" for k in range(30)), "b", "no column is left"),
        ("a,b\n" + "".join(f"{k},w{k}\n" for k in range(30)), "b", "30 different words in 30 rows"),
        ("", "b", "the file is empty"),
    ],
)
def test_wrong_input_is_one_line_and_status_2(tmp_path, capsys, text, target, said):
    path = tmp_path / "a.csv"
    path.write_text(text)
    assert explain.main([str(path), "--target", target]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
