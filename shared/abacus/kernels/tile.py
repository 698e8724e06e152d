"""A register tile of a matrix product, in explicit vectors: what LLVM does not find by itself in a convolution's loops.

    C[m, :] = init[m, :] + Σ_s Σ_k a_s[m, k] b_s[k, :]          m < rows <= height,  `width` vectors of 64 bytes each

a is read one number at a time (each goes to all lanes), b by whole vectors; the sums stay in registers over all segments
s, so that a convolution needs no im2col: a segment is a run of memory where both a and b advance by constant steps.
"""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

BYTES = 64  # of one vector: AVX-512; on a smaller machine LLVM splits it


def tile(height, width, adjacent):
    """tile(segments, n, a, a0, row, step, b, b0, bstep, init, i0, irow, c, c0, crow, rows, lanes): offsets in elements.

    segments (n, 3): where a_s and b_s begin after a0 and b0, and how many k. a_s[m, k] lies at m row + k step: with
    `adjacent` the row is 1 and b is read under the mask of `lanes` (its rows may end inside a vector); otherwise the
    step is 1 and b is whole. Only `rows` rows of `lanes` lanes are written to c.
    """

    @intrinsic
    def product(typing, segments, n, a, a0, row, step, b, b0, bstep, init, i0, irow, c, c0, crow, rows, lanes):
        arguments = (segments, n, a, a0, row, step, b, b0, bstep, init, i0, irow, c, c0, crow, rows, lanes)
        signature = types.void(*[x if isinstance(x, types.Array) else types.intp for x in arguments])

        def codegen(context, builder, signature, values):
            _Product(context, builder, signature, values, height, width, adjacent).emit()
            return context.get_dummy_value()

        return signature, codegen

    return product


