"""One line for what Hydra and OmegaConf say in several."""


def experiments(project, group="experiment"):
    """The names of the files in conf/experiment (or in another group of conf/)."""
    return sorted(path.stem for path in (project / "conf" / group).glob("*.yaml"))


def explain(error, Config, arguments):
    """The one line for an error that composing the `arguments` met."""
    cause = error.__cause__ or error
    for argument in arguments:
        if argument in str(error):
            return f"{argument}: {one_line(cause)}"
    return named(cause, Config, {})


def named(error, Config, values):
    """What the error over some values ({setting: value}) says, in one line, after the name of the setting."""
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    said, key = one_line(error), getattr(error, "full_key", None)
    for name, value in values.items() if not key else ():
        try:
            OmegaConf.merge(OmegaConf.structured(Config), {name: value})
        except OmegaConfBaseException:
            key = name
            break
    return said if not key or key in said else f"{key}: {said}"


def one_line(error):
    """What the error says, without the lines that repeat the setting or speak of Hydra's types."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return "; ".join(
        line for line in lines if not line.startswith(("object_type", "reference_type", "full_key", "To append"))
    )
