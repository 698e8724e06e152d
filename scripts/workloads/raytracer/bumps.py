"""A mesh of 99 906 triangles under a sky, 400 x 225, 16 samples a pixel, depth 6: one frame."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "projects" / "raytracer" / "reference"))
import frames

PEERS = frames.peers("bumps", spp=16)
