"""smallpt's scene, 256 x 192, 16 samples a pixel, roulette from bounce 6: one frame. No peer here reads it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "projects" / "raytracer" / "reference"))
import frames

PEERS = frames.peers("smallpt", spp=16)
