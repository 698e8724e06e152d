"""The data sets themselves: shapes and counts as their papers and makers state them; skipped where a set cannot be had."""

import importlib
import re
from collections import Counter

import numpy as np
import pytest

from abacus import data
from abacus.data import catalogue
from abacus.errors import Unavailable


@pytest.fixture
def loaded(monkeypatch):
    """`loaded("esl", "prostate")` loads a set or part, or skips with the reason; never from the network."""
    monkeypatch.setenv("ABACUS_OFFLINE", "1")

    def load(name, part=None):
        try:
            return data.load(name, part)
        except Unavailable as reason:
            pytest.skip(str(reason))

    return load


@pytest.mark.parametrize("name", catalogue.names())
def test_every_set_is_two_files_and_says_what_must_be_said(name):
    entry = catalogue.read(name)
    parser = importlib.import_module(f"abacus.sets.{catalogue.module(name)}")
    assert parser.__doc__ and (hasattr(parser, "load") or hasattr(parser, "PARTS"))
    assert entry.title and entry.licence and entry.citation and entry.licence_class in ("A", "B", "C")
    assert bool(entry.restricted) == (entry.licence_class == "C")
    for file in entry.files.values():
        first = file.containers[0]
        assert file.unknown or (first.bytes > 0 and re.fullmatch("[0-9a-f]{64}", first.sha256)), file.name
        for container in file.containers:
            assert all(re.match("https?://", address) for address in container.addresses)
            assert ".." not in container.name and not container.name.startswith("/")
    assert re.fullmatch("[0-9a-f]{64}", data.fingerprint(name))


def test_no_parser_without_its_toml():
    modules = {path.stem for path in catalogue.FOLDER.glob("*.py")} - {"__init__"}
    assert modules == {catalogue.module(name) for name in catalogue.names()}


@pytest.mark.parametrize("name", [name for name in catalogue.names() if catalogue.read(name).restricted])
def test_a_restricted_set_is_never_downloaded_by_a_load(name, monkeypatch, tmp_path):
    monkeypatch.setenv("ABACUS_DATA", str(tmp_path))
    monkeypatch.setenv("ABACUS_CACHE", str(tmp_path))
    monkeypatch.delenv("ABACUS_OFFLINE", raising=False)
    monkeypatch.setattr("abacus.data.download.fetch", lambda *_, **__: pytest.fail("it was asked for"))
    with pytest.raises(Unavailable, match=f"scripts/data.py fetch {name}"):
        data.load(name)


def test_a_file_whose_checksum_nobody_has_seen_is_not_trusted(loaded):
    with pytest.raises(Unavailable, match=r"no checksum.*ind\.pubmed"):
        data.load("planetoid", "pubmed")


def test_mnist(loaded):
    mnist = loaded("mnist")
    assert mnist.train_images.shape == (60000, 28, 28) and mnist.test_images.shape == (10000, 28, 28)
    assert f"{mnist.train_images.mean() / 255:.4f}" == "0.1307"
    assert list(np.bincount(mnist.test_labels)) == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_fashion_mnist(loaded):
    fashion = loaded("fashion-mnist")
    assert list(np.bincount(fashion.train_labels)) == [6000] * 10 and len(fashion.classes) == 10
    assert f"{fashion.train_images.mean() / 255:.4f}" == "0.2860"  # the mean that torchvision's users normalise by


def test_usps(loaded):
    usps = loaded("usps")
    assert usps.train_images.shape == (7291, 16, 16) and usps.test_images.shape == (2007, 16, 16)
    assert usps.train_images.min() == -1 and usps.train_images.max() == 1
    assert list(np.bincount(usps.train_labels)) == [1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644]  # zip.info.txt
    assert list(np.bincount(usps.test_labels)) == [359, 264, 198, 166, 200, 160, 170, 147, 166, 177]


def test_mnist1d(loaded):
    signals = loaded("mnist1d")
    assert signals.train_signals.shape == (4000, 40) and signals.test_signals.shape == (1000, 40)
    assert sum(np.bincount(signals.train_labels) + np.bincount(signals.test_labels) == 500) == 10
    assert signals.templates.shape == (10, 12) and signals.train_signals.flags.writeable


