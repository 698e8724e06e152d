"""2 000 byte-pair merges learnt on Python's manual, and the manual encoded by them, beside the `tokenizers` package (Rust)."""

from workloads.estimators import our

MERGES = 2000


def text():
    return our("word_vectors/texts.read")("manual")


def abacus(threads):
    lines, pairs = text(), our("word_vectors/merges.BytePairs")

    def step():
        learnt = pairs(MERGES).fit(lines)
        return sum(len(learnt.encode(line)) for line in lines)

    return step


def tokenizers(threads):
    import os

    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    lines, chunk = text(), Regex(our("word_vectors/merges.CHUNK").pattern)

    def step():
        learnt, alphabet = Tokenizer(models.BPE()), pre_tokenizers.ByteLevel.alphabet()
        learnt.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Split(chunk, "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ])  # fmt: skip
        settings = {"vocab_size": 256 + MERGES, "initial_alphabet": alphabet, "show_progress": False}
        learnt.train_from_iterator(lines, trainers.BpeTrainer(**settings))
        return sum(len(learnt.encode(line).ids) for line in lines)

    return step


PEERS = {"abacus": abacus, "tokenizers": tokenizers}
