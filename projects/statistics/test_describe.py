"""The command for a file of one's own: what it says of good files, and the one line that it says of the others."""

import subprocess
import sys
from pathlib import Path

import pytest

import classics
import describe
import description
import means
import relations

FOLDER = Path(describe.__file__).parent
PRINTED = FOLDER.parents[1] / "papers"
HOSTILE = {
    "no file": (None, "No such file"),
    "nothing": (b"", "the file is empty"),
    "blank lines": (b"\n\n \n", "the first line|no name|is empty"),
    "names alone": (b"a,b\n", "0 rows below the names; at least two are wanted"),
    "one value": (b"a\n5\n", "1 row below the names; at least two are wanted"),
    "text among numbers": (b"a\n1\n2\nlow\n", 'line 4, column "a": low stands among numbers'),
    "an infinite number": (b"a\n1\n2\ninf\n", 'line 4, column "a": inf stands among numbers'),
    "digits of another script": ("a\n1\n2\n\uff13\n".encode(), "stands among numbers"),
    "zero bytes": (b"a\n1\0\n2\n", "not a text file"),
    "Latin-1": (b"a\n1\nS\xe3o\n", "line 3: not UTF-8"),
    "a huge field": (b"a\n" + b"x" * 200_000 + b"\n1\n", "line 2: a field of more than 10,000 characters"),
    "a long number": (b"a\n1" + b"0" * 5_000 + b"\n2\n", "a number of 5001 characters"),
    "a huge exponent": (b"a\n1e999999999\n2\n", "outside what is read"),
    "a tiny exponent": (b"a\n1e-999999999\n2\n", "outside what is read"),
    "ragged rows": (b"a,b\n1,2\n3\n", "line 3: 1 fields under 2 names"),
    "an open quote": (b'a,b\n"1,2\n3,4\n', "unexpected end of data"),
    "names twice": (b"a,a\n1,2\n3,4\n", 'two columns are named "a"'),
    "a nameless column": (b"a,\n1,2\n3,4\n", "column 2 has no name"),
    "no names": (b"1,2\n3,4\n5,6\n", "the first line holds numbers"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_ends_in_one_line_and_status_2(what, tmp_path, capsys):
    content, wanted = HOSTILE[what]
    path = tmp_path / "mine.csv"
    if content is not None:
        path.write_bytes(content)
    assert describe.main([str(path)]) == 2
    out, err = capsys.readouterr()
    assert not out and len(err.splitlines()) == 1 and err.startswith("mine.csv")
    assert any(part in err for part in wanted.split("|"))


def test_a_folder_is_no_file(tmp_path, capsys):
    assert describe.main([str(tmp_path)]) == 2 and "directory" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (["--group", "grp"], 'no column "grp" (did you mean group?)'),
        (["--column", "wait"], 'no column "wait" (did you mean weight?)'),
        (["--group", "weight"], "the groups|different values|2 to 50"),
        (["--group", "same"], '"same": 1 different value; 2 to 50'),
        (["--paired", "weight", "group"], "both must be columns of numbers"),
        (["--plots", __file__], "a folder is wanted"),
    ],
)
def test_a_wrong_option_is_said_in_one_line(options, wanted, tmp_path, capsys):
    path = tmp_path / "mine.csv"
    rows = "\n".join(f"{k / 7},{'abc'[k % 3]},x" for k in range(60))
    path.write_text(f"weight,group,same\n{rows}\n", encoding="utf-8")
    assert describe.main([str(path), *options]) == 2
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1 and any(part in err for part in wanted.split("|"))


