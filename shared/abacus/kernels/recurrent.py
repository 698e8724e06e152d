"""One step of an LSTM and of a GRU for a whole batch, all gates in one pass. Gate order as in PyTorch."""

from numba import njit

from abacus.kernels import JIT
from abacus.kernels.exponential import sigmoid, tanh


@njit(**JIT)
def lstm(gates, recurrent, before, cell, squashed, h):
    """gates (batch, 4·width) hold the inputs of i, f, g, o but for `recurrent`; afterwards their activations.
    cell = f·before + i·g, squashed = tanh(cell), h = o·squashed."""
    batch, width = before.shape
    for b in range(batch):
        for j in range(2 * width):
            gates[b, j] = sigmoid(gates[b, j] + recurrent[b, j])
        for j in range(2 * width, 3 * width):
            gates[b, j] = tanh(gates[b, j] + recurrent[b, j])
        for j in range(3 * width, 4 * width):
            gates[b, j] = sigmoid(gates[b, j] + recurrent[b, j])
        for j in range(width):
            c = gates[b, width + j] * before[b, j] + gates[b, j] * gates[b, 2 * width + j]
            t = tanh(c)
            cell[b, j], squashed[b, j], h[b, j] = c, t, gates[b, 3 * width + j] * t


@njit(**JIT)
def lstm_pullback(dh, dlater, dcell, gates, before, squashed, dgates):
    """dgates from dh + dlater (through the output, through the next step) and dcell, which becomes that of before."""
    batch, width = before.shape
    one = before.dtype.type(1)
    for b in range(batch):
        for j in range(width):
            i, f = gates[b, j], gates[b, width + j]
            g, o = gates[b, 2 * width + j], gates[b, 3 * width + j]
            t, d = squashed[b, j], dh[b, j] + dlater[b, j]
            dc = dcell[b, j] + d * o * (one - t * t)
            dcell[b, j] = dc * f
            dgates[b, j] = dc * g * i * (one - i)
            dgates[b, width + j] = dc * before[b, j] * f * (one - f)
            dgates[b, 2 * width + j] = dc * i * (one - g * g)
            dgates[b, 3 * width + j] = d * t * o * (one - o)


@njit(**JIT)
def gru(gates, recurrent, before, h):
    """gates (batch, 3·width) hold the inputs of r, z, n, afterwards their activations; `recurrent` what comes from
    before. n = tanh(gates + r·recurrent), h = (1 - z)·n + z·before."""
    batch, width = before.shape
    one = before.dtype.type(1)
    for b in range(batch):
        for j in range(2 * width):
            gates[b, j] = sigmoid(gates[b, j] + recurrent[b, j])
        for j in range(width):
            n = tanh(gates[b, 2 * width + j] + gates[b, j] * recurrent[b, 2 * width + j])
            z = gates[b, width + j]
            gates[b, 2 * width + j] = n
            h[b, j] = (one - z) * n + z * before[b, j]


@njit(**JIT)
def gru_pullback(dh, dlater, gates, recurrent, before, dgates, drecurrent, dbefore):
    """dgates and drecurrent differ in n, whose recurrent part r gates. dbefore is the direct part: (dh + dlater)·z."""
    batch, width = before.shape
    one = before.dtype.type(1)
    for b in range(batch):
        for j in range(width):
            r, z, n = gates[b, j], gates[b, width + j], gates[b, 2 * width + j]
            d = dh[b, j] + dlater[b, j]
            dn = d * (one - z) * (one - n * n)
            dr = dn * recurrent[b, 2 * width + j] * r * (one - r)
            dz = d * (before[b, j] - n) * z * (one - z)
            dgates[b, j], dgates[b, width + j], dgates[b, 2 * width + j] = dr, dz, dn
            drecurrent[b, j], drecurrent[b, width + j], drecurrent[b, 2 * width + j] = dr, dz, dn * r
            dbefore[b, j] = d * z
