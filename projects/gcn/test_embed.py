"""A graph of one's own: how its file is read, its communities, what labels of some nodes say of the others, odd graphs."""

import csv
from pathlib import Path

import numpy as np
import pytest

import club
import communities
import embed
import links
from abacus import streams
from abacus.errors import BadInput

CLUB = Path(embed.__file__).parents[2] / "papers" / "zachary1977.csv"


def write(tmp_path, text, name="edges.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    return str(path)


@pytest.mark.parametrize(
    "text",
    [
        "a,b\nb,c\n",
        "\ufeffa;b\r\nb;c\r\n",
        "a b\nb c\n",
        "a\tb\nb\tc\n",
        "# friends\nfrom,to\na,b\nb,c\n",
        '"a","b"\n"c","b"\n',
        "a,b,2\nb,c,1\n",
    ],
)
def test_links_are_read_as_people_write_them(text, tmp_path):
    graph = links.read(write(tmp_path, text))
    named = {frozenset(graph.names[k] for k in edge) for edge in graph.edges}
    assert named == {frozenset("ab"), frozenset("bc")}


def test_a_head_is_known_by_words_that_do_not_come_again(tmp_path):
    assert links.read(write(tmp_path, "1,2\n3,4\n")).names == ["1", "2", "3", "4"]
    assert links.read(write(tmp_path, "x,y\nx,z\n")).names == ["x", "y", "z"]
    graph = links.read(write(tmp_path, "source,target\nx,z\n"))
    assert graph.names == ["x", "z"] and "source, target, is taken for" in graph.said[0]
    assert links.read(write(tmp_path, "source,target\nx,z\n"), head=False).names == ["source", "target", "x", "z"]


def test_loops_repetitions_and_lone_nodes(tmp_path):
    graph = links.read(write(tmp_path, "a,b\nb,a\na,b\nc,c\nd,\na,c\n"), known=("a", "new"))
    assert graph.names == ["a", "b", "c", "d", "new"] and graph.edges.tolist() == [[0, 1], [0, 2]]
    assert graph.said == [
        "1 links of a node to itself are left out: each node sees itself anyway",
        "2 links occur again, in this or in the other direction: each counts once",
    ]


def test_the_club_s_communities_are_the_best_and_those_of_two_cliques_are_the_cliques():
    graph = links.read(CLUB)
    best = communities.best(club.EDGES, club.MEMBERS, np.random.default_rng(0))
    q = communities.modularity(embed.divided(graph), graph.edges)
    assert q == pytest.approx(communities.modularity(best, club.EDGES), abs=8 * np.finfo(float).eps)
    cliques = [(a, b) for first in (0, 10) for a in range(first, first + 10) for b in range(a + 1, first + 10)]
    edges = np.array([*cliques, (0, 10)])
    assert links.communities(edges, 20, streams.rng(0, "order")).tolist() == [0] * 10 + [1] * 10


def test_no_single_move_raises_the_modularity_of_a_division():
    rng = np.random.default_rng(0)
    edges = np.unique(np.sort(rng.integers(0, 60, (150, 2)), axis=1), axis=0)
    edges = edges[edges[:, 0] != edges[:, 1]]
    near = [{} for _ in range(60)]
    for a, b in edges.tolist():
        near[a][b] = near[b][a] = 1.0
    label = np.array(links._moved(near, [0.0] * 60, 2.0 * len(edges), rng))
    q = communities.modularity(label, edges)
    for node in range(60):
        for other in near[node]:
            moved = label.copy()
            moved[node] = label[other]
            assert communities.modularity(moved, edges) <= q + 60 * np.finfo(float).eps


def test_the_club_as_the_lesson_shows_it_with_a_picture_and_a_table(tmp_path, capsys):
    out, picture = tmp_path / "club.csv", tmp_path / "club.png"
    assert embed.main([str(CLUB), "--out", str(out), "--picture", str(picture)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    lesson = (Path(embed.__file__).parent / "README.md").read_text(encoding="utf-8")
    shown = lesson.partition("prints\n```\n")[2].partition("```")[0]
    assert shown and " ".join(shown.split()) in said and picture.read_bytes().startswith(b"\x89PNG")
    with open(out, encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["node", "links", "community", "x", "y"] and len(rows) == 34 and rows[0][:3] == ["1", "16", "2"]


def test_two_labels_of_the_club_split_it_as_it_split(tmp_path, capsys):
    """The instructor (1) and the president (34): the network tells most of the members apart from who met whom."""
    out = tmp_path / "out.csv"
    labels = write(tmp_path, "member,side\n1,instructor\n34,president\n", "labels.csv")
    assert embed.main([str(CLUB), "--labels", labels, "--out", str(out)]) == 0
    assert "too few to hold some back" in capsys.readouterr().out
    with open(out, encoding="utf-8", newline="") as file:
        side = {row["node"]: row["label"] for row in csv.DictReader(file)}
    joined = {
        str(k): "instructor" for k in (1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 17, 18, 20, 22)
    }  # Zachary's factions
    right = sum(side[str(k)] == joined.get(str(k), "president") for k in range(1, 35))
    assert right > 34 * 0.9


def test_labels_that_are_held_back_are_told_and_labelled_nodes_without_links_stay(tmp_path, capsys):
    rng = np.random.default_rng(0)
    edges = [(a, b) for a, b in rng.integers(0, 60, (700, 2)) if a % 2 == b % 2 and a != b]
    text = "".join(f"n{a} n{b}\n" for a, b in edges)
    labels = write(
        tmp_path,
        "node,kind\n" + "".join(f"n{k},{'even' if k % 2 == 0 else 'odd'}\n" for k in range(40)) + "lone,odd\n",
        "l.csv",
    )
    assert embed.main([write(tmp_path, text), "--labels", labels]) == 0
    said = capsys.readouterr().out
    assert "in 2 parts, 1 nodes without links" in said and "41 nodes with 2 labels: odd 21, even 20" in said
    right, held = said.partition("right for ")[2].split()[0], said.partition("without ")[2].split()[0]
    assert "learnt without 8 of them" in said and int(right) >= 7, (right, held)
    assert "of the 20 others" in said


@pytest.mark.parametrize("text", ["a,b\n", "a,b\nc,\n", "a,b\nb,b\n", "1 2\n", "a,b\nc,d\n", "a,b\na,c\na,d\n"])
def test_odd_graphs_have_an_answer(text, tmp_path, capsys):
    assert (
        embed.main([write(tmp_path, text), "--picture", str(tmp_path / "g.png"), "--out", str(tmp_path / "g.csv")]) == 0
    )
    assert "communities by modularity" in capsys.readouterr().out and "nan" not in (tmp_path / "g.csv").read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("a,a\nb,b\n", "no link between two different nodes"),
        ("a,\nb,\n", "no link between two different nodes"),
        ("a,b\n,\n", "line 2: no name of a node"),
        ('a,"b\n', "unexpected end of data"),
    ],
)
def test_what_is_no_graph_is_one_line_and_status_2(text, said, tmp_path, capsys):
    assert embed.main([write(tmp_path, text)]) == 2
    out, err = capsys.readouterr()
    assert not out and err.count("\n") == 1 and err.startswith("edges.csv") and said in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("node,label\n", "0 rows below the names"),
        ("node,label\n1,a\n2,a\n", "1 different labels; at least two"),
        ("node,label\n1,\n2,\n", "0 different labels"),
        ("node,label\n1,a\n1,b\n", "1 has two labels, a and b"),
        ("node\n1\n2\n", "1 columns; wanted two"),
    ],
)
def test_labels_that_say_nothing_are_one_line_and_status_2(text, said, tmp_path, capsys):
    assert embed.main([str(CLUB), "--labels", write(tmp_path, text, "labels.csv")]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and err.startswith("labels.csv") and said in err


def test_a_graph_that_is_too_large_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(links, "LINKS", 1)
    with pytest.raises(BadInput, match="at most 200,000 and 1 are read"):
        links.read(write(tmp_path, "a,b\nb,c\n"))
