"""Register tiles of a matrix product in explicit vectors: what LLVM does not find by itself in a convolution's loops.

    tile         c[m, :] = start[:] + Σ_s Σ_k a_s[m, k] b_s[k, :]     a: pixels x (taps and channels), b: packed weights
    outer_tile   c[m, :] += Σ_s Σ_k a_s[k, m] b_s[k, :]               a: pixels x (taps and channels), b: pixels x outputs

m < rows <= height; a row of c is `width` vectors, of which `lanes` numbers are written. a is read one number at a time (it goes
to all lanes), b by vectors, and the sums stay in registers over all segments s: a convolution needs no im2col, a segment
is a run of memory where a and b advance by constant steps. Offsets are in numbers; segments (n, 3) hold where a_s and b_s
begin after a0 and b0, and how many k.
"""

from itertools import chain

from llvmlite import ir
from numba.extending import intrinsic

from abacus.kernels.vectors.access import BYTES, INDEX, Vectors, pointers, void

ONE = ir.Constant(INDEX, 1)


def tile(height, width, bytes=BYTES, unit=False):
    """product(segments, n, a, a0, arow, b, b0, start, s0, c, c0, crow, rows, lanes): a[m, k] at m arow + k; b and start hold
    whole vectors, the rows of b `width` each. With `unit`, arow counts as 1, which is quicker where vectors are short."""

    @intrinsic
    def product(typing, segments, n, a, a0, arow, b, b0, start, s0, c, c0, crow, rows, lanes):
        signature = void(segments, n, a, a0, arow, b, b0, start, s0, c, c0, crow, rows, lanes)

        def codegen(context, builder, signature, values):
            segments, n, a, a0, arow, b, b0, start, s0, c, c0, crow, rows, lanes = pointers(
                context, builder, signature, values
            )
            with_lanes = Vectors(builder, signature.args[2].dtype.bitwidth, width, bytes, lanes)
            a, b, c, first = (builder.gep(x, [x0]) for x, x0 in ((a, a0), (b, b0), (c, c0), (start, s0)))
            row = [with_lanes.load(first, v, masked=False) for v in range(width)]
            bstep = ir.Constant(INDEX, width * with_lanes.count)
            groups = _groups(builder, a, height, ONE, height) if unit else _groups(builder, a, height, arow, 3)
            sums = _sums(with_lanes, segments, n, groups, ONE, b, bstep, [row] * height, masked=False)
            _write(with_lanes, sums, c, crow, rows)
            return context.get_dummy_value()

        return signature, codegen

    return product


def outer_tile(height, width, bytes=BYTES):
    """product(segments, n, a, a0, astep, b, b0, bstep, c, c0, crow, rows, lanes): a[k, m] at k astep + m, b[k, :] at k bstep;
    `height` rows of c must lie in memory, though no more than `rows` are written."""

    @intrinsic
    def product(typing, segments, n, a, a0, astep, b, b0, bstep, c, c0, crow, rows, lanes):
        signature = void(segments, n, a, a0, astep, b, b0, bstep, c, c0, crow, rows, lanes)

        def codegen(context, builder, signature, values):
            segments, n, a, a0, astep, b, b0, bstep, c, c0, crow, rows, lanes = pointers(
                context, builder, signature, values
            )
            with_lanes = Vectors(builder, signature.args[2].dtype.bitwidth, width, bytes, lanes)
            a, b, c = (builder.gep(x, [x0]) for x, x0 in ((a, a0), (b, b0), (c, c0)))
            tops = [builder.gep(c, [builder.mul(crow, ir.Constant(INDEX, m))]) for m in range(height)]
            start = [[with_lanes.load(top, v) for v in range(width)] for top in tops]
            groups = _groups(builder, a, height, ONE, height)
            sums = _sums(with_lanes, segments, n, groups, astep, b, bstep, start, masked=True)
            _write(with_lanes, sums, c, crow, rows)
            return context.get_dummy_value()

        return signature, codegen

    return product


