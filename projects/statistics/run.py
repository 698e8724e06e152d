"""Statistics by hand: Student's ten patients of 1908, and whether one drug gave them more sleep than the other."""

from dataclasses import dataclass

import certificates
import classics
import description
import means
import permutation
import pictures
from abacus.launch import launch
from abacus.settings import between


@dataclass
class Config:
    less: int = between(0, 1)  # sums of squares are divided by n - less: 0 as Student did, 1 as is done today
    level: float = between(0, 1, open=True)  # of the confidence interval of the mean difference


def sleep(cfg: Config, job):
    """Mean and standard deviation of the hours gained with each drug and of their differences, and three tests of those."""
    _, dextro, laevo = map(description.exact, classics.columns("student1908"))
    apart = [b - a for a, b in zip(dextro, laevo)]
    test, flips = means.one_sample(apart), float(permutation.sign_flips(apart))
    _, _, ranks = permutation.signed_ranks(apart)
    low, high = test.interval(cfg.level)
    print(
        f"The second drug gave {test.difference:.2f} hours more than the first ({low:.2f} to {high:.2f}). Were the names of "
        f"the drugs mere labels, {flips * 2 ** len(apart):.0f} of {2 ** len(apart):,} ways to swap them would show as much: "
        f"p = {flips:.4f}; Student's t = {test.t:.2f} says p = {test.p:.4f}."
    )
    found = {
        row: {"mean": float(description.mean(values)), "sd": description.sd(values, cfg.less)}
        for row, values in (("dextro", dextro), ("laevo", laevo), ("difference", apart))
    }
    found["difference"] |= {"low": low, "high": high, "t": test.t, "p by t": test.p}
    found["difference"] |= {"p by swaps": flips, "p by ranks": float(ranks)}
    return found


if __name__ == "__main__":
    launch(
        sleep,
        classics.agreement,
        classics.kicks,
        classics.objection,
        classics.quantiles,
        classics.software,
        classics.iris,
        certificates.univariate,
        certificates.anova,
        certificates.digits,
        figures={
            sleep: pictures.sleep,
            classics.agreement: pictures.agreement,
            classics.kicks: pictures.kicks,
            classics.objection: pictures.objection,
            classics.iris: pictures.iris,
            certificates.digits: pictures.digits,
        },
    )
