"""Figures: sheets of pictures pixel for pixel, counts of confusions, curves with what is printed, the same bytes twice."""

import numpy as np
import pytest
from matplotlib.image import imread

from abacus import papers
from abacus.errors import BadInput
from abacus.running import plot

RNG = np.random.default_rng


def test_a_sheet_has_every_picture_enlarged_and_unblurred(tmp_path):
    """Seven pictures, three in a line: each is found again in the PNG, pixel by pixel, and all else is white."""
    images = RNG(0).integers(0, 256, (7, 5, 4)).astype(np.uint8)
    with plot.figure(tmp_path / "sheet.png") as figure:
        plot.grid(figure, images, across=3, colours="gray", limits=(0, 255))
    png = np.rint(255 * imread(tmp_path / "sheet.png")[:, :, 0]).astype(int)
    scale = 150 // 4
    step, slot = 5 * scale + 4, 4 * scale + 4
    assert png.shape == (3 * step, 3 * slot)
    rest = np.ones(png.shape, bool)
    for i, image in enumerate(images):
        place = slice(i // 3 * step, i // 3 * step + 5 * scale), slice(i % 3 * slot, i % 3 * slot + 4 * scale)
        wanted = image.astype(int).repeat(scale, axis=0).repeat(scale, axis=1)
        assert (np.abs(png[place] - wanted) <= 1).all()  # one of the colour map's 256 steps
        rest[place] = False
    assert (png[rest] == 255).all()


@pytest.mark.parametrize("kind", [np.uint8, float])
def test_pictures_with_colours_keep_them(tmp_path, kind):
    images = RNG(1).integers(0, 256, (2, 3, 3, 3)).astype(kind) / (1 if kind is np.uint8 else 255)
    with plot.figure(tmp_path / "sheet.png") as figure:
        plot.grid(figure, images if kind is float else images.astype(np.uint8))
    png = imread(tmp_path / "sheet.png")
    assert png.shape[1] == 2 * (150 + 4)
    found = np.rint(255 * png[25:150:50, 25:150:50, :3])
    assert (found == np.rint(255 * images[0] if kind is float else images[0])).all()


def test_names_have_room_and_a_sheet_of_nothing_can_be_drawn(tmp_path):
    images = RNG(0).random((6, 8, 8))
    words = {
        "captions": [*"abcde", "a long caption of a picture"],
        "rows": ["first", "second"],
        "columns": ["x", "y", "z"],
    }
    with plot.figure(tmp_path / "names.png") as figure:
        axes = plot.grid(figure, images, across=3, title="two\nlines", **words)
        figure.canvas.draw()
        boxes = [text.get_window_extent() for text in axes.texts if text.get_text()]
        width, height = figure.canvas.get_width_height()
    assert len(boxes) == 6 + 2 + 3 + 1
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height for box in boxes)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    with plot.figure(tmp_path / "none.png") as figure:
        plot.grid(figure, images[:0], title="0 of 10 000 misread")
    assert (tmp_path / "none.png").exists()


@pytest.mark.parametrize(
    ("images", "captions", "said"),
    [
        (np.zeros((3, 3)), (), r"pictures of shape \(3, 3\)"),
        (np.zeros((2, 0, 3)), (), "pictures of shape"),
        (np.zeros((2, 3, 3, 2)), (), "pictures of shape"),
        (np.zeros((2, 3, 3)), ["one"], "1 captions for 2 pictures"),
    ],
)
def test_what_is_no_sheet_is_one_line(images, captions, said, tmp_path):
    with pytest.raises(BadInput, match=said), plot.figure(tmp_path / "x.png") as figure:
        plot.grid(figure, images, captions=captions)


def test_confusions_are_counted_and_written_and_right_answers_have_no_colour(tmp_path):
    labels, answers = np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 1, 1, 1, 2])
    with plot.figure(tmp_path / "confusion.png") as figure:
        axes = figure.subplots()
        counts = plot.confusion(axes, labels, answers, ["cat", "dog", "cow"])
    assert counts.tolist() == [[1, 1, 0], [0, 1, 0], [0, 2, 1]]
    assert axes.images[0].get_array().tolist() == [[0, 1, 0], [0, 0, 0], [0, 2, 0]]
    written = {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in axes.texts}
    assert written == {(i, j): str(counts[i, j]) for i, j in zip(*np.nonzero(counts))}
    assert axes.get_title() == "3 of 6 are wrong"
    assert [label.get_text() for label in axes.get_yticklabels()] == ["cat", "dog", "cow"]


def test_many_classes_are_drawn_without_numbers(tmp_path):
    with plot.figure(tmp_path / "confusion.png") as figure:
        axes = figure.subplots()
        counts = plot.confusion(axes, np.arange(100), np.arange(100)[::-1])
    assert counts.trace() == 0 and not axes.texts


