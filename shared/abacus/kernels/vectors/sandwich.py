"""L X Lᵀ for small matrices X whose entries are runs of channels: the transforms of Winograd's convolutions, in vectors."""

from llvmlite import ir
from numba.core import cgutils
from numba.extending import intrinsic

from abacus.kernels.vectors.access import BYTES, INDEX, Vectors, pointers, void


def sandwich(left):
    """transform(x, x0, xi, xj, y, y0, yi, yj, channels, rows, columns) for a constant matrix `left` (a list of rows).

    X[i, j] lies at x0 + i xi + j xj in x and holds `channels` numbers, Y = left X leftᵀ likewise in y; only the first `rows`
    and `columns` of Y are written.
    """

    @intrinsic
    def transform(typing, x, x0, xi, xj, y, y0, yi, yj, channels, rows, columns):
        signature = void(x, x0, xi, xj, y, y0, yi, yj, channels, rows, columns)

        def codegen(context, builder, signature, values):
            _emit(builder, signature.args[0].dtype.bitwidth, left, *pointers(context, builder, signature, values))
            return context.get_dummy_value()

        return signature, codegen

    return transform


def _emit(bl, bits, left, x, x0, xi, xj, y, y0, yi, yj, channels, rows, columns):
    n, number = len(left[0]), lambda value: ir.Constant(INDEX, value)

    def entry(base, origin, i, j, row, column, channel):
        offset = bl.add(bl.mul(row, number(i)), bl.mul(column, number(j)))
        return bl.gep(base, [bl.add(bl.add(origin, channel), offset)])

    with cgutils.for_range_slice(bl, number(0), channels, number(8 * BYTES // bits), inc=True) as (c, _):
        vectors = Vectors(bl, bits, 1, BYTES, bl.sub(channels, c))
        given = [[vectors.load(entry(x, x0, i, j, xi, xj, c), 0) for j in range(n)] for i in range(n)]
        half = [[_combined(vectors, row, [given[i][j] for i in range(n)]) for j in range(n)] for row in left]
        for i, line in enumerate(half):
            for j, row in enumerate(left):
                inside = bl.and_(bl.icmp_signed("<", number(i), rows), bl.icmp_signed("<", number(j), columns))
                with bl.if_then(inside):
                    vectors.store(_combined(vectors, row, line), entry(y, y0, i, j, yi, yj, c), 0)


def _combined(vectors, weights, terms):
    """Σ weight·term, for weights that are mostly 0, 1 and -1."""
    bl, total = vectors.builder, None
    for weight, term in sorted(zip(weights, terms), key=lambda pair: -pair[0]):
        if weight == 0:
            continue
        if abs(weight) != 1:
            term = bl.fmul(term, ir.Constant(vectors.type, [float(abs(weight))] * vectors.count))
        if total is None:
            total = term if weight > 0 else bl.fsub(vectors.zero, term)
        else:
            total = (bl.fadd if weight > 0 else bl.fsub)(total, term)
    return total
