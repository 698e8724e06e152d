"""The Cornell box at 256 x 256, 32 samples a pixel, path depth 6: one frame."""

from workloads_of_raytracer import frames

PEERS = frames("cornell", spp=32)
