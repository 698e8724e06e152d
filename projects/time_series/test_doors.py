"""Wrong input in one line; what statsmodels finds beside what we find; the command for a file of one's own."""

import re

import numpy as np
import pytest

import compare
import forecast
import printed
from abacus import sheet
from abacus.errors import BadInput
from arima import ARIMA
from ets import ETS
from structural import Structural
from volatility import EGARCH, GARCH

Y = np.random.default_rng(0).standard_normal(40).cumsum()
HOLE = np.r_[Y[:5], np.nan, Y[5:]]
NO_SPRING = np.where(np.arange(40) % 4 == 0, np.nan, Y)


@pytest.mark.parametrize(
    "make,words",
    [
        (lambda: ARIMA().fit(["a", "b", "c"]), "not of numbers"),
        (lambda: ARIMA().fit([]), "empty series"),
        (lambda: ARIMA().fit(Y + 1j), "complex numbers"),
        (lambda: Structural().fit(1e200 * Y), "change the unit"),
        (lambda: GARCH().fit(1e-200 * Y), "change the unit"),
        (lambda: ARIMA(constant="no").fit(Y), "constant is 'no'; it must be True, False or None"),
        (lambda: ARIMA((0, 1, 0), constant=True).fit(np.arange(30.0)), "without any error"),
        (lambda: ARIMA((0, 2, 1)).fit(np.arange(30.0)), "without any error"),
        (lambda: Structural(slope=True).fit(np.arange(30.0)), "without any error"),
        (lambda: Structural(period=4).fit(NO_SPRING), "a whole season is missing"),
        (lambda: ARIMA((0, 0, 0), (0, 1, 1), 4).fit(NO_SPRING), "a whole season is missing"),
        (lambda: ARIMA().fit(Y).ahead("abc", 1), "not of numbers"),
        (lambda: ARIMA().fit(Y).ahead([], 1), "empty series"),
        (lambda: ETS().fit(Y).ahead([1.0, np.nan], 1), "NaN"),
        (lambda: GARCH().fit(Y).ahead([1.0, np.nan]), "NaN"),
        (lambda: ARIMA().fit(Y).predict().interval("0.9"), "level is '0.9'"),
        (lambda: compare.diebold_mariano(["a"], ["b"]), "not of numbers"),
        (lambda: compare.diebold_mariano([1, 2], [2, 3], True), "horizon is True"),
        (lambda: ARIMA().fit(np.ones((4, 2))), "one series of shape (n,), got an array of shape (4, 2)"),
        (lambda: ARIMA().fit(np.r_[Y, np.inf]), "contains infinity"),
        (lambda: ARIMA().fit(np.ones(30)), "is 1 throughout"),
        (lambda: ARIMA((2, 1, 1)).fit(Y[:5]), "at least 7 values; got 5"),
        (lambda: ARIMA((1, 0)).fit(Y), "order is (1, 0); it must be three whole numbers"),
        (lambda: ARIMA((1, 0, -1)).fit(Y), "three whole numbers from 0 on"),
        (lambda: ARIMA((1, 0, 1.5)).fit(Y), "three whole numbers from 0 on"),
        (lambda: ARIMA(3).fit(Y), "order is 3"),
        (lambda: ARIMA(seasonal=(0, 1, 1)).fit(Y), "period is 1"),
        (
            lambda: ARIMA(seasonal=(0, 1, 1), period=12).fit(Y[:20]),
            "a season of 12 wants at least two seasons, 24 values",
        ),
        (lambda: ARIMA(prior=-1).fit(Y), "prior is -1"),
        (lambda: ARIMA(prior="big").fit(Y), "prior is 'big'"),
        (lambda: ARIMA((0, 2, 1), constant=True).fit(Y), "two differences"),
        (lambda: ARIMA().fit(Y, np.ones((40, 1))), "follow from each other, from the constant"),
        (lambda: ARIMA().fit(Y, np.ones((39, 1))), "X has 39 rows; wanted 40"),
        (lambda: ARIMA().fit(Y, np.full((40, 1), np.nan)), "contains NaN"),
        (lambda: ARIMA().fit(Y).predict(0), "steps is 0"),
        (lambda: ARIMA().fit(Y).predict(2, np.ones((2, 1))), "predict got 1 regressors; fit saw 0"),
        (lambda: ARIMA().fit(Y, np.sin(np.arange(40.0))[:, None]).predict(2), "predict got 0 regressors; fit saw 1"),
        (lambda: ARIMA().predict(), "not fitted yet"),
        (lambda: ARIMA().fit(Y).predict().interval(95), "level is 95; it must lie between 0 and 1"),
        (lambda: ETS().fit(HOLE), "NaN; only ARIMA and Structural take missing values"),
        (lambda: ETS("mul").fit(Y), "wants values above 0"),
        (lambda: ETS(season="add", period=12).fit(Y[:20]), "two seasons"),
        (lambda: ETS(season="add").fit(Y), "a season has at least 2 steps"),
        (lambda: ETS(damped=True).fit(Y), "nothing to damp"),
        (lambda: ETS("multiplicative").fit(Y), "error is 'multiplicative'"),
        (lambda: Structural(period=0).fit(Y), "period is 0"),
        (lambda: Structural(slope="yes").fit(Y), "slope is 'yes'"),
        (lambda: Structural(period=30).fit(Y), "two seasons"),
        (lambda: GARCH(0).fit(Y), "p is 0"),
        (lambda: GARCH().fit(HOLE), "NaN"),
        (lambda: EGARCH(seed=-1).fit(Y), "seed is -1"),
        (lambda: EGARCH().predict(), "not fitted yet"),
        (lambda: compare.diebold_mariano([1, 2], [1, 2, 3]), "wanted two of one length"),
        (lambda: compare.diebold_mariano([1, 2], [2, 3], 2), "horizon is 2"),
        (lambda: compare.diebold_mariano([1, np.nan], [2, 3]), "NaN"),
    ],
)
def test_wrong_input_is_one_line(make, words):
    with pytest.raises(BadInput, match=re.escape(words)) as error:
        make()
    assert "\n" not in str(error.value)


