"""t-SNE of all 70 000 digits of MNIST, 50 principal components each: a whole map of 750 steps, made once."""

from workloads.maps import divergence, peers

PEERS = peers(70_000)
LOSS, NO_WORSE = divergence, True
THREADS = "kernels"
ONCE = True
