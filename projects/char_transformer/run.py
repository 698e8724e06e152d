"""A transformer that learns a text character by character, and the parameter counts of larger ones."""

import counting
import figures
import training
from abacus.launch import launch

if __name__ == "__main__":
    launch(
        training.train, counting.decoder, counting.groups, counting.translator, figures={training.train: figures.draw}
    )