def test_a_value_in_every_second_place_is_enough():
    gaps = np.where(np.arange(40) % 2, np.nan, Y)
    model = Structural().fit(gaps)
    assert np.isfinite(model.predict(2).sd).all() and np.isfinite(model.loglik_)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "order,seasonal", [((1, 0, 0), (0, 0, 0)), ((2, 0, 1), (0, 0, 0)), ((1, 1, 1), (1, 0, 1)), ((0, 1, 1), (0, 1, 1))]
)
def test_no_worse_a_likelihood_than_statsmodels(order, seasonal):
    arima = pytest.importorskip("statsmodels.tsa.arima.model")
    y, period = np.log(printed.series("box1976")), 12 if any(seasonal) else 0
    ours = ARIMA(order, seasonal, period or 1).fit(y)
    theirs = arima.ARIMA(y, order=order, seasonal_order=(*seasonal, period), trend="n" if order[1] else "c").fit()
    if order[1] + seasonal[1] == 0:
        assert ours.loglik_ >= theirs.llf - 1e-6 * abs(theirs.llf)
    else:  # theirs counts the first values as well: compare the forecasts
        assert np.allclose(ours.predict(3).mean, theirs.forecast(3), rtol=1e-3)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("error,season", [("add", "add"), ("mul", "mul"), ("mul", None)])
def test_smoothing_no_worse_than_statsmodels(error, season):
    ets = pytest.importorskip("statsmodels.tsa.exponential_smoothing.ets")
    y, period = printed.series("box1976"), 12 if season else 1
    ours = ETS(error, "add", False, season, period).fit(y)
    theirs = ets.ETSModel(y, error, "add", False, season, seasonal_periods=period if season else None).fit(disp=0)
    assert ours.loglik_ >= theirs.llf - 1e-5 * abs(theirs.llf)


def write(tmp_path, text, name="prices.csv"):
    path = tmp_path / name
    path.write_text(text)
    return str(path)


def walk(n=200, seed=0):
    return 100 * np.exp(np.cumsum(0.01 * np.random.default_rng(seed).standard_normal(n)))


def table(values):
    return "date,close\n" + "".join(f"{2000 + k // 365}-{k % 365:03d},{v:.4f}\n" for k, v in enumerate(values))


@pytest.mark.parametrize(
    "text,words,options",
    [
        ("", "the file is empty", []),
        (table(walk(20)), "20 values; at least 60 are wanted", []),
        (table(np.full(80, 5.0)), "is 5 in every row", []),
        (table(walk() - 200), "a price must be above 0", []),
        (table(walk()).replace("close", "a b"), 'no column "close"', ["--column", "close"]),
        (table(walk()) + "2000-001,3\n", "a date comes twice", []),
        (table(walk()), "--cost is -1.0; it must lie between 0 and 50", ["--cost", "-1"]),
        (table(walk()), "--steps is 0", ["--steps", "0"]),
        (table(walk()), "must be left to test on", ["--first", "190"]),
        (table(walk()), "ends in .png", ["--plots", "x.pdf"]),
        (table(walk()), "a season of 90 rows wants at least 190 rows", ["--season", "90"]),
        ("date,a,b\n" + "".join(f"{k},{k},{k}\n" for k in range(80)), "which column?", []),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(tmp_path, capsys, text, words, options):
    assert forecast.main([write(tmp_path, text), *options]) == 2
    said = capsys.readouterr()
    assert words in said.err and said.err.count("\n") == 1


def test_of_a_random_walk_nothing_is_said(tmp_path, capsys):
    path = write(tmp_path, table(walk()))
    assert forecast.main([path, "--refit", "200", "--plots", str(tmp_path / "p.png")]) == 0
    assert "Nothing here beats the random walk" in capsys.readouterr().out
    assert (tmp_path / "p.png").stat().st_size > 0


def test_rows_are_put_in_the_order_of_their_dates(tmp_path):
    head, *rows = table(walk()).strip().split("\n")
    rows[3] = rows[3].split(",")[0] + ","
    read = [
        forecast.series_of(sheet.read(write(tmp_path, "\n".join([head, *order]))), None, "prices")
        for order in (rows, rows[::-1])
    ]
    assert np.array_equal(read[0][0], read[1][0]) and len(read[0][0]) == 199
    assert read[0][1] == "199 values of close, 1 without a value left out."
    assert "put in the order of their dates" in read[1][1]


def test_what_can_be_forecast_is_found(tmp_path, capsys):
    r, rng = np.zeros(400), np.random.default_rng(1)
    for t in range(1, 400):
        r[t] = 0.5 * r[t - 1] + 0.01 * rng.standard_normal()
    path = write(tmp_path, table(100 * np.exp(np.cumsum(r))))
    assert forecast.main([path, "--refit", "300", "--cost", "0"]) == 0
    assert "beats the random walk: no more than 5%" in capsys.readouterr().out


def test_a_series_with_seasons(tmp_path, capsys):
    y = printed.series("box1976")
    path = write(tmp_path, "month,passengers\n" + "".join(f"{k},{v}\n" for k, v in enumerate(y)))
    assert (
        forecast.main([path, "--season", "12", "--steps", "12", "--refit", "96", "--plots", str(tmp_path / "s.png")])
        == 0
    )
    said = capsys.readouterr().out
    assert "airline model" in said and "What may come" in said and (tmp_path / "s.png").exists()
