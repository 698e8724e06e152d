"""Prints the tables of papers/mitsuba3.toml from cornell.csv and cover.csv: `python reference/tables.py > FILE`."""

import csv
from pathlib import Path

WHOLE = {  # mean of the whole picture, and its standard error
    "cornell": (("0.233746", "0.000015"), ("0.140114", "0.000010"), ("0.059820", "0.000005")),
    "cover": (("0.350801", "0.000007"), ("0.395532", "0.000008"), ("0.439737", "0.000009")),
}
HEAD = """[paper]
title = "Mitsuba 3.9.1 (reference pictures rendered with it, and its tests)"
authors = ["Wenzel Jakob", "Sébastien Speierer", "Nicolas Roussel", "Merlin Nimier-David", "Delio Vicini", "Tizian Zeltner",
  "Baptiste Nicolet", "Miguel Crespo", "Vincent Leroy", "Ziyi Zhang"]
year = 2022
venue = "mitsuba-renderer.org"
url = "https://mitsuba-renderer.org"

[tables.fresnel]
class = "suite"
where = "src/render/tests/test_fresnel.py: reflectance of an interface of index 1.5"
metric = "reflectance"
note = "0.04 and 1 are round: their margin is the tolerance of the test that they stand in, 1e-5 of the value and 1e-8."
kind = "exact"
columns = ["reflectance"]

[tables.fresnel.rows]
"normal incidence" = "0.04 within 4.1e-7"
"45 degrees" = "0.0502399"
"total reflection" = "1 within 1e-5"

[tables.plates]
class = "reference"
where = "its `direct` integrator on Marschner's model of Veach's scene; the claims: Veach 1997, Figure 9.2 and its text"
metric = "variance of a sample"
better = "lower"
kind = "mean"
columns = ["plate 0.005", "plate 0.02", "plate 0.05", "plate 0.1", "all"]
orderings = [["bsdf", "light", "plate 0.005"], ["light", "bsdf", "plate 0.1"], ["mis", "light", "all"], ["mis", "bsdf", "all"]]
note = "tails are heavy and no spread was recorded: the numbers are shown, the claims are judged"

[tables.plates.rows]
light = ["4595", "168.6", "14.6", "1.47", "351"]
bsdf = ["256", "339", "270", "159", "115"]
mis = ["171", "53.6", "8.6", "1.13", "25.8"]
"""
ROUNDING = "0.000001"  # of a float32 film: it sums the constant sky 0.85 to 0.849999
ABOUT = {
    "cornell": "mi.cornell_box(), 256 x 256, box filter, path depth 6, no roulette, 4096 samples a pixel: reference/render.py",
    "cover": "the cover of Ray Tracing in One Weekend, 400 x 225, path depth 11, 2048 samples a pixel: reference/render.py",
}


def table(name):
    """One table: a row for the whole picture, and one for each of 8 × 8 regions."""
    rows = [("whole picture", WHOLE[name])]
    with open(Path(__file__).parent / f"{name}.csv") as f:
        for r in csv.DictReader(f):
            rows.append((f"{r['row']},{r['col']}", [(r[c], max(r[f"se{c}"], ROUNDING)) for c in "RGB"]))
    lines = [
        f'\n[tables.{name}]\nclass = "reference"', f'where = "{ABOUT[name]}"', 'metric = "mean radiance of a region"',
        'kind = "integral"', 'spread = "se"', 'columns = ["R", "G", "B"]', f"\n[tables.{name}.rows]",
    ]  # fmt: skip
    for row, cells in rows:
        lines.append(f'"{row}" = [' + ", ".join(f'"{mean} +- {se}"' for mean, se in cells) + "]")
    return "\n".join(lines)


if __name__ == "__main__":
    print(HEAD + table("cornell") + "\n" + table("cover"))
