"""Mean linear radiance of smallpt's picture, by its own program: `python reference/smallpt.py smallpt.cpp 16 64`.

Takes Kevin Beason's smallpt.cpp (www.kevinbeason.com/smallpt), another size, seed and a print of unclamped floats put in its
place, built by g++ (whose order of evaluation its picture depends on); so many runs of so many samples a pixel. Prints
the means, their standard errors over the runs, and paths a CPU second: the rows of papers/smallpt.toml.
"""

import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

WIDTH, HEIGHT = 256, 192
CHANGES = (
    (r"w=1024, h=768, samps = [^;]*;", f"w={WIDTH}, h={HEIGHT}, samps = atoi(argv[1])/4, seed = atoi(argv[2]);"),
    (r"Xi\[3\]=\{0,0,[^}]*\}", "Xi[3]={(unsigned short)(7919*seed),(unsigned short)seed,(unsigned short)(y*y*y)}"),
    (r"Vec\(clamp\(r\.x\),clamp\(r\.y\),clamp\(r\.z\)\)", "r"),
    (r'FILE \*f = fopen\([^;]*;\s*fprintf\(f, "P3[^;]*;', "FILE *f = stdout;"),
    (r'fprintf\(f,"%d %d %d ", [^;]*;', 'fprintf(f,"%.9g %.9g %.9g\\\\n", c[i].x, c[i].y, c[i].z);'),
    (r"fprintf\(stderr[^;]*;", ""),
)


def build(source, folder):
    """The changed program."""
    text = Path(source).read_text()
    for pattern, new in CHANGES:
        text, n = re.subn(pattern, new, text)
        if n != 1:
            sys.exit(f"{source}: wanted one {pattern!r}, found {n}")
    (folder / "changed.cpp").write_text(text)
    flags = "-O3", "-march=native", "-ffast-math", "-fpermissive", "-w"
    subprocess.run(["g++", *flags, folder / "changed.cpp", "-o", folder / "smallpt"], check=True)
    return folder / "smallpt"


def mean(program, spp, seed):
    """(R, G, B) of one run."""
    out = subprocess.run([program, str(spp), str(seed)], capture_output=True, check=True).stdout
    return np.array(out.split(), float).reshape(-1, 3).mean(0)


if __name__ == "__main__":
    source, runs, spp = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder:
        program = build(source, Path(folder))
        begin = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        means = np.array([mean(program, spp, 1 + k) for k in range(runs)])
        seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begin
    for name, m, se in zip("RGB", means.mean(0), means.std(0, ddof=1) / np.sqrt(runs)):
        print(f"{name} {m:.6f} +- {se:.6f}")
    print(f"{WIDTH * HEIGHT * spp * runs / seconds / 1e6:.2f} M paths a CPU second")
