"""How many parameters a transformer has, by arithmetic: nothing is built and nothing is downloaded."""


def gpt(characters, block, layers, width, bias):
    """A decoder with learnt places and one table for reading and writing. `bias`: in every matrix and layer norm (GPT-2).

    A block has 12 width² weights: 3 for q, k, v, 1 for the output, 4 + 4 for the two matrices of the MLP.
    """
    biases = (3 + 1 + 4 + 1) * width
    norms = (2 if bias else 1) * width
    return (characters + block) * width + layers * (12 * width**2 + bias * biases + 2 * norms) + norms


def encoder_decoder(vocabulary, layers, width, feed_forward, heads, key, value):
    """Vaswani et al. 2017: one table for both languages and the softmax, sinusoids for places, no bias in attention."""
    attention = heads * (2 * key + 2 * value) * width
    mlp = 2 * width * feed_forward + feed_forward + width
    encoder = attention + mlp + 2 * 2 * width
    decoder = 2 * attention + mlp + 3 * 2 * width
    return vocabulary * width + layers * (encoder + decoder)


def count(cfg):
    """Millions of parameters, under the names of the columns in which papers print them."""
    if cfg.network == "decoder":
        number = gpt(cfg.vocabulary, cfg.block, cfg.layers, cfg.width, bias=True)
    else:
        shape = cfg.layers, cfg.width, cfg.feed_forward, cfg.heads, cfg.key, cfg.value
        number = encoder_decoder(cfg.vocabulary, *shape)
    return {"millions of parameters": number / 1e6, "parameters": number}
