"""The core of Abacus: what the projects share, in few floors (an import may only go down)."""
