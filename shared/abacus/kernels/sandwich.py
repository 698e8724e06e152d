"""L X Lᵀ for small matrices X whose entries are runs of channels: the transforms of Winograd's convolutions, in vectors."""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from abacus.kernels.tile import BYTES


def sandwich(left):
    """transform(x, x0, xi, xj, y, y0, yi, yj, channels, rows, columns) for a constant matrix `left` (a list of rows).

    X[i, j] lies at x0 + i xi + j xj in x and holds `channels` numbers, Y = left X leftᵀ likewise in y; only the first `rows`
    and `columns` of Y are written.
    """

    @intrinsic
    def transform(typing, x, x0, xi, xj, y, y0, yi, yj, channels, rows, columns):
        arguments = (x, x0, xi, xj, y, y0, yi, yj, channels, rows, columns)
        signature = types.void(*[a if isinstance(a, types.Array) else types.intp for a in arguments])

        def codegen(context, builder, signature, values):
            _emit(context, builder, signature, values, left)
            return context.get_dummy_value()

        return signature, codegen

    return transform


def _emit(context, bl, signature, values, left):
    _, x0, xi, xj, _, y0, yi, yj, channels, rows, columns = values
    bits = signature.args[0].dtype.bitwidth
    size, lanes, index = bits // 8, 8 * BYTES // bits, ir.IntType(64)
    scalar = ir.FloatType() if bits == 32 else ir.DoubleType()
    vector, mask = ir.VectorType(scalar, lanes), ir.VectorType(ir.IntType(1), lanes)
    x, y = (context.make_array(signature.args[k])(context, bl, values[k]).data for k in (0, 4))
    align, i32, number = ir.Constant(ir.IntType(32), size), ir.IntType(32), lambda n: ir.Constant(index, n)
    load = cgutils.get_or_insert_function(
        bl.module, ir.FunctionType(vector, [vector.as_pointer(), i32, mask, vector]), f"llvm.masked.load.v{lanes}f{bits}.p0"
    )
    store = cgutils.get_or_insert_function(
        bl.module, ir.FunctionType(ir.VoidType(), [vector, vector.as_pointer(), i32, mask]), f"llvm.masked.store.v{lanes}f{bits}.p0"
    )
    zero = ir.Constant(vector, [0.0] * lanes)
    iota = ir.Constant(ir.VectorType(index, lanes), list(range(lanes)))
    nothing = ir.Constant(ir.VectorType(index, lanes), ir.Undefined)

    def at(base, origin, i, j, steps, channel):
        offset = bl.add(bl.add(origin, channel), bl.add(bl.mul(steps[0], number(i)), bl.mul(steps[1], number(j))))
        return bl.bitcast(bl.gep(base, [offset]), vector.as_pointer())

    def combine(weights, terms):
        """Σ weight·term, for weights that are mostly 0, 1 and -1."""
        total = None
        for weight, term in sorted(zip(weights, terms), key=lambda pair: -pair[0]):
            if weight == 0:
                continue
            if abs(weight) != 1:
                term = bl.fmul(term, ir.Constant(vector, [float(abs(weight))] * lanes))
            if total is None:
                total = term if weight > 0 else bl.fsub(zero, term)
            else:
                total = (bl.fadd if weight > 0 else bl.fsub)(total, term)
        return total

    with cgutils.for_range_slice(bl, number(0), channels, number(lanes), inc=True) as (c, _):
        start = bl.insert_element(nothing, bl.sub(channels, c), ir.Constant(i32, 0))
        left_over = bl.shuffle_vector(start, nothing, ir.Constant(ir.VectorType(i32, lanes), [0] * lanes))
        here = bl.icmp_signed("<", iota, left_over)
        n = len(left[0])
        entries = [[bl.call(load, [at(x, x0, i, j, (xi, xj), c), align, here, zero]) for j in range(n)] for i in range(n)]
        half = [[combine(row, [entries[i][j] for i in range(n)]) for j in range(n)] for row in left]
        for i, line in enumerate(half):
            for j, row in enumerate(left):
                value = combine(row, line)
                inside = bl.and_(bl.icmp_signed("<", number(i), rows), bl.icmp_signed("<", number(j), columns))
                with bl.if_then(inside):
                    bl.call(store, [value, at(y, y0, i, j, (yi, yj), c), align, here])
