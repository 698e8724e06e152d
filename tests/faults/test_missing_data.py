"""A project whose data cannot be had: one line with what to do, status 1, and the same command goes on once it is there."""

import commands


def test_a_data_set_that_is_not_there_is_one_line(walk, tmp_path):
    text = (walk / "run.py").read_text()
    text = text.replace("from abacus.launch", "from abacus import data\nfrom abacus.launch")
    (walk / "run.py").write_text(text.replace("    import time\n", '    import time\n\n    data.load("mnist")\n'))
    empty = {"ABACUS_DATA": str(tmp_path / "none"), "ABACUS_CACHE": str(tmp_path / "cache"), "ABACUS_OFFLINE": "1"}
    for workers in ("workers=0", "workers=1"):
        status, out, err = commands.command(walk, workers, environment=empty)
        assert (status, out) == (1, "") and err.count("\n") == 1 and "ABACUS_DATA" in err, err


def test_a_damaged_file_of_the_mirror_is_one_line(walk, tmp_path):
    text = (walk / "run.py").read_text()
    text = text.replace("from abacus.launch", "from abacus import data\nfrom abacus.launch")
    (walk / "run.py").write_text(text.replace("    import time\n", '    import time\n\n    data.load("mnist1d")\n'))
    mirror = tmp_path / "mirror"
    (mirror / "mnist1d").mkdir(parents=True)
    (mirror / "mnist1d" / "mnist1d_data.pkl").write_bytes(b"no pickle")
    empty = {"ABACUS_DATA": str(mirror), "ABACUS_CACHE": str(tmp_path / "cache"), "ABACUS_OFFLINE": "1"}
    status, out, err = commands.command(walk, "workers=1", environment=empty)
    assert (status, out) == (1, "") and err.count("\n") == 1 and "torn or altered" in err, err