def test_planetoid(loaded):
    cora, citeseer = loaded("planetoid")
    assert cora.features.shape == (2708, 1433) and len(cora.edges) == 5278
    assert list(np.bincount(cora.labels[cora.train])) == [20] * 7
    assert citeseer.features.shape == (3327, 3703) and len(citeseer.edges) == 4552
    assert list(np.bincount(citeseer.labels[citeseer.train])) == [20] * 6
    unknown = citeseer.labels == -1
    assert unknown.sum() == 15 and citeseer.features[unknown].nnz == 0 and not unknown[citeseer.test].any()
    for graph in (cora, citeseer):
        assert (graph.edges[:, 0] < graph.edges[:, 1]).all() and graph.edges.max() < len(graph.labels)
        assert (len(graph.validation), len(graph.test)) == (500, 1000)
        assert set(graph.features.data) == {1} or graph is citeseer


def test_msweb_counts_what_its_makers_say(loaded):
    web = loaded("msweb")
    assert len(web.train_start) - 1 == 32711 and len(web.test_start) - 1 == 5000 and len(web.titles) == 294
    assert len(web.train_area) == 98654 and round(len(web.train_area) / 32711, 1) == 3.0  # "mean number of visits"
    assert web.titles[0] == "regwiz" and web.addresses[0] == "/regwiz" and web.numbers[0] == 1000
    users = np.repeat(np.arange(32711), np.diff(web.train_start))
    assert len(np.unique(users * 294 + web.train_area)) == 98654, "an area that a user visited stands there once"


def test_esl_prostate_gives_the_least_squares_of_table_3_3(loaded):
    prostate = loaded("esl", "prostate")
    mean, sd = prostate.predictors.mean(axis=0), prostate.predictors.std(axis=0, ddof=1)
    x = np.column_stack([np.ones(97), (prostate.predictors - mean) / sd])
    train, y = prostate.train, prostate.lpsa
    b = np.linalg.lstsq(x[train], y[train], rcond=None)[0]
    error = ((y[~train] - x[~train] @ b) ** 2).mean()
    assert [f"{value:.3f}" for value in (b[0], b[1], error)] == ["2.465", "0.680", "0.521"]


def test_esl(loaded):
    esl = loaded("esl")
    assert esl.SAheart.predictors.shape == (462, 9) and esl.SAheart.chd.sum() == 160
    assert esl.vowel.train_inputs.shape == (528, 10) and esl.vowel.test_inputs.shape == (462, 10)
    assert list(np.bincount(esl.vowel.train_labels)[1:]) == [48] * 11
    assert esl.spam.predictors.shape == (4601, 57) and esl.spam.spam.sum() == 1813 and esl.spam.test.sum() == 1536
    assert len(set(esl.bone.child)) == 261 and set(esl.bone.gender) == {"male", "female"}
    assert np.array_equal(esl.countries.dissimilarity, esl.countries.dissimilarity.T) and len(esl.ozone.wind) == 111


def test_islr(loaded):
    islr = loaded("islr")
    arrests = islr.USArrests.columns
    assert len(arrests[""]) == 50 and arrests[""][0] == "Alabama" and arrests["Murder"][0] == 13.2
    rows = {name: len(next(iter(table.columns.values()))) for name, table in islr._asdict().items()}
    assert rows["Auto"] == 397 and np.isnan(islr.Auto.columns["horsepower"]).sum() == 5  # the book uses the 392 others
    assert rows["Default"] == 10000 and rows["Hitters"] == 322 and rows["Wage"] == 3000
    assert rows["Carseats"] == 400 and rows["Boston"] == 506 and rows["Smarket"] == 1250 and rows["Heart"] == 303
    assert np.isnan(islr.Hitters.columns["Salary"]).sum() == 59
    assert Counter(islr.Default.columns["default"])["Yes"] == 333


def test_uci(loaded):
    uci = loaded("uci")
    assert uci.iris.features.shape == (150, 4) and list(np.bincount(uci.iris.labels)) == [50] * 3
    assert uci.wine.features.shape == (178, 13) and list(np.bincount(uci.wine.labels)) == [59, 71, 48]
    assert uci.waveform.features.shape == (5000, 40) and len(uci.waveform.classes) == 3
    vote = loaded("uci", "vote")
    assert Counter(vote.columns["Class"]) == {"democrat": 267, "republican": 168}


