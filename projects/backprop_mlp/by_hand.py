"""The gradient of a network, derived by hand: equations (1) to (7) of Rumelhart, Hinton & Williams (1986), line by line.

y[j] are the outputs of layer j, (..., patterns, units); w[i, j] the weights from layer i to layer j, (..., rows, columns).
The leading axes, where there are any, are networks that know nothing of each other.
"""

import numpy as np

from network import ON


def outputs(network, w, inputs):
    """y of every layer. `inputs` are the patterns (..., patterns, units) of the layers that nothing feeds, in order."""
    y, given = [], iter(inputs)
    for j, feeding in enumerate(network.below):
        if not feeding:
            y.append(next(given))
            continue
        x = w[ON, j] + sum(y[i] @ w[i, j] for i in feeding)  # eq. 1: x_j = Σ_i y_i w_ji
        y.append(np.tanh(x * 0.5) * 0.5 + 0.5)  # eq. 2: 1 / (1 + e^-x), in the form that does not overflow
    return y


def gradient(network, w, inputs, d, slack=0.0):
    """(E, {link: ∂E/∂w}, y of the top layer) for targets d: E = ½ Σ (y − d)² over patterns and units, one for each network."""
    y = outputs(network, w, inputs)
    off = y[-1] - d
    if slack:
        off = np.where(abs(off) <= slack, 0.0, off)  # p. 535: near enough counts as no error
    error = 0.5 * (off * off).sum(axis=(-2, -1))  # eq. 3
    dy = {len(y) - 1: off}  # eq. 4: ∂E/∂y_j = y_j − d_j
    dw = {}
    for j in reversed(range(len(y))):
        if not network.below[j]:
            continue
        dx = dy[j] * y[j] * (1 - y[j])  # eq. 5: ∂E/∂x_j = ∂E/∂y_j · y_j (1 − y_j)
        dw[ON, j] = dx.sum(axis=-2, keepdims=True)  # eq. 6 with y_i = 1
        for i in network.below[j]:
            dw[i, j] = y[i].swapaxes(-1, -2) @ dx  # eq. 6: ∂E/∂w_ji = ∂E/∂x_j · y_i, summed over the patterns
            if network.below[i]:  # nobody asks how E depends on an input
                dy[i] = dy.get(i, 0) + dx @ w[i, j].swapaxes(-1, -2)  # eq. 7: ∂E/∂y_i = Σ_j ∂E/∂x_j · w_ji
    return error, dw, y[-1]
