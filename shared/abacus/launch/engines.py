"""The engines that carry out a sweep (-m): what each needs, and one line where it fails."""

import contextlib
import importlib.util
import os
import shutil

from abacus import settings
from abacus.errors import BadInput, Unavailable
from abacus.launch import compose

EXTRA = 'pip install "abacus-ml[sweep]" (in a checkout: pip install -e ".[sweep]")'
ENGINES = {  # hydra/launcher=NAME: the plugin's module, the command that it needs, how the plugin is installed
    "basic": (None, None, None),
    "joblib": ("hydra_plugins.hydra_joblib_launcher", None, EXTRA),
    "submitit_local": ("hydra_plugins.hydra_submitit_launcher", None, EXTRA),
    "submitit_slurm": ("hydra_plugins.hydra_submitit_launcher", "sbatch", EXTRA),
    "ray": ("hydra_plugins.hydra_ray_launcher", None, "pip install hydra-ray-launcher"),
    "ray_aws": ("hydra_plugins.hydra_ray_launcher", None, "pip install hydra-ray-launcher"),
    "rq": ("hydra_plugins.hydra_rq_launcher", None, "pip install hydra-rq-launcher"),
}


def named(arguments):
    """The engine that the command line asks for; Hydra's own, one task after the other, where it asks for none."""
    names = [a.removeprefix("hydra/launcher=") for a in arguments if a.startswith("hydra/launcher=")]
    return names[-1] if names else "basic"


def check(arguments):
    """BadInput in one line where the engine is unknown, not installed, has no cluster to speak to, or more is asked."""
    for argument in arguments:
        key = argument.partition("=")[0]
        own = key.startswith("hydra.launcher.") and "_target_" not in argument and "=" in argument
        if not (own or argument.startswith("hydra/launcher=")):
            raise BadInput(
                f"{settings.shown(argument)}: wanted hydra/launcher=ENGINE or hydra.launcher.SETTING=VALUE in a sweep"
            )
    name = named(arguments)
    if name not in ENGINES:
        hint = settings.suggestion(name, ENGINES)
        raise BadInput(f"hydra/launcher={name}: no such launcher{hint}; there are: {', '.join(ENGINES)}")
    module, command, install = ENGINES[name]
    if module and not _installed(module):
        raise BadInput(f"hydra/launcher={name}: not installed: {install}")
    if command and not shutil.which(command):
        raise BadInput(
            f"hydra/launcher={name}: no {command} here: run it on a host that submits to SLURM, or hydra/launcher=joblib"
        )


def _installed(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def workers(name):
    """How many processes a task of a sweep may use: the job's own processors; one where the engine itself fills the machine."""
    if "SLURM_CPUS_PER_TASK" in os.environ:
        return int(os.environ["SLURM_CPUS_PER_TASK"])
    return (os.cpu_count() or 1) if name in (None, "basic") else 1


@contextlib.contextmanager
def one_line(arguments):
    """One line for what Hydra, a launcher or its cluster says in many; a task's own errors and bugs pass as they are."""
    full = os.environ.get("HYDRA_FULL_ERROR")
    os.environ["HYDRA_FULL_ERROR"] = "1"  # an exception, where Hydra would print it and exit
    try:
        yield
    except Exception as error:
        home = type(error).__module__.split(".")[0]
        if home in ("hydra", "omegaconf"):
            raise BadInput(f"{compose.one_line(error)}") from None
        if home in ("joblib", "submitit"):
            lines = [line.strip() for line in str(error).splitlines() if line.strip()]
            said = f"{lines[0]} ... {lines[-1]}" if len(lines) > 1 else "".join(lines)
            raise Unavailable(f"hydra/launcher={named(arguments)}: {said}; finished runs are kept") from None
        raise
    finally:
        os.environ.pop("HYDRA_FULL_ERROR") if full is None else os.environ.update(HYDRA_FULL_ERROR=full)
