"""The state of the compiled engine: W paths side by side, one row of a flat buffer per quantity.

Row r of lane l is `B[r * W + l]`, read by `get(B, r, l)` and written by `put(B, r, l, x)`. One flat one-dimensional
array lets LLVM prove that nothing overlaps, so a plain loop over lanes becomes vector instructions: sixteen paths at
once with AVX-512. Every loop over lanes runs over all W (or over whole chunks), so a path's bits depend on its pixel and
sample only, never on the lane that carries it.
"""

from llvmlite import ir
from numba import float32, int32, njit, uint32
from numba.core import types
from numba.extending import intrinsic

W = 256  # lanes of a block; the state of a block stays in the second-level cache
CHUNK = 32  # compacted lists of lanes are padded to whole vectors

# rows of the float state
OX, OY, OZ, DX, DY, DZ, HIT, ID, TIME = range(9)  # the ray, the distance to its hit, the surface's number or -1
RX, RY, RZ = range(9, 12)  # 1 / direction, where clusters are searched
SX, SY, SZ, DIST = range(12, 16)  # the shadow ray: direction, distance (-1: none)
TR, TG, TB, LR, LG, LB, PDF = range(17, 24)  # throughput, radiance so far, pdf of the direction (-1: delta or camera)
NX, NY, NZ, SIDE, AR, AG, AB, BACK, LIGHT, MAT, KIND, ALPHA, IOR = range(
    24, 37
)  # what a surface's row in S says: facing
# normal, +1 front or -1 back, albedo, black from behind, light, material's row, its kind, roughness, index
ALIVE, ENDED = 37, 16  # 1 or 0: a path is on its way; 0 or -1: it has just come to its end
U, V, C = range(38, 41)  # the random numbers last drawn
GR, GG, GB = range(41, 44)  # what the shadow ray brings, when nothing blocks it
PX, PY, PZ = range(44, 47)  # the point before it is moved off the surface
LPDF, PICK = 47, 48  # density of the light sample over solid angle, which light
ROWS = 49
SURFACE = 16  # numbers of a surface's row, and lanes whose rows are read together
# rows of the integer state
SLOT, KEY, SAMPLE, DEPTH = range(4)
IROWS = 4

# kinds of material and of light
LAMBERT, MIRROR, GLASS, CONDUCTOR, MICROFACET = range(5)
PLANAR, BALL, POINT, SKY = range(4)
INDEX = (1 << 40) - 1  # x & INDEX tells LLVM that the index is not negative: it need not wrap, and loads become vectors

OPTIONS = {"fastmath": True, "error_model": "numpy", "nogil": True}
INNER = {
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}  # called by compiled code only: nothing to compile for Python
fast = njit(**OPTIONS, **INNER)
inlined = njit(**OPTIONS, **INNER, forceinline=True)
exported = njit(nogil=True, error_model="numpy", cache=True)  # what Python calls, kept on disk


def _address(context, builder, kind, value, index):
    """Where element `index` of an array lies. No index wraps round, none is checked."""
    data = context.make_array(kind)(context, builder, value).data
    return builder.gep(data, [index], inbounds=True)


def _place(context, builder, row, lane):
    """row * W + lane."""
    return builder.add(builder.mul(row, row.type(W), flags=["nsw"]), lane, flags=["nsw"])


@intrinsic
def load(context, S, i):
    """S[i], S flat. Subscripts do the same, but what numba makes of each takes ten times as long to compile."""

    def code(context, builder, signature, args):
        return builder.load(_address(context, builder, signature.args[0], *args))

    return S.dtype(S, types.int64), code


@intrinsic(prefer_literal=True)
def loads(context, S, i, n):
    """S[i], S[i + 1], ... S[i + n - 1]."""

    def code(context, builder, signature, args):
        first = _address(context, builder, signature.args[0], *args[:2])
        found = [builder.load(builder.gep(first, [args[1].type(k)], inbounds=True)) for k in range(n.literal_value)]
        return context.make_tuple(builder, signature.return_type, found)

    if isinstance(n, types.IntegerLiteral):
        return types.UniTuple(S.dtype, n.literal_value)(S, types.int64, n), code


@intrinsic
def get(context, B, row, lane):
    """B[row * W + lane]: one quantity of one lane."""

    def code(context, builder, signature, args):
        return builder.load(_address(context, builder, signature.args[0], args[0], _place(context, builder, *args[1:])))

    return B.dtype(B, types.int64, types.int64), code


@intrinsic
def put(context, B, row, lane, x):
    """B[row * W + lane] = x."""

    def code(context, builder, signature, args):
        place = _place(context, builder, args[1], args[2])
        builder.store(args[3], _address(context, builder, signature.args[0], args[0], place))
        return context.get_dummy_value()

    return types.none(B, types.int64, types.int64, B.dtype), code


@intrinsic
def get3(context, B, row, lane):
    """Three rows of one lane, from `row` on: a vector or a colour."""

    def code(context, builder, signature, args):
        place = _place(context, builder, args[1], args[2])
        found = []
        for k in range(3):
            i = builder.add(place, place.type(k * W), flags=["nsw"])
            found.append(builder.load(_address(context, builder, signature.args[0], args[0], i)))
        return context.make_tuple(builder, signature.return_type, found)

    return types.UniTuple(B.dtype, 3)(B, types.int64, types.int64), code