@pytest.mark.parametrize("part", [part for part in importlib.import_module("abacus.sets.uci").PARTS if "/" in part])
def test_uci_regressions_split_all_rows_nine_to_one(part, loaded):
    held = loaded("uci", part)
    for train, test in zip(held.train, held.test):
        assert np.array_equal(np.sort(np.concatenate([train, test])), np.arange(len(held.targets)))
    assert len(held.train) == (5 if "protein" in part else 20) and len(held.inputs) == len(held.targets)


def test_nist(loaded):
    nist = loaded("nist-strd")
    assert [len(kind) for kind in nist] == [11, 27, 11, 9]
    longley = nist.linear["Longley"]
    assert (longley.y[0], longley.x[0][0], longley.parameters["B0"].estimate) == ("60323", "83.0", "-3482258.63459582")
    assert longley.names == ["x1", "x2", "x3", "x4", "x5", "x6"] and longley.f == "330.285339234588"
    assert nist.linear["Wampler1"].f == "Infinity" and nist.linear["Pontius"].y[0] == ".11019"
    misra = nist.nonlinear["Misra1a"]
    assert misra.parameters["b2"] == ("5.5015643181E-04", "7.2668688436E-06", ("0.0001", "0.0005"))
    assert misra.model == "y = b1*(1-exp[-b2*x]) + e" and nist.nonlinear["Nelson"].names == ["x1", "x2"]
    assert nist.anova["SiRstv"].f == "1.18046237440255E+00" and nist.univariate["Lew"].mean == "-177.435000000000"


def test_nist_files_hold_as_many_observations_and_parameters_as_they_say(loaded):
    nist = loaded("nist-strd")
    for name, part in nist.linear.items():
        text = data.file("nist-strd", f"linear/{name}.dat").read_text(encoding="latin-1")
        assert int(re.search(r"(\d+)\s+Observations", text)[1]) == len(part.y) == len(part.x), name
        assert int(re.search(r"(\d+)\s+Parameters?", text)[1]) == len(part.parameters), name
        assert int(part.regression.df) + int(part.residual.df) + (name[:5] != "NoInt") == len(part.y), name
    for name, part in nist.nonlinear.items():
        text = data.file("nist-strd", f"nonlinear/{name}.dat").read_text(encoding="latin-1")
        assert int(re.search(r"Number of Observations:\s*(\d+)", text)[1]) == len(part.y), name
        df = len(part.y) - len(part.parameters)
        assert round(float(part.residual_ss) / float(part.residual_sd) ** 2) == df, name
        assert int(part.df) == df or name == "Rat43", name  # its file prints 9 and computes with 11
    for name, part in nist.univariate.items():
        assert abs(np.mean([float(y) for y in part.y]) / float(part.mean) - 1) < 1e-9, name
    for name, part in nist.anova.items():
        groups = len(set(part.treatment))
        assert (int(part.between.df), int(part.within.df)) == (groups - 1, len(part.y) - groups), name


def test_texts(loaded):
    shakespeare, names = loaded("tinyshakespeare").text, loaded("makemore").names
    assert len(shakespeare) == 1115394 and len(set(shakespeare)) == 65
    assert len(names) == 32033 and len(set(names)) == 29494 and names[0] == "emma"
    assert len(loaded("timemachine").text) == 178979
    words = loaded("words").words  # Knuth 1993: the commonest first
    assert len(words) == len(set(words)) == 5757 and {len(word) for word in words} == {5} and words[0] == "which"


def test_spam(loaded):
    sms = loaded("sms-spam")
    assert (len(sms.texts), int(sms.spam.sum())) == (5574, 747)
    counts = [(int((~part.spam).sum()), int(part.spam.sum())) for part in loaded("enron-spam")]
    assert counts == [(3672, 1500), (4361, 1496), (4012, 1500), (1500, 4499), (1500, 3675), (1500, 4500)]
    ling = loaded("ling-spam", "bare")
    assert (int((~ling.spam).sum()), int(ling.spam.sum())) == (2412, 481) and set(ling.fold) == set(range(1, 11))


