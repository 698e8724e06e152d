"""Multi-head attention with its projections (Vaswani et al. 2017, section 3.2.2); x (batch, time, width)."""

from abacus import ops
from abacus.nn.layers import Affine


class SelfAttention:
    """Queries, keys and values of x from one product, attention by heads, and the projection of the result."""

    def __init__(self, width, heads, rng, *, causal=False, bias=True, initial=None):
        self.qkv = Affine(width, 3 * width, rng, bias=bias, initial=initial)
        self.out = Affine(width, width, rng, bias=bias, initial=initial)
        self.heads, self.causal = heads, causal

    def __call__(self, x, mask=None):
        return self.out(ops.self_attention(self.qkv(x), self.heads, mask=mask, causal=self.causal))


class CrossAttention:
    """Queries of x (batch, queries, width), keys and values of another sequence (batch, keys, width)."""

    def __init__(self, width, heads, rng, *, bias=True, initial=None):
        self.q = Affine(width, width, rng, bias=bias, initial=initial)
        self.kv = Affine(width, 2 * width, rng, bias=bias, initial=initial)
        self.out = Affine(width, width, rng, bias=bias, initial=initial)
        self.heads = heads

    def __call__(self, x, memory, mask=None):
        q, kv = self._heads(self.q(x), 1), self._heads(self.kv(memory), 2)
        y = ops.attention(q[0], kv[0], kv[1], mask=mask)
        return self.out(ops.reshape(ops.swapaxes(y, 1, 2), x.shape))

    def _heads(self, x, parts):
        """(parts, batch, heads, time, width of a head)."""
        batch, time, columns = x.shape
        return ops.transpose(
            ops.reshape(x, batch, time, parts, self.heads, columns // (parts * self.heads)), 2, 0, 3, 1, 4
        )