def _three(B, change):
    """What puts change(builder, old, x), and so on, into three rows of one lane."""

    def code(context, builder, signature, args):
        place = _place(context, builder, args[1], args[2])
        for k in range(3):
            i = builder.add(place, place.type(k * W), flags=["nsw"])
            at = _address(context, builder, signature.args[0], args[0], i)
            builder.store(change(builder, builder.load(at), args[3 + k]), at)
        return context.get_dummy_value()

    return types.none(B, types.int64, types.int64, B.dtype, B.dtype, B.dtype), code


@intrinsic
def put3(context, B, row, lane, x, y, z):
    """Writes three rows of one lane, from `row` on."""
    return _three(B, lambda builder, old, new: new)


@intrinsic
def add3(context, B, row, lane, x, y, z):
    """Adds to three rows of one lane, from `row` on."""
    return _three(B, lambda builder, old, new: builder.fadd(old, new))


@intrinsic
def scale3(context, B, row, lane, x, y, z):
    """Multiplies three rows of one lane, from `row` on."""
    return _three(B, lambda builder, old, new: builder.fmul(old, new))


@intrinsic(prefer_literal=True)
def deal(context, B, lane, S, first, n):
    """Rows NX, NX + 1, ... (n of them) of sixteen lanes: the first numbers of row ID of the table at S[first:].

    Sixteen rows of sixteen numbers are read whole and turned in registers, by four rounds of shuffles: in each the numbers
    of vectors i and i + 8 alternate, which moves one bit of a number's place from its vector to its lane."""
    if not isinstance(n, types.IntegerLiteral):
        return None

    def code(context, builder, signature, args):
        vector, number = ir.VectorType(ir.FloatType(), SURFACE), ir.IntType(64)

        def row(k):
            i = builder.add(args[1], number(k * W), flags=["nsw"])
            return builder.bitcast(_address(context, builder, signature.args[0], args[0], i), vector.as_pointer())

        ids = builder.fptosi(builder.load(row(ID), align=4), ir.VectorType(number, SURFACE))
        lines = []
        for k in range(SURFACE):
            i = builder.extract_element(ids, ir.IntType(32)(k))
            i = builder.select(builder.icmp_signed("<", i, number(0)), number(0), i)
            i = builder.add(args[3], builder.mul(i, number(SURFACE), flags=["nsw"]), flags=["nsw"])
            place = _address(context, builder, signature.args[2], args[2], i)
            lines.append(builder.load(builder.bitcast(place, vector.as_pointer()), align=4))
        half = SURFACE // 2
        low = [k // 2 + SURFACE * (k % 2) for k in range(SURFACE)]
        low, high = (ir.Constant(ir.VectorType(ir.IntType(32), SURFACE), [k + h for k in low]) for h in (0, half))
        for _ in range(4):
            pairs = list(zip(lines[:half], lines[half:]))
            lines = [builder.shuffle_vector(a, b, mask) for a, b in pairs for mask in (low, high)]
        for k in range(n.literal_value):
            builder.store(lines[k], row(NX + k), align=4)
        return context.get_dummy_value()

    return types.none(B, types.int64, S, types.int64, n), code


@intrinsic
def reversed_bits(context, x):
    """The 32 bits of x in reverse order: one instruction or two where the processor has them."""
    return types.uint32(types.uint32), lambda context, builder, signature, args: builder.bitreverse(args[0])


@intrinsic
def lowest_bit(context, x):
    """The place of the lowest bit set in x."""

    def code(context, builder, signature, args):
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint32(types.uint32), code


@inlined
def listed(bits, start, X, m):
    """Appends to the list X of m lanes those of the chunk from `start` on whose bit is set; returns its new length."""
    while bits != uint32(0):
        X[m] = int32(start + lowest_bit(bits))
        m += 1
        bits = uint32(bits & uint32(bits - uint32(1)))
    return m


@fast
def not_negative(B, row, X, m):
    """Appends to the list X of m lanes those whose `row` is not negative; returns its new length."""
    for start in range(0, W, CHUNK):
        bits = uint32(0)
        for j in range(CHUNK):
            bits |= uint32(uint32(1) << uint32(j)) if get(B, row, start + j) >= float32(0) else uint32(0)
        m = listed(bits, start, X, m)
    return m


@inlined
def unit(x):
    """The upper 24 bits of x as a float32 in [0, 1)."""
    return float32(int32(x >> uint32(8))) * float32(1 / 16777216)


@inlined
def sinpi(y):
    """sin(π y) for |y| <= 1/2: a polynomial, since the library's sine does not run in vectors."""
    z = y * y
    p = float32(-0.00737043) * z + float32(0.0821458866)
    p = (p * z - float32(0.599264529)) * z + float32(2.55016404)
    return y * ((p * z - float32(5.16771278)) * z + float32(3.14159265))


@inlined
def circle(u):
    """(cos, sin) of the angle π (2u − 1)."""
    y = float32(2) * u - float32(1)
    fold = y if abs(y) <= float32(0.5) else (float32(1) - y if y > float32(0) else float32(-1) - y)
    return sinpi(float32(0.5) - abs(y)), sinpi(fold)
