"""A SLURM of one node, this one, from Debian's packages: for the test of a sweep on a cluster, and for a try by hand.

python tests/one_node_slurm.py install        apt-get install slurm-wlm munge (root, network)
python tests/one_node_slurm.py up FOLDER      start it; everything it writes is in FOLDER; prints what to export
python tests/one_node_slurm.py down FOLDER    end it

Two partitions: main, and urgent, whose jobs push those of main back into the queue.
"""

import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

PROGRAMS = "munged", "slurmctld", "slurmd", "sbatch", "srun", "scancel"
DAEMONS = "slurmd", "slurmctld", "munged"  # in the order in which they end
CONFIGURATION = """\
ClusterName=abacus
SlurmctldHost={host}
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=1,sched_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
KillWait=10
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
JobRequeue=1
NodeName={host} CPUs={processors} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES State=UP PriorityTier=1
PartitionName=urgent Nodes={host} State=UP PriorityTier=10
"""


def reason():
    """Why there can be none here, "" where there can."""
    lacking = [name for name in PROGRAMS if not shutil.which(name, path=_path())]
    return f"no {lacking[0]} here: sudo python tests/one_node_slurm.py install" if lacking else ""


def up(folder):
    """Start the daemons; RuntimeError with the end of their logs where the node does not come up."""
    folder = Path(folder).absolute()
    for name in ("state", "spool", "munge"):
        (folder / name).mkdir(parents=True, mode=0o700)
    folder.chmod(0o755)
    key = folder / "munge" / "key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o600)
    configuration = folder / "slurm.conf"
    about = {"host": socket.gethostname(), "user": getpass.getuser(), "processors": os.cpu_count()}
    configuration.write_text(CONFIGURATION.format(folder=folder, ports=_free_ports(), **about))
    files = {"pid-file": "munged.pid", "log-file": "munge/log", "seed-file": "munge/seed", "key-file": "munge/key"}
    _do("munged", "--force", f"--socket={folder}/munge.socket", *(f"--{f}={folder}/{at}" for f, at in files.items()))
    for daemon in ("slurmctld", "slurmd"):
        _do(daemon, "-f", configuration)
    for _ in range(100):
        said = subprocess.run(["sinfo", "-h", "-o", "%T"], env=environment(folder), capture_output=True, text=True)
        if set(said.stdout.split()) == {"idle"}:
            return
        time.sleep(0.1)
    logs = [(folder / f"{name}.log").read_text().splitlines()[-3:] for name in ("slurmctld", "slurmd")]
    down(folder)
    raise RuntimeError(f"SLURM did not come up: {' '.join(said.stderr.split())} {logs}")


def down(folder):
    """End the daemons that were started in `folder`."""
    for name in DAEMONS:
        with contextlib.suppress(OSError, ValueError):
            pid = int((Path(folder) / f"{name}.pid").read_text())
            os.kill(pid, signal.SIGTERM)
            while Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z":  # gone, or only its status is left
                time.sleep(0.05)


def environment(folder):
    """The environment of a command that speaks to this SLURM, and to no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLURM_", "SBATCH_"))}
    return kept | {"SLURM_CONF": str(Path(folder).absolute() / "slurm.conf"), "PATH": _path()}


def _path():
    return os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])


def _do(*command):
    done = subprocess.run([str(word) for word in command], env=os.environ | {"PATH": _path()}, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.decode().strip()}")


def _free_ports():
    sockets = [socket.create_server(("", 0)) for _ in range(2)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


if __name__ == "__main__":
    if sys.argv[1:] == ["install"]:
        quietly = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        sys.exit(
            subprocess.run(
                ["apt-get", "install", "-y", "-qq", "slurm-wlm", "munge"], env=quietly, check=False
            ).returncode
        )
    if len(sys.argv) != 3 or sys.argv[1] not in ("up", "down"):
        sys.exit(__doc__)
    if sys.argv[1] == "down":
        down(sys.argv[2])
    elif reason():
        sys.exit(reason())
    else:
        up(sys.argv[2])
        print(f"export SLURM_CONF={Path(sys.argv[2]).absolute()}/slurm.conf")
