"""Graph networks: Kipf & Welling's citation networks and karate club, and the graph attention network."""

import attention
import documents
import karate
import pictures
from abacus.launch import launch

if __name__ == "__main__":
    launch(
        karate.embed,
        karate.divide,
        documents.convolve,
        documents.watch,
        attention.attend,
        figures={documents.convolve: pictures.rows},
    )
