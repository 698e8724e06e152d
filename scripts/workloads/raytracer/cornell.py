"""The Cornell box, 256 x 256, 32 samples a pixel, depth 6: one frame. Our samples random, as Mitsuba's."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "projects" / "raytracer" / "reference"))
import frames

PEERS = frames.peers("cornell", spp=32)