def square_tile(side, bytes=BYTES):
    """product(segments, n, a, a0, astep, arow, b, b0, bstep, c, c0, crow, lanes): an outer tile of side² rows one vector wide,
    a[k, (i, j)] at k astep + i arow + j."""

    @intrinsic
    def product(typing, segments, n, a, a0, astep, arow, b, b0, bstep, c, c0, crow, lanes):
        signature = void(segments, n, a, a0, astep, arow, b, b0, bstep, c, c0, crow, lanes)

        def codegen(context, builder, signature, values):
            segments, n, a, a0, astep, arow, b, b0, bstep, c, c0, crow, lanes = pointers(
                context, builder, signature, values
            )
            with_lanes = Vectors(builder, signature.args[2].dtype.bitwidth, 1, bytes, lanes)
            a, b, c = (builder.gep(x, [x0]) for x, x0 in ((a, a0), (b, b0), (c, c0)))
            tops = [base for base, _ in _groups(builder, c, side**2, crow, 1)]
            rows = [base for base, _ in _groups(builder, a, side, arow, 1)]
            groups = [_groups(builder, row, side, ONE, side)[0] for row in rows]
            start = [[with_lanes.load(top, 0)] for top in tops]
            sums = _sums(with_lanes, segments, n, groups, astep, b, bstep, start, masked=True)
            _write(with_lanes, sums, c, crow, ir.Constant(INDEX, side**2))
            return context.get_dummy_value()

        return signature, codegen

    return product


def _groups(builder, a, height, step, several):
    """Rows of a, `step` numbers apart, `several` together: the first one's address, and how far from it each of them is. (Of
    rows m, m + step and m + 2 step one register reaches all.)"""
    apart = [builder.mul(step, ir.Constant(INDEX, m)) for m in range(height)]
    return [(builder.gep(a, [apart[m]]), apart[: min(several, height - m)]) for m in range(0, height, several)]


def _sums(vectors, segments, n, groups, astep, b, bstep, start, masked):
    """start + Σ a b over the segments: two loops around one straight run of fused multiply-adds. groups: the rows of a."""
    bl, height, width = vectors.builder, len(start), len(start[0])
    zero = ir.Constant(INDEX, 0)

    def accumulators(*incoming):
        phis = [[bl.phi(vectors.type) for _ in range(width)] for _ in range(height)]
        for values, block in incoming:
            join(phis, values, block)
        return phis

    def join(phis, values, block):
        for phi, value in zip(chain(*phis), chain(*values)):
            phi.add_incoming(value, block)

    entry = bl.block
    outer, head, inner, after, done = (
        bl.append_basic_block(name) for name in ("segment", "head", "k", "after", "done")
    )
    bl.branch(outer)

    bl.position_at_end(outer)
    s = bl.phi(INDEX)
    s.add_incoming(zero, entry)
    between = accumulators((start, entry))
    bl.cbranch(bl.icmp_signed("<", s, n), head, done)

    bl.position_at_end(head)
    here = [bl.gep(segments, [bl.add(bl.mul(s, ir.Constant(INDEX, 3)), ir.Constant(INDEX, i))]) for i in range(3)]
    a_from, b_from, count = (bl.load(pointer) for pointer in here)
    bases = [bl.gep(base, [a_from]) for base, _ in groups]
    rows_of_b = bl.gep(b, [b_from])
    bl.branch(inner)

    bl.position_at_end(inner)
    moving = [bl.phi(INDEX), bl.phi(rows_of_b.type), *(bl.phi(base.type) for base in bases)]
    for phi, value in zip(moving, [zero, rows_of_b, *bases]):
        phi.add_incoming(value, head)
    k, b_row, *a_rows = moving
    now = accumulators((between, head))
    row = [vectors.load(b_row, v, masked) for v in range(width)]
    new = []
    rows = ((base, apart) for base, (_, several) in zip(a_rows, groups) for apart in several)
    for m, (base, apart) in enumerate(rows):
        number = vectors.splat(bl.load(bl.gep(base, [apart])), vectors.scalar)
        new.append([vectors.fma(number, row[v], now[m][v]) for v in range(width)])
    k_next = bl.add(k, ONE)
    for phi, value in zip(moving, [k_next, bl.gep(b_row, [bstep]), *(bl.gep(p, [astep]) for p in a_rows)]):
        phi.add_incoming(value, inner)
    join(now, new, inner)
    bl.cbranch(bl.icmp_signed("<", k_next, count), inner, after)

    bl.position_at_end(after)
    s.add_incoming(bl.add(s, ONE), after)
    join(between, new, after)
    bl.branch(outer)

    bl.position_at_end(done)
    return between


def _write(vectors, sums, c, crow, rows):
    bl = vectors.builder
    for m, row in enumerate(sums):
        with bl.if_then(bl.icmp_signed("<", ir.Constant(INDEX, m), rows)):
            there = bl.gep(c, [bl.mul(crow, ir.Constant(INDEX, m))])
            for v, value in enumerate(row):
                vectors.store(value, there, v)
