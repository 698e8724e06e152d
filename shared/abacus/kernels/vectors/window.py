"""The sum over a window of pixels, all channels at once, and its adjoint, in vectors: channels may be few, and loops short."""

from llvmlite import ir
from numba.core import cgutils
from numba.extending import intrinsic

from abacus.kernels.vectors.access import BYTES, INDEX, Vectors, pointers, void


@intrinsic
def gather_window(typing, x, x0, rows, row, columns, column, w, w0, y, y0, channels):
    """y[y0 + c] = w[w0] Σ_ij x[x0 + i row + j column + c] over rows x columns pixels, for c < channels."""
    signature = void(x, x0, rows, row, columns, column, w, w0, y, y0, channels)

    def codegen(context, bl, signature, values):
        x, x0, rows, row, columns, column, w, w0, y, y0, channels = pointers(context, bl, signature, values)
        weight = bl.load(bl.gep(w, [w0]))
        for c, vectors in _blocks(bl, signature, channels):
            total = cgutils.alloca_once(bl, vectors.type)
            bl.store(vectors.zero, total)
            for pixel in _pixels(bl, bl.gep(x, [bl.add(x0, c)]), rows, row, columns, column):
                bl.store(bl.fadd(bl.load(total), vectors.load(pixel, 0)), total)
            vectors.store(bl.fmul(bl.load(total), vectors.splat(weight, vectors.scalar)), bl.gep(y, [bl.add(y0, c)]), 0)
        return context.get_dummy_value()

    return signature, codegen


def scatter(add):
    """The adjoint: x[x0 + i row + j column + c] += w[w0] y[y0 + c], or = where not `add`. (Where windows do not meet, reading
    a pixel that lies partly in the vector just written only makes the processor wait.)"""

    @intrinsic
    def window(typing, x, x0, rows, row, columns, column, w, w0, y, y0, channels):
        signature = void(x, x0, rows, row, columns, column, w, w0, y, y0, channels)

        def codegen(context, bl, signature, values):
            x, x0, rows, row, columns, column, w, w0, y, y0, channels = pointers(context, bl, signature, values)
            weight = bl.load(bl.gep(w, [w0]))
            for c, vectors in _blocks(bl, signature, channels):
                part = bl.fmul(vectors.load(bl.gep(y, [bl.add(y0, c)]), 0), vectors.splat(weight, vectors.scalar))
                for pixel in _pixels(bl, bl.gep(x, [bl.add(x0, c)]), rows, row, columns, column):
                    vectors.store(bl.fadd(vectors.load(pixel, 0), part) if add else part, pixel, 0)
            return context.get_dummy_value()

        return signature, codegen

    return window


def _blocks(bl, signature, channels):
    """Once: the body of the loop over vectors of channels."""
    bits = signature.args[0].dtype.bitwidth
    lanes = ir.Constant(INDEX, 8 * BYTES // bits)
    with cgutils.for_range_slice(bl, ir.Constant(INDEX, 0), channels, lanes, inc=True) as (c, _):
        yield c, Vectors(bl, bits, 1, BYTES, bl.sub(channels, c))


def _pixels(bl, first, rows, row, columns, column):
    """Once: the body of the two loops over pixels."""
    with cgutils.for_range(bl, rows) as i, cgutils.for_range(bl, columns) as j:
        yield bl.gep(first, [bl.add(bl.mul(i.index, row), bl.mul(j.index, column))])