def test_sentences(loaded):
    held = loaded("sentence-classification")
    counts = {name: list(np.bincount(getattr(held, name).labels)) for name in ("mr", "subj", "review_polarity")}
    assert counts == {"mr": [5331, 5331], "subj": [5000, 5000], "review_polarity": [1000, 1000]}
    assert (len(held.cr.texts), len(held.mpqa.texts)) == (3775, 10606)  # Kim 2014, Table 1
    assert [len(part.texts) for part in held.sst2] == [6920, 872, 1821]
    assert [len(part.texts) for part in held.sst1] == [8544, 1101, 2210]


def test_newsgroups_have_the_megabytes_that_scikit_learn_prints(loaded):
    news = loaded("20newsgroups")
    assert (len(news.train_texts), len(news.test_texts), len(news.groups)) == (11314, 7532, 20)
    sizes = [sum(len(text.encode()) for text in texts) / 1e6 for texts in (news.train_texts, news.test_texts)]
    assert [f"{size:.3f}" for size in sizes] == ["22.055", "13.801"]


def test_the_rest(loaded):
    trec = loaded("trec")
    assert (len(trec.train.texts), len(trec.test.texts)) == (5452, 500)
    assert (len(set(trec.train.coarse)), len(set(trec.train.fine))) == (6, 50)
    assert [len(part.en) for part in loaded("multi30k")] == [29000, 1014, 1000, 1000, 461]
    assert all(len(part.en) == len(part.de) == len(part.fr) for part in loaded("multi30k"))
    assert len(loaded("tatoeba-fra-eng").english) == 167130
    assert len(loaded("tatoeba-fra-eng", "2017-09-29").english) == 142787
    digits = loaded("fsdd")
    assert len(digits.recordings) == 3000 and len(set(digits.speakers)) == 6 and set(digits.takes) == set(range(50))
    music = {name: tuple(map(len, part)) for name, part in loaded("polyphonic-music")._asdict().items()}
    assert music["JSB_Chorales"] == (229, 76, 77) and music["Nottingham"] == (694, 173, 170)
    assert music["Piano_midi"] == (87, 12, 25) and music["MuseData"] == (524, 135, 124)
    index = loaded("sp500")
    assert str(index.date[0]) == "1871-01-01" and index.level[0] == 4.44
    assert loaded("airfoil").inputs.shape == (1503, 5) and loaded("lars-diabetes").features.shape == (442, 10)


def test_co2(loaded):
    co2 = loaded("co2")
    assert (co2.cdiac.years[0], co2.cdiac.years[-1]) == (1958, 2004) and np.isnan(co2.cdiac.averages[0, 0])
    assert (co2.noaa_2017.year[-1], co2.noaa_2017.month[-1]) == (2017, 6)
    assert (co2.noaa_2026.year[-1], co2.noaa_2026.month[-1]) == (2026, 6)
    for series in (co2.noaa_2017, co2.noaa_2026):
        assert (np.diff(series.year * 12 + series.month) == 1).all() and np.nanmin(series.average) > 300


def test_netlib_has_ten_programmes_of_the_sizes_that_their_files_say(loaded):
    """Rows without the objective, columns, entries without the objective's: of afiro and 25fv47 as Netlib's table has them."""
    afiro, hard = loaded("netlib", "afiro"), loaded("netlib", "25fv47")
    assert (len(afiro.row_low), len(afiro.costs)) == (27, 32) and len(afiro.values) + np.count_nonzero(
        afiro.costs
    ) == 88
    assert (len(hard.row_low), len(hard.costs)) == (821, 1571)
    assert len(hard.values) + np.count_nonzero(hard.costs) == 11127
    assert loaded("netlib", "e226").constant == 7.113
    perold = loaded("netlib", "perold")
    assert np.isinf(perold.low).sum() == np.count_nonzero(np.isinf(perold.low) & np.isinf(perold.high)) == 88


def test_garch(loaded):
    exchange = loaded("garch")
    assert exchange.returns.shape == exchange.skipped.shape == (1974,)
    assert f"{exchange.returns.mean():.6f}" == "-0.016427"