@pytest.mark.parametrize(
    ("labels", "answers", "names"),
    [
        ([0, 1], [0], None),
        ([], [], None),
        ([0, -1], [0, 0], None),
        ([0.0, 1.0], [0.0, 1.0], None),
        ([0, 3], [0, 0], "abc"),
    ],
)
def test_labels_that_do_not_fit_are_one_line(labels, answers, names, tmp_path):
    with pytest.raises(BadInput, match="confusion: "), plot.figure(tmp_path / "x.png") as figure:
        plot.confusion(figure.subplots(), np.array(labels), np.array(answers), names)


def runs(rows, seeds, **end):
    """Runs whose error falls by a half in each of ten epochs, to the end that is given for each row."""
    return [
        {"row": row, "log": [{"epoch": e, "error": end[row] * 2 ** (9 - e), "lr": 0.1} for e in range(10)] + [{"x": 1}]}
        for row in rows
        for _ in range(seeds)
    ]


def drawn(tmp_path, *arguments, **options):
    with plot.figure(tmp_path / "curves.png") as figure:
        axes = figure.subplots()
        plot.curves(axes, *arguments, **options)
    names = [text.get_text() for text in axes.get_legend().get_texts()] if axes.get_legend() else []
    return axes, names


def test_each_row_has_a_colour_each_seed_a_line_and_each_printed_value_a_dashed_one(tmp_path):
    results = runs(("A", "B"), 3, A=1.0, B=2.0)
    table = {"A": {"error": 1.1}, "B": {"error": None}, "C": {"error": 7.0}}
    axes, names = drawn(tmp_path, results, "epoch", "error", table)
    lines = axes.get_lines()
    assert len(lines) == 7 and names == ["A", "printed: A, 1.1", "B"]
    assert lines[3].get_linestyle() == "--" and list(lines[3].get_ydata()) == [1.1, 1.1]
    assert len({line.get_color() for line in lines[:4]}) == 1 and lines[0].get_color() != lines[4].get_color()
    assert list(lines[0].get_ydata()) == [2.0 ** (9 - e) for e in range(10)]
    assert axes.get_ylim()[1] == 2.5 * 2.0  # the largest that is last


def test_a_papers_table_is_what_is_printed(tmp_path):
    rows = papers.table("lecun1989/passes23").rows
    (row, cells), *_ = rows.items()
    (name, cell), *_ = cells.items()
    results = [{"row": row, "log": [{"epoch": e, name: cell.number} for e in range(3)]}]
    axes, names = drawn(tmp_path, results, "epoch", name, rows)
    assert names == [name, f"printed: {name}, {cell.text}"] and axes.get_ylabel() == name


def test_several_values_of_one_row_have_colours_and_of_several_rows_styles(tmp_path):
    shown = {"error": "test error", "lr": "rate"}
    axes, names = drawn(tmp_path, runs("A", 2, A=1.0), "epoch", shown, {"A": {"rate": 0.2}})
    assert names == ["test error", "rate", "printed: rate, 0.2"]
    assert {line.get_linestyle() for line in axes.get_lines()} == {"-", "--"}
    axes, names = drawn(tmp_path, runs("AB", 1, A=1.0, B=1.0), "epoch", tuple(shown))
    assert names == ["A, error", "A, lr", "B, error", "B, lr"]
    assert [line.get_linestyle() for line in axes.get_lines()] == ["-", ":"] * 2


def test_curves_of_one_run_are_told_apart_and_smoothed(tmp_path):
    log = [{"network": k, "step": s, "loss": float(s + 10 * k)} for s in range(4) for k in (0, 1)]
    axes, names = drawn(
        tmp_path, [{"row": "A", "log": log}, {"row": "B", "log": []}], "step", "loss", by="network", smooth=2
    )
    assert [list(line.get_ydata()) for line in axes.get_lines()] == [[0, 0.5, 1.5, 2.5], [10, 10.5, 11.5, 12.5]]
    assert names == []  # one curve's name is the axis's


def test_runs_without_a_log_leave_the_axes_empty(tmp_path):
    axes, names = drawn(tmp_path, [{"row": "A", "log": []}], "epoch", "error", {"A": {"error": 1.0}})
    assert not axes.get_lines() and names == []


def test_the_same_data_give_the_same_bytes(tmp_path):
    for name in "ab":
        with plot.figure(tmp_path / f"{name}.png") as figure:
            plot.grid(figure, RNG(3).random((4, 9, 9)), captions="wxyz")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_an_animation_has_every_frame_and_the_same_bytes_twice(tmp_path):
    from PIL import Image

    frames = [np.full((6, 8, 3), level, np.uint8) for level in (0, 255, 120)]
    plot.gif(tmp_path / "a.gif", frames, 50)
    plot.gif(tmp_path / "b.gif", frames, 50)
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()
    with Image.open(tmp_path / "a.gif") as film:
        assert (film.n_frames, film.size, film.info["loop"]) == (3, (8, 6), 0)
    with plot.figure(tmp_path / "frame.png", figsize=(2, 1)) as figure:
        assert plot.pixels(figure).shape == (110, 220, 3)
    for wrong in ([], [frames[0], frames[0][:3]], [frames[0].astype(float)]):
        with pytest.raises(BadInput, match="one size"):
            plot.gif(tmp_path / "c.gif", wrong, 50)
