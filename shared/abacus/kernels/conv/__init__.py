"""Convolutions of images with the channels last: `correlation` gives the sums and picks, by the Geometry, the form they take.

    direct     outputs by register tiles, every geometry      outer    its weight gradient
    winograd   3 x 3 taps, stride 1, from 16 channels on      single   one channel, 5 x 5 taps
    overlap    the adjoint over few channels                  phases   the adjoint as convolutions

A Python function here lays out the weights and the scratch, and halves the images (threads.py); the compiled one below it
takes all arrays flat. Sums over images are kept by half, so that the number of threads changes no bit.
"""

from abacus.kernels import on_demand

__getattr__ = on_demand(__name__)
