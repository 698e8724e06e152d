"""How many parameters a transformer has, by arithmetic: nothing is built and nothing is downloaded."""

from dataclasses import dataclass

from abacus.settings import at_least


@dataclass
class Decoder:
    vocabulary: int = at_least(1)  # tokens
    block: int = at_least(1)  # tokens that are seen at once, each place with a learnt vector
    layers: int = at_least(1)  # blocks of attention and MLP
    width: int = at_least(1)  # numbers that stand for a token


@dataclass
class Translator:
    vocabulary: int = at_least(1)  # tokens of both languages together
    layers: int = at_least(1)  # N: of the encoder, and as many of the decoder
    width: int = at_least(1)  # d_model
    feed_forward: int = at_least(1)  # d_ff
    heads: int = at_least(1)  # h
    key: int = at_least(1)  # d_k
    value: int = at_least(1)  # d_v


def decoder(cfg: Decoder, job):
    """The parameters of a decoder such as GPT-2."""
    return _columns(gpt(cfg.vocabulary, cfg.block, cfg.layers, cfg.width, bias=True))


def groups(cfg: Decoder, job):
    """The tensors of such a decoder in two groups: matrices, whose weights decay, and biases and layer norms, which do not."""
    return grouped(cfg.vocabulary, cfg.block, cfg.layers, cfg.width)


def translator(cfg: Translator, job):
    """The parameters of an encoder and decoder such as that of Vaswani et al. 2017."""
    shape = cfg.layers, cfg.width, cfg.feed_forward, cfg.heads, cfg.key, cfg.value
    return _columns(encoder_decoder(cfg.vocabulary, *shape))


def gpt(characters, block, layers, width, bias):
    """A decoder with learnt places and one table for reading and writing. `bias`: in every matrix and layer norm (GPT-2).

    A block has 12 width² weights: 3 for q, k, v, 1 for the output, 4 + 4 for the two matrices of the MLP.
    """
    biases = (3 + 1 + 4 + 1) * width
    norms = (2 if bias else 1) * width
    return (characters + block) * width + layers * (12 * width**2 + bias * biases + 2 * norms) + norms  # eq. 14


def grouped(vocabulary, block, layers, width):
    """{column: count} of GPT-2's tensors and parameters, by whether they decay.

    Matrices: two tables, and in each block q, k, v together, the output, and two of the MLP. Vectors: a bias for each of
    these four, and gain and bias of each layer norm, two in a block and one at the end.
    """
    matrices = (vocabulary + block) * width + layers * 12 * width**2
    return {
        "decayed tensors": 2 + 4 * layers,
        "decayed parameters": matrices,
        "other tensors": (4 + 2 * 2) * layers + 2,
        "other parameters": gpt(vocabulary, block, layers, width, bias=True) - matrices,
    }


def encoder_decoder(vocabulary, layers, width, feed_forward, heads, key, value):
    """Vaswani et al. 2017: one table for both languages and the softmax, sinusoids for places, no bias in attention."""
    attention = heads * (2 * key + 2 * value) * width
    mlp = 2 * width * feed_forward + feed_forward + width
    encoder = attention + mlp + 2 * 2 * width
    decoder = 2 * attention + mlp + 3 * 2 * width
    return vocabulary * width + layers * (encoder + decoder)


def _columns(number):
    """The number, and millions of it under the name of the column in which papers print them."""
    return {"millions of parameters": number / 1e6, "parameters": number}
