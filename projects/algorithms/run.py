"""One look at algorithms: sorting counted beside its closed forms, a maze walked twice, a tour improved."""

from dataclasses import dataclass

import numpy as np

import covers
import graphs
import growth
import hashing
import sorting
import travelling
from abacus.launch import launch
from abacus.settings import at_least, between


@dataclass
class Config:
    values: int = at_least(10)  # as many values are sorted, and fewer
    orders: int = at_least(2)  # random orders, for the mean number of comparisons
    side: int = at_least(2)  # cells along a side of the maze
    openings: float = between(0, 1)  # share of the walls taken out of a maze that has one way only
    cities: int = at_least(10)  # of the tour
    kicks: int = at_least(0)  # tries to better the tour that 2-opt leaves


def look(cfg: Config, job):
    """Comparisons of the sorting methods, cells opened by two searches, lengths of three tours: counted, and drawn."""
    sizes = sorted({int(n) for n in np.geomspace(10, cfg.values, 6)})
    counts = sorting.means(sorting.Config(sizes, cfg.orders), job)
    maze, start, goal = _maze(cfg, job.rng("maze")), (0, 0), (cfg.side - 1, cfg.side - 1)
    came_from = graphs.breadth_first(maze, start)
    met = list(came_from)[: list(came_from).index(goal) + 1]
    way, opened = graphs.a_star(maze, start, goal, lambda v: abs(v[0] - goal[0]) + abs(v[1] - goal[1]))
    points = job.rng("cities").random((cfg.cities, 2))
    ways, bound = _tours(points, cfg.kicks)
    with job.figure("picture") as figure:
        figure.set_size_inches(15, 5)
        left, middle, right = figure.subplots(1, 3)
        _draw_counts(left, sizes, counts)
        _draw_maze(middle, maze, cfg.side, met, opened, way)
        _draw_tours(right, points, ways)
    n, lengths = sizes[-1], [length for length, _ in ways]
    quick, expected = counts["quicksort"][f"n = {n}"][0], float(sorting.MEANS["quicksort"](n))
    print(
        f"Quicksort made {quick:,.0f} comparisons of {n} values, its closed form says {expected:,.0f}; "
        f"A* opened {len(opened)} cells where breadth-first met {len(met)}, for the same {len(way) - 1} steps; a tour of "
        f"{lengths[0]:.2f} became one of {lengths[-1]:.2f}, at most {100 * (lengths[-1] / bound - 1):.1f} % above the shortest."
    )
    return {f"{name}, n = {n}": found[f"n = {n}"][0] for name, found in counts.items()} | {
        "maze: steps": len(way) - 1,
        "maze: cells met in breadth": len(met),
        "maze: cells opened by A*": len(opened),
        "tour: nearest neighbour": lengths[0],
        "tour: 2-opt": lengths[1],
        "tour: kicks": lengths[2],
        "tour: no tour is shorter than": bound,
    }


def _maze(cfg, rng):
    """Cells and the ways between them: the cheapest net over random costs leaves one way only; some walls go as well."""
    cells = [(i, j) for i in range(cfg.side) for j in range(cfg.side)]
    maze, grid = {cell: {} for cell in cells}, {cell: {} for cell in cells}
    for i, j in cells:
        for other in ((i + 1, j), (i, j + 1)):
            if other in grid:
                grid[i, j][other] = rng.random()
    net = {(v, u) for _, v, u in graphs.kruskal(grid)}
    for v, near in grid.items():
        for u in near:
            if (v, u) in net or rng.random() < cfg.openings:
                maze[v][u] = maze[u][v] = 1
    return maze


def _tours(points, kicks):
    """[(length, tour)] of nearest neighbour, 2-opt and kicks, and a length that no tour can fall below."""
    import optimal
    import tours

    d, n = tours.distances(points), len(points)
    first = tours.nearest_neighbour(d, 0)
    second = tours.two_opt(d, first)
    third = tours.kicked(d, second, tours.cuts(n, kicks))
    ways = [(tours.length(d, tour), tour) for tour in (first, second, third)]
    bound, *_ = optimal.ascent(d, np.zeros((n, n), np.int8), np.zeros(n), ways[-1][0], optimal.FIRST_ROUNDS, 1.0)
    return ways, bound


def _draw_counts(axes, sizes, counts):
    for name, found in counts.items():
        (line,) = axes.loglog(sizes, [found[f"n = {n}"][0] for n in sizes], "o", label=name)
        if name in sorting.MEANS:
            axes.loglog(sizes, [float(sorting.MEANS[name](n)) for n in sizes], color=line.get_color(), linewidth=1)
    axes.set(xlabel="values", ylabel="comparisons", title="counted (dots) and closed forms (lines)")
    axes.legend()


def _draw_maze(axes, maze, side, met, opened, way):
    image = np.full((2 * side + 1, 2 * side + 1, 3), 0.15)
    for colour, cells in (((1, 1, 1), maze), ((0.75, 0.85, 1), met), ((1, 0.8, 0.4), opened)):
        inside = set(cells)
        for i, j in inside:
            image[2 * i + 1, 2 * j + 1] = colour
            for k, l in maze[i, j]:
                if (k, l) in inside:
                    image[i + k + 1, j + l + 1] = colour
    axes.imshow(image)
    axes.plot([2 * j + 1 for _, j in way], [2 * i + 1 for i, _ in way], color="crimson", linewidth=2)
    axes.set_title(f"breadth-first met {len(met)} cells (blue too), A* opened {len(opened)}")
    axes.axis("off")


def _draw_tours(axes, points, ways):
    for (length, tour), colour, label in zip(
        (ways[0], ways[-1]), ("0.75", "C0"), ("nearest neighbour", "2-opt and kicks")
    ):
        axes.plot(*points[np.append(tour, tour[0])].T, color=colour, label=f"{label}: {length:.2f}")
    axes.plot(*points.T, ".", color="black")
    axes.set_title(f"a tour of {len(points)} cities")
    axes.legend(loc="upper right")
    axes.axis("equal")
    axes.axis("off")


if __name__ == "__main__":
    launch(
        look,
        growth.growth,
        growth.pace,
        sorting.means,
        sorting.extremes,
        hashing.probes,
        graphs.census,
        graphs.ladder,
        covers.pentominoes,
        covers.queens,
        travelling.certified,
        travelling.construct,
        travelling.mean_optimum,
        travelling.sampled_optimum,
        figures={growth.growth: growth.draw_steps, growth.pace: growth.draw_times},
    )
