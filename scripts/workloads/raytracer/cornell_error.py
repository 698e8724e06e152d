"""The Cornell box, 256 x 256, 64 samples a pixel, depth 6, to equal error: one frame of ours, and as long as theirs takes."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "projects" / "raytracer" / "reference"))
import frames

EQUAL_ERROR = True
PEERS = frames.peers_in_error("cornell", spp=64)
