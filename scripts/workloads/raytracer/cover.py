"""The cover of 'Ray Tracing in One Weekend' (486 spheres), 400 x 225, 16 samples a pixel, depth 11: one frame."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "projects" / "raytracer" / "reference"))
import frames

PEERS = frames.peers("cover", spp=16)
