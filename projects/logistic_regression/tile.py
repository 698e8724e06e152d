"""A register tile of a matrix product in explicit vectors of 16 single-precision numbers.

    C[r, :] += Σ_k a[r, k] b[k, :]        r < rows, 16 lanes; the sums stay in registers while k runs

LLVM does not find this form by itself: sums kept in an array are stored at every k. One tile with the samples as rows
gives the scores, one with the features as rows the gradient, and both read each number of x once, from the first cache.
"""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 16


def tile(rows):
    """tile(a, a0, row, column, b, b0, c, c0, count): a[r, k] lies at a0 + r row + k column; b, c have rows of 16."""

    @intrinsic
    def product(typing, a, a0, row, column, b, b0, c, c0, count):
        places = [types.intp] * 3
        signature = types.void(a, *places, b, types.intp, c, types.intp, types.intp)

        def codegen(context, builder, signature, values):
            _emit(context, builder, signature, values, rows)
            return context.get_dummy_value()

        return signature, codegen

    return product


def _emit(context, builder, signature, values, rows):
    """The instructions: load the sums, one loop over k with a fused multiply-add per row, store the sums."""
    single, index, lane = ir.FloatType(), ir.IntType(64), ir.IntType(32)
    vector = ir.VectorType(single, LANES)
    _, a0, row, column, _, b0, _, c0, count = values

    def from_(position, offset):
        array = context.make_array(signature.args[position])(context, builder, values[position])
        return builder.gep(array.data, [offset])

    def at(base, offset):
        return builder.bitcast(builder.gep(base, [offset]), vector.as_pointer())

    def number(value):
        return ir.Constant(index, value)

    def all_lanes(value):
        nothing = ir.Constant(vector, ir.Undefined)
        first = builder.insert_element(nothing, value, ir.Constant(lane, 0))
        return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(lane, LANES), [0] * LANES))

    a, b, c = from_(0, a0), from_(4, b0), from_(6, c0)
    multiply_add = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(vector, [vector] * 3), f"llvm.fma.v{LANES}f32"
    )
    start = [builder.load(at(c, number(r * LANES)), align=4) for r in range(rows)]
    entry, loop, end = builder.block, builder.append_basic_block("k"), builder.append_basic_block("end")
    builder.branch(loop)

    builder.position_at_end(loop)
    k = builder.phi(index)
    sums = [builder.phi(vector) for _ in range(rows)]
    right = builder.load(at(b, builder.mul(k, number(LANES))), align=4)
    here = builder.gep(a, [builder.mul(k, column)])
    new = []
    for r in range(rows):
        left = all_lanes(builder.load(builder.gep(here, [builder.mul(row, number(r))])))
        new.append(builder.call(multiply_add, [left, right, sums[r]]))
        sums[r].add_incoming(start[r], entry)
        sums[r].add_incoming(new[r], loop)
    following = builder.add(k, number(1))
    k.add_incoming(number(0), entry)
    k.add_incoming(following, loop)
    builder.cbranch(builder.icmp_signed("<", following, count), loop, end)

    builder.position_at_end(end)
    for r in range(rows):
        builder.store(new[r], at(c, number(r * LANES)), align=4)
