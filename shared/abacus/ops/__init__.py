"""Differentiable operations, by subject; `ops.tanh(x)` takes Tensors or arrays and returns a Tensor.

Compiled kernels are imported when an op first needs them, so importing this package costs little.
"""