def test_the_report_says_the_numbers_of_the_modules_and_their_assumptions(capsys):
    assert describe.main([str(PRINTED / "dobson1983.csv"), "--group", "group"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    plants = list(classics.by_group("dobson1983").values())
    f, (welch, _, df, p) = means.anova(plants), means.welch_anova(plants)
    for part in (
        "30 numbers, none missing",
        f"Fisher's F(2, 27) = {float(f.f):.4g}, p = {f.p:.3g}",
        f"Welch's F(2, {df:.4g}) = {welch:.4g}, p = {p:.3g}",
        f"about {1000 * p:.0f} of 1,000 samples",
        "assumes independent rows",
    ):
        assert part in said


def test_pairs_and_exact_counts_as_the_lesson_shows_them(capsys):
    assert describe.main([str(PRINTED / "student1908.csv"), "--paired", "dextro", "laevo"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    lesson = (FOLDER / "README.md").read_text(encoding="utf-8").partition("prints, among other lines,\n```\n")[2]
    assert " ".join(lesson.partition("```")[0].split()) in said
    assert "mean 1.58 (0.7001 to 2.46 with 95 % confidence), t = 4.062, df = 9, p = 0.00283" in said
    assert "by signs: p = 0.00391" in said and "a label rather than a measurement" in said


def test_far_values_rare_words_and_many_questions_are_said(tmp_path, capsys):
    path = tmp_path / "mine.csv"
    noise = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3]
    rows = "\n".join(f"{k * k},{2 * k * k + k},{noise[k]},{'ab'[k % 2]},{'uv'[k // 13]}" for k in range(16))
    path.write_text(f"x,y,noise,g,rare\n{rows}\n280,900,4,a,u\n", encoding="utf-8")
    assert describe.main([str(path), "--group", "g"]) == 0
    out = capsys.readouterr().out
    said = " ".join(out.split())
    assert "far from the rest (1.5 quartile distances beyond a quartile): none" in said  # x: 225 is within the fence
    assert "beyond a quartile): 900" in said  # y
    assert "(the least is 1.41: too few to trust it)" in said  # 3 of 17 rows are v, 8 of 17 are b
    assert "7 questions were asked: of so many, 0.35 fall below 0.05 by chance alone." in said
    stay = said.partition("these stay below: ")[2]
    assert "y against x (p" in stay and "noise" not in stay and " by g" not in stay


def test_what_chance_may_have_done_does_not_stay(tmp_path, capsys):
    path = tmp_path / "mine.csv"
    path.write_text("x,y,z\n1,2,5\n2,1,3\n3,4,4\n4,3,1\n6,4,3\n", encoding="utf-8")
    assert describe.main([str(path)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    r = relations.pearson([1, 2, 3, 4, 6], [2, 1, 4, 3, 4])
    assert 0.05 < 3 * r.p < 0.95 and f"r = {r.r:.3f}" in said  # corrected for three questions
    assert "After Holm's correction these stay below: none." in said


def test_large_numbers_are_written_out_with_the_digits_of_their_spread(tmp_path, capsys):
    path = tmp_path / "mine.csv"
    rows = "\n".join(f"p{k},{52000 + 137 * k * k % 9000}.5,{10**7 + k / 10},{k},{'ab'[k % 2]}" for k in range(20))
    path.write_text(f"name,salary,offset,id,g\n{rows}\n", encoding="utf-8")
    assert describe.main([str(path), "--group", "g"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    salary, offset = ([row.split(",")[k] for row in rows.split("\n")] for k in (1, 2))
    low, high = means.one_sample(salary).interval(0.95)
    assert f"mean {float(description.mean(salary)):,.0f} ({low:,.0f} to {high:,.0f} with" in said
    assert f"mean {float(description.mean(offset)):,.4f} (" in said and "least 10,000,000.0000, quartiles" in said
    assert "name by g: nothing to compare" in said  # each word stands once: a label
    assert "id by g" not in said and "whole numbers one after the other" in said
    assert "e+" not in said


def test_numbers_across_eighty_decades_are_described(tmp_path, capsys):
    path = tmp_path / "mine.csv"
    path.write_text("a,b\n1e39,1\n-5e39,5\n1.2345678901234567890123456789012345678e-39,2\n7,9\n", encoding="utf-8")
    assert describe.main([str(path), "--paired", "a", "b"]) == 0
    assert "skewness -" in capsys.readouterr().out


def test_missing_and_constant_values_are_said_and_groups_of_one_left_out(tmp_path, capsys):
    path = tmp_path / "mine.csv"
    path.write_text("x,y,g,w\n5,1,a,up\n5,2.5,a,down\n5,3,b,up\n5,4,b,\n5,NA,c,up\n", encoding="utf-8")
    assert describe.main([str(path), "--group", "g"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for part in (
        "every value is 5: no spread",
        "y: 4 numbers, 1 missing",
        "w: 4 words, 1 missing, 2 different: up 3, down 1",
        "groups of one value are left out",
        "nothing to compare",
        "Mann-Whitney's W",
        "too few to trust it",
        "Holm's correction",
    ):
        assert part in said, part


def test_plots_are_saved_where_asked(tmp_path):
    """By the command itself, from another folder, with names that no file system likes."""
    path = tmp_path / "mine.csv"
    path.write_text("a/b$,c d,g\n1,2,$x\n2,2.5,$x\n3.5,4,y\n4,1,y\n", encoding="utf-8")
    command = [
        sys.executable,
        str(FOLDER / "describe.py"),
        str(path),
        "--group",
        "g",
        "--plots",
        str(tmp_path / "plots"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "plots").iterdir()) == ["01-02-a_b_-c_d.png", "01-a_b_.png", "02-c_d.png"]
