"""Backpropagation (1986): the networks of the paper in Nature and of the book's chapter 8, hundreds of each at once."""

import encoder
import family
import figures
import parity
import symmetry
from abacus.launch import launch

if __name__ == "__main__":
    launch(
        parity.learn_parity,
        parity.find_minima,
        symmetry.learn_symmetry,
        symmetry.compare_weights,
        encoder.find_codes,
        family.learn_family,
        figures={parity.learn_parity: figures.of_table, symmetry.learn_symmetry: figures.of_table},
        run_many={
            parity.learn_parity: parity.learn_many,
            parity.find_minima: parity.minima_of_many,
            symmetry.learn_symmetry: symmetry.learn_many,
            symmetry.compare_weights: symmetry.weights_of_many,
            encoder.find_codes: encoder.codes_of_many,
            family.learn_family: family.learn_many,
        },
    )
