"""Monthly CO2 in the air at Mauna Loa, in parts per million of dry air (Keeling; NOAA)."""

from typing import NamedTuple

import numpy as np

from abacus.data import formats


class Series(NamedTuple):
    """`year` and `month` int64, `date` in years, monthly mean `average` (nan where missing), and it `interpolated`."""

    year: np.ndarray
    month: np.ndarray
    date: np.ndarray
    average: np.ndarray
    interpolated: np.ndarray


class Monthly(NamedTuple):
    """As Series, in place of `interpolated` the `deseasonalised` mean, as NOAA hands the series out since 2021."""

    year: np.ndarray
    month: np.ndarray
    date: np.ndarray
    average: np.ndarray
    deseasonalised: np.ndarray


class Cdiac(NamedTuple):
    """`years` int64 (47,), 1958 to 2004, and `averages` float64 (47, 12), nan where missing (Keeling, Whorf 2004)."""

    years: np.ndarray
    averages: np.ndarray


class Co2(NamedTuple):
    """Three editions: CDIAC's to 2004, NOAA's to June 2017 and to June 2026."""

    cdiac: Cdiac
    noaa_2017: Series
    noaa_2026: Monthly


def load(file):
    """Three files; -99.99 and -9.99 mean missing there."""
    rows = formats.matrix(file("maunaloa_data.txt"))
    cdiac = Cdiac(rows[:, 0].astype(np.int64), _known(rows[:, 1:13]))
    lines = [line for line in formats.lines(file("co2_mm_mlo_2017.txt"), "ascii") if line.strip(' "')[:1].isdigit()]
    year, month, date, average, interpolated = np.loadtxt(lines, usecols=range(5)).T
    noaa_2017 = Series(year.astype(np.int64), month.astype(np.int64), date, _known(average), interpolated)
    # The header of this file names six columns and its rows have seven: month, date, average, deseasonalised, days, ...
    lines = formats.lines(file("co2-mm-mlo.csv"), "ascii")[1:]
    year, month = np.array([line[:7].split("-") for line in lines], dtype=np.int64).T
    date, average, deseasonalised = np.loadtxt(lines, delimiter=",", usecols=(1, 2, 3)).T
    return Co2(cdiac, noaa_2017, Monthly(year, month, date, _known(average), deseasonalised))


def _known(values):
    return np.where(values < 0, np.nan, values)
