"""How an intrinsic reaches memory: pointers to arrays, copies of runs, loads and stores of vectors."""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

BYTES = 64  # of a vector: AVX-512; on a smaller machine LLVM splits it
INDEX, I32 = ir.IntType(64), ir.IntType(32)


@intrinsic
def copy(typing, source, s0, target, t0, count):
    """target[t0 : t0 + count] = source[s0 : s0 + count] of contiguous arrays of one type: slices, but quick to compile."""
    signature = void(source, s0, target, t0, count)

    def codegen(context, builder, signature, values):
        source, s0, target, t0, count = pointers(context, builder, signature, values)
        size = signature.args[0].dtype.bitwidth // 8
        cgutils.raw_memcpy(builder, builder.gep(target, [t0]), builder.gep(source, [s0]), count, size)
        return context.get_dummy_value()

    return signature, codegen


def void(*arguments):
    """The signature of an intrinsic that returns nothing: arrays, and whole numbers."""
    return types.void(*[x if isinstance(x, types.Array) else types.intp for x in arguments])


def pointers(context, builder, signature, values):
    """The values, arrays replaced by pointers to their data."""
    for kind, value in zip(signature.args, values):
        yield context.make_array(kind)(context, builder, value).data if isinstance(kind, types.Array) else value


class Vectors:
    """Loads and stores of `width` vectors side by side, of which the first `lanes` numbers count."""

    def __init__(self, builder, bits, width, bytes, lanes):
        self.builder, self.count, self.bits = builder, 8 * bytes // bits, bits
        self.scalar = ir.FloatType() if bits == 32 else ir.DoubleType()
        self.type = ir.VectorType(self.scalar, self.count)
        self.align = ir.Constant(I32, bits // 8)
        self.zero = ir.Constant(self.type, [0.0] * self.count)
        iota = ir.Constant(ir.VectorType(INDEX, self.count), list(range(self.count)))
        rest = [builder.sub(lanes, ir.Constant(INDEX, v * self.count)) for v in range(width)]
        self.masks = [builder.icmp_signed("<", iota, self.splat(left, INDEX)) for left in rest]

    def function(self, name, result, *arguments):
        """The LLVM intrinsic of that name for these vectors."""
        kind = ir.FunctionType(result, arguments)
        return cgutils.get_or_insert_function(self.builder.module, kind, name.format(f"v{self.count}f{self.bits}"))

    def splat(self, value, scalar):
        """`value` in every lane."""
        kind, bl = ir.VectorType(scalar, self.count), self.builder
        nothing = ir.Constant(kind, ir.Undefined)
        one = bl.insert_element(nothing, value, ir.Constant(I32, 0))
        return bl.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(I32, self.count), [0] * self.count))

    def at(self, base, v):
        """A pointer to vector v after base."""
        return self.builder.bitcast(
            self.builder.gep(base, [ir.Constant(INDEX, v * self.count)]), self.type.as_pointer()
        )

    def load(self, base, v, masked=True):
        """Vector v after base; masked, lanes that do not count are not read."""
        if not masked:
            return self.builder.load(self.at(base, v), align=self.bits // 8)
        mask, pointer = self.masks[v], self.type.as_pointer()
        function = self.function("llvm.masked.load.{}.p0", self.type, pointer, I32, mask.type, self.type)
        return self.builder.call(function, [self.at(base, v), self.align, mask, self.zero])

    def store(self, value, base, v):
        """The lanes that count of vector v after base."""
        mask, pointer = self.masks[v], self.type.as_pointer()
        function = self.function("llvm.masked.store.{}.p0", ir.VoidType(), self.type, pointer, I32, mask.type)
        self.builder.call(function, [value, self.at(base, v), self.align, mask])

    def fma(self, a, b, c):
        """a b + c, rounded once."""
        return self.builder.call(self.function("llvm.fma.{}", self.type, *[self.type] * 3), [a, b, c])
