"""Which surfaces are tested one by one, and clusters of the others; which of them can block a shadow ray."""

import numpy as np

BIG = 24  # fewer quads, boxes and spheres than this are tested one by one


def grouped(lists):
    """Sorts the surfaces of each class: first those tested one by one, then cluster by cluster. Returns the clusters' rows
    (bounds, four ranges), the groups' (bounds, range of clusters), and how many of each class stand alone."""
    classes = [lists.quads, lists.boxes, lists.spheres, lists.movers]
    index = np.array([(c, i) for c, rows in enumerate(classes) for i in range(len(rows))]).reshape(-1, 2)
    low, high = (np.array([r[k] for rows in classes for r in rows]).reshape(-1, 3) for k in (3, 4))
    size = np.linalg.norm(high - low, axis=1)
    alone = np.ones(len(index), bool) if len(index) <= BIG else size > 20 * np.median(size)
    leaves, nodes = (), ()
    rest = np.flatnonzero(~alone)
    cuts = halves(rest, low, high, 12)
    packs = (
        halves(
            np.arange(len(cuts)), np.array([low[c].min(0) for c in cuts]), np.array([high[c].max(0) for c in cuts]), 8
        )
        if cuts
        else []
    )
    order = [[i for c, i in index[alone] if c == k] for k in range(4)]
    brute = [len(o) for o in order]
    leaves, nodes = [], []
    for p in packs:
        start = len(leaves)
        for cut in (cuts[j] for j in p):
            ranges = []
            for k in range(4):
                mine = [i for c, i in index[cut] if c == k]
                ranges += [len(order[k]), len(order[k]) + len(mine)]
                order[k] += mine
            leaves.append(np.r_[widened(low[cut].min(0), high[cut].max(0)), ranges, 0, 0])
        inside = np.concatenate([cuts[j] for j in p])
        nodes.append(np.r_[widened(low[inside].min(0), high[inside].max(0)), start, len(leaves)])
    for rows, o in zip(classes, order):
        rows[:] = [rows[i] for i in o]
    return leaves, nodes, brute


def halves(ids, low, high, most):
    """Parts `ids` by medians of the longest side until no part has more than `most`."""
    done, todo = [], [ids] if len(ids) else []
    while todo:
        part = todo.pop()
        if len(part) <= most:
            done.append(part)
            continue
        c = low[part] + high[part]
        o = part[np.argsort(c[:, np.ptp(c, axis=0).argmax()], kind="stable")]
        todo += [o[: len(o) // 2], o[len(o) // 2 :]]
    return done


def widened(low, high):
    """Bounds a little larger than what they hold, for float32."""
    grow = 1e-5 * (np.abs(low) + np.abs(high)).max()
    return np.r_[low - grow, high + grow]


def blocking_first(s, lists, brute):
    """Among the quads that stand alone, first those that can come between two points of the scene: a wall with everything
    on one side cannot, nor can the only light of a scene block itself. brute gains their number at its end."""
    corners = [x[k] for rows in (lists.quads, lists.boxes, lists.spheres, lists.movers) for x in rows for k in (3, 4)]
    corners += [c for t in lists.triangles for c in (t[0].min((0, 1)), t[0].max((0, 1)))] + [
        np.array(p.at) for p in s.lights
    ]
    low, high = np.min(corners, 0), np.max(corners, 0)
    every = np.array([[(low, high)[(k >> j) & 1][j] for j in range(3)] for k in range(8)])
    tight = np.concatenate([quad_corners(q) for q in lists.quads] or [np.zeros((0, 3))])
    boxed = [
        np.array([[(x[3], x[4])[(k >> j) & 1][j] for j in range(3)] for k in range(8)])
        for rows in (lists.boxes, lists.spheres, lists.movers)
        for x in rows
    ]
    tight = np.concatenate(
        [tight] + boxed + [every] * bool(lists.triangles) + [np.array([p.at for p in s.lights]).reshape(-1, 3)]
    )
    sky = any(s.environment.colour) or s.environment.file != ""

    def blocks(q):
        if len(lists.lights) == 1 and q[2] == 0 and not sky:
            return False
        side = tight @ q[0][:3] + q[0][3]
        slack = 1e-4 * np.abs(tight).max()
        return sky or (side.min() < -slack and side.max() > slack)

    n = brute[0]
    lists.quads[:n] = sorted(lists.quads[:n], key=lambda q: not blocks(q))
    brute.append(sum(blocks(q) for q in lists.quads[:n]))


def quad_corners(q):
    """The four corners of a packed quad."""
    rows = q[0].reshape(3, 4)
    return np.array([np.linalg.solve(rows[:, :3], np.r_[0, a, b] - rows[:, 3]) for a in (-1, 1) for b in (-1, 1)])
