"""t-SNE of the first 5 000 digits of MNIST, 50 principal components each: a whole map of 750 steps."""

from workloads.maps import divergence, peers

PEERS = peers(5_000)
LOSS, NO_WORSE = divergence, True
THREADS, ONCE = "kernels", True  # a step of many seconds
