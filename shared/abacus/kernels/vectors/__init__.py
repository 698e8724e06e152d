"""Loops in explicit vectors, written in LLVM's terms: register tiles of a matrix product, windows of pixels, small transforms."""
