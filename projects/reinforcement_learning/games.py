"""Compiled: tic-tac-toe and connect four, and Monte-Carlo tree search on them.

A board is (rows, columns) of 0 (free), 1 and −1 (the players). A move is a square, or with `gravity` a column, in which the
stone falls to the lowest free square. A game is won by `line` stones in a row.
"""

import math

import numpy as np

from abacus.kernels import JIT  # before numba: it says where compiled code is kept

from numba import njit  # isort: skip

_jit = njit(**JIT)


@_jit
def moves(board, gravity, out):
    """Fills `out` with the possible moves; how many."""
    rows, columns = board.shape
    n = 0
    for m in range(columns if gravity else rows * columns):
        if (board[0, m] if gravity else board[m // columns, m % columns]) == 0:
            out[n] = m
            n += 1
    return n


@_jit
def place(board, move, player, gravity):
    """Puts a stone; its square."""
    rows, columns = board.shape
    row, column = (0, move) if gravity else (move // columns, move % columns)
    while gravity and row + 1 < rows and board[row + 1, column] == 0:
        row += 1
    board[row, column] = player
    return row, column


@_jit
def wins(board, row, column, line):
    """Whether the stone in this square completes a line."""
    rows, columns = board.shape
    player = board[row, column]
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        count = 1
        for sign in (1, -1):
            i, j = row + sign * down, column + sign * right
            while 0 <= i < rows and 0 <= j < columns and board[i, j] == player:
                count += 1
                i, j = i + sign * down, j + sign * right
        if count >= line:
            return True
    return False


@_jit
def play_out(board, player, line, gravity, options, rng):
    """Random moves to the end, on this board; the winner, 0 for a draw."""
    while True:
        n = moves(board, gravity, options)
        if n == 0:
            return 0
        row, column = place(board, options[int(rng.random() * n)], player, gravity)
        if wins(board, row, column, line):
            return player
        player = -player


@_jit
def search(board, player, line, gravity, simulations, c, rng):
    """Visits and mean results (moves,) of each move for `player` after so many simulations (UCT: Kocsis & Szepesvári 2006).

    Each simulation goes down the tree by mean result + c √(ln N / n), adds one position, plays on at random, and tells all
    positions on its way. Results are +1, 0 or −1 for the player who has moved.
    """
    most = board.shape[1] if gravity else board.size
    children = np.full((simulations + 1, most), -1, np.int64)
    visits, results = np.zeros(simulations + 1), np.zeros(simulations + 1)
    path, options, made = np.empty(board.size + 1, np.int64), np.empty(most, np.int64), 1
    work = np.empty_like(board)
    for _ in range(simulations):
        work[:] = board
        node, turn, depth, winner, over = 0, player, 1, 0, False
        path[0] = 0
        while not over:
            n = moves(work, gravity, options)
            if n == 0:
                break
            move = _descend(children[node], visits, results, visits[node], options, n, c, rng)
            row, column = place(work, move, turn, gravity)
            over = wins(work, row, column, line)
            winner = turn if over else 0
            turn = -turn
            new = children[node, move] < 0
            if new:
                children[node, move] = made
                made += 1
            node = children[node, move]
            path[depth] = node
            depth += 1
            if new:
                if not over:
                    winner = play_out(work, turn, line, gravity, options, rng)
                break
        for d in range(depth):
            mover = player if d % 2 else -player
            visits[path[d]] += 1
            results[path[d]] += winner * mover
    counts, means = np.zeros(most), np.zeros(most)
    for m in range(most):
        if children[0, m] >= 0:
            counts[m] = visits[children[0, m]]
            means[m] = results[children[0, m]] / counts[m]
    return counts, means


@_jit
def _descend(children, visits, results, parent, options, n, c, rng):
    """A move that was never tried, by chance; else the one with the largest bound."""
    fresh, chosen, top = 0, options[0], -np.inf
    for i in range(n):
        child = children[options[i]]
        if child < 0:
            fresh += 1
            if rng.random() * fresh < 1:
                chosen = options[i]
        elif fresh == 0:
            bound = results[child] / visits[child] + c * math.sqrt(math.log(parent) / visits[child])  # eq. 20
            if bound > top:
                chosen, top = options[i], bound
    return chosen


@_jit
def count_games(board, player, line, gravity, found):
    """Counts all games from here on into found: won by 1, won by −1, drawn; the value of the board for `player` (+1, 0, −1)."""
    options = np.empty(board.shape[1] if gravity else board.size, np.int64)
    n = moves(board, gravity, options)
    if n == 0:
        found[2] += 1
        return 0
    value = -1
    for i in range(n):
        row, column = place(board, options[i], player, gravity)
        if wins(board, row, column, line):
            found[0 if player == 1 else 1] += 1
            value = 1
        else:
            value = max(value, -count_games(board, -player, line, gravity, found))
        board[row, column] = 0
    return value