class _Product:
    """The instructions of one tile."""

    def __init__(self, context, builder, signature, values, height, width, adjacent):
        self.builder, self.height, self.width, self.adjacent = builder, height, width, adjacent
        (
            segments,
            self.n,
            a,
            a0,
            self.row,
            self.step,
            b,
            b0,
            self.bstep,
            init,
            i0,
            self.irow,
            c,
            c0,
            self.crow,
            self.rows,
            lanes,
        ) = values
        kind = signature.args[2].dtype
        self.size = kind.bitwidth // 8
        self.lanes = BYTES // self.size
        self.scalar = ir.FloatType() if self.size == 4 else ir.DoubleType()
        self.vector = ir.VectorType(self.scalar, self.lanes)
        self.int = ir.IntType(64)

        def data(position):
            return context.make_array(signature.args[position])(context, builder, values[position]).data

        self.segments = data(0)
        self.a, self.b = builder.gep(data(2), [a0]), builder.gep(data(6), [b0])
        self.init, self.c = builder.gep(data(9), [i0]), builder.gep(data(12), [c0])
        name = f"v{self.lanes}f{kind.bitwidth}"
        module = builder.module
        self.fma = cgutils.get_or_insert_function(
            module, ir.FunctionType(self.vector, [self.vector] * 3), f"llvm.fma.{name}"
        )
        mask = ir.VectorType(ir.IntType(1), self.lanes)
        pointer = self.vector.as_pointer()
        self.masked_load = cgutils.get_or_insert_function(
            module,
            ir.FunctionType(self.vector, [pointer, ir.IntType(32), mask, self.vector]),
            f"llvm.masked.load.{name}.p0",
        )
        self.masked_store = cgutils.get_or_insert_function(
            module,
            ir.FunctionType(ir.VoidType(), [self.vector, pointer, ir.IntType(32), mask]),
            f"llvm.masked.store.{name}.p0",
        )
        iota = ir.Constant(ir.VectorType(self.int, self.lanes), list(range(self.lanes)))
        self.masks = [
            builder.icmp_signed("<", iota, self.splat(builder.sub(lanes, self.number(v * self.lanes)), self.int))
            for v in range(width)
        ]

    def number(self, value):
        return ir.Constant(self.int, value)

    def splat(self, value, kind):
        vector = ir.VectorType(kind, self.lanes)
        nothing, i32 = ir.Constant(vector, ir.Undefined), ir.IntType(32)
        one = self.builder.insert_element(nothing, value, ir.Constant(i32, 0))
        return self.builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(i32, self.lanes), [0] * self.lanes))

    def at(self, base, v):
        address = self.builder.gep(base, [self.number(v * self.lanes)])
        return self.builder.bitcast(address, self.vector.as_pointer())

    def load(self, base, v, masked):
        if not masked:
            return self.builder.load(self.at(base, v), align=self.size)
        zero = ir.Constant(self.vector, [0.0] * self.lanes)
        align = ir.Constant(ir.IntType(32), self.size)
        return self.builder.call(self.masked_load, [self.at(base, v), align, self.masks[v], zero])

    def emit(self):
        """for s: for k: every accumulator gains a[m] b[v]; then the store."""
        bl, number = self.builder, self.number
        start = []
        for m in range(self.height):
            here = bl.gep(
                self.init,
                [bl.mul(self.irow, bl.select(bl.icmp_signed("<", number(m), self.rows), number(m), number(0)))],
            )
            start.append([self.load(here, v, True) for v in range(self.width)])
        entry = bl.block
        outer, head, inner, after, done = (bl.append_basic_block(x) for x in ("segment", "head", "k", "after", "done"))
        bl.branch(outer)

        bl.position_at_end(outer)
        s = bl.phi(self.int)
        s.add_incoming(number(0), entry)
        sums = [[bl.phi(self.vector) for _ in range(self.width)] for _ in range(self.height)]
        for m in range(self.height):
            for v in range(self.width):
                sums[m][v].add_incoming(start[m][v], entry)
        bl.cbranch(bl.icmp_signed("<", s, self.n), head, done)

        bl.position_at_end(head)
        a_from, b_from, count = (
            bl.load(bl.gep(self.segments, [bl.add(bl.mul(s, number(3)), number(i))])) for i in range(3)
        )
        first = bl.gep(self.a, [a_from])
        groups = 1 if self.adjacent else (self.height + 2) // 3  # one register reaches rows m, m + 1, m + 2
        bases = [bl.gep(first, [bl.mul(self.row, number(3 * g))]) for g in range(groups)]
        b_first = bl.gep(self.b, [b_from])
        bl.branch(inner)

        bl.position_at_end(inner)
        k, b_here = bl.phi(self.int), bl.phi(b_first.type)
        here = [bl.phi(first.type) for _ in bases]
        for phi, value in zip([k, b_here, *here], [number(0), b_first, *bases]):
            phi.add_incoming(value, head)
        now = [[bl.phi(self.vector) for _ in range(self.width)] for _ in range(self.height)]
        b = [self.load(b_here, v, self.adjacent) for v in range(self.width)]
        new = []
        for m in range(self.height):
            if self.adjacent:
                address = bl.gep(here[0], [number(m)])
            else:
                address = bl.gep(here[m // 3], [bl.mul(self.row, number(m % 3))]) if m % 3 else here[m // 3]
            a = self.splat(bl.load(address), self.scalar)
            new.append([bl.call(self.fma, [a, b[v], now[m][v]]) for v in range(self.width)])
            for v in range(self.width):
                now[m][v].add_incoming(sums[m][v], head)
                now[m][v].add_incoming(new[m][v], inner)
        forward = self.step if self.adjacent else number(1)
        k_next, b_next = bl.add(k, number(1)), bl.gep(b_here, [self.bstep])
        for phi, value in zip([k, b_here, *here], [k_next, b_next, *[bl.gep(p, [forward]) for p in here]]):
            phi.add_incoming(value, inner)
        bl.cbranch(bl.icmp_signed("<", k_next, count), inner, after)

        bl.position_at_end(after)
        s.add_incoming(bl.add(s, number(1)), after)
        for m in range(self.height):
            for v in range(self.width):
                sums[m][v].add_incoming(new[m][v], after)
        bl.branch(outer)

        bl.position_at_end(done)
        align = ir.Constant(ir.IntType(32), self.size)
        for m in range(self.height):
            with bl.if_then(bl.icmp_signed("<", number(m), self.rows)):
                there = bl.gep(self.c, [bl.mul(self.crow, number(m))])
                for v in range(self.width):
                    bl.call(self.masked_store, [sums[m][v], self.at(there, v), align, self.masks[v]])
