"""One data set = two files here: `<name>.toml` (what the files are) and `<name>.py` (how they become arrays)."""
