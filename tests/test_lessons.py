"""lesson.toml: every project has one that is true, the path is in order, and each mistake is one clear line."""

import pytest

from abacus import lessons
from abacus.errors import BadInput

GOOD = """step = 4
title = "A"
question = "B?"
sentence = "C."
picture = "picture.png"
minutes = 40
paper = "kipf2017"
"""


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        folder = tmp_path / "projects" / name
        folder.mkdir(parents=True)
        (folder / "picture.png").touch()
        (folder / "lesson.toml").write_text(text)

    return write


def test_every_project_is_a_lesson_and_comes_after_what_it_needs_within_its_step():
    path = lessons.all_of()
    assert {lesson.folder for lesson in path} == {file.parent for file in lessons.ROOT.glob("projects/*/run.py")}
    assert [lesson.step for lesson in path] == sorted(lesson.step for lesson in path)
    place = {lesson.name: (lesson.step, i) for i, lesson in enumerate(path)}
    for lesson in path:
        assert all(place[name] < place[lesson.name] for name in lesson.needs), lesson.name


def test_a_table_of_the_file_is_for_others(write, tmp_path):
    write("a", GOOD + "[exercise.one]\nof = 'a.py:f'\n")
    assert lessons.all_of(tmp_path)[0].title == "A"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("step = 4", "step = 9", "projects/a/lesson.toml: step = 9"),
        ("step = 4", 'step = "4"', "is not of type int"),
        ("minutes = 40\n", "", '"minutes" is missing'),
        ("minutes", "minute", 'did you mean "minutes"'),
        ("picture.png", "other.png", "no such file"),
        ("kipf2017", "kipf2018", 'did you mean "kipf2017"'),
        ('title = "A"', "title = A", "projects/a/lesson.toml: "),
        ('title = "A"', 'title = "A"\nneeds = ["b"]', 'needs "b"'),
        ('title = "A"', 'title = "A"\nneeds = ["a"]', "need each other: a -> a"),
    ],
)
def test_a_mistake_is_one_line(write, tmp_path, old, new, said):
    write("a", GOOD.replace(old, new))
    with pytest.raises(BadInput) as error:
        lessons.all_of(tmp_path)
    assert said in str(error.value) and "\n" not in str(error.value)
