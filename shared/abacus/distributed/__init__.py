"""One training over several processes, as AlexNet was trained on two GPUs: each takes a share of every batch, and the
gradients are summed in a fixed order.

    group = distributed.join()                                   # rank and size of this process
    replicas = distributed.Replicas(group, nn.parameters(model))  # the same weights everywhere
    loss, gradients = replicas.backward(loss_of, (x, y))         # of the whole batch, the same bits in every process
    optimiser.step(gradients)

`python -m abacus.distributed -n 2 train.py` starts two such processes on this machine, joined by shared memory; with
--mpi (or under mpiexec) MPI joins them, also across machines. Started plainly, train.py is a group of one.
"""

import os

from abacus.distributed.alone import Alone
from abacus.distributed.replicas import Replicas
from abacus.errors import BadInput

__all__ = ["Alone", "Replicas", "join"]

UNDER_MPI = "PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK", "MV2_COMM_WORLD_RANK"


def join():
    """The group of this process: `rank`, `size`, and `all_reduce(array)`, which replaces it by its sum over all.

    BadInput where there should be others, and no way to them.
    """
    if "ABACUS_GROUP" in os.environ:
        from abacus.distributed.memory import Memory

        return Memory(*os.environ["ABACUS_GROUP"].split(","))
    if any(name in os.environ for name in UNDER_MPI):
        from abacus.distributed.mpi import Mpi

        return Mpi()
    if int(os.environ.get("SLURM_STEP_NUM_TASKS", 1)) > 1:
        raise BadInput(
            "srun has started several processes that cannot find each other: srun --mpi=pmi2 (see --mpi=list)"
        )
    return Alone()
