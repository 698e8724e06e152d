"""The tables of CLUSTER.md, from what scripts/scaling.py measured."""

import math

from abacus.distributed import cost

MODELS = {"lenet": "LeNet-5", "transformer": "transformer, 4 x 128"}
UNKNOWN = "Not measured yet: `python scripts/scaling.py lenet`, `transformer` and `reduce`, on a machine that does nothing else."


def blocks(measured):
    """{name of a block: its Markdown} for CLUSTER.md, from results/cluster/scaling.json (a dict)."""
    if not {*MODELS, "reduce"} <= measured.keys():
        return dict.fromkeys(("table scaling", "table all-reduce", "table on paper"), UNKNOWN)
    where = f"Measured on {measured['machine']}, load average {measured['load']:.1f}, commit {measured['commit']}."
    return {
        "table scaling": f"{_training(measured)}\n\n{where}",
        "table all-reduce": f"{_reduce(measured)}\n\n{where}",
        "table on paper": _on_paper(measured),
    }


def _training(measured):
    head = [
        "model",
        "batch",
        "1 process",
        "2 processes",
        "efficiency",
        "half a batch, 1 process",
        "+ all-reduce",
        "= model",
    ]
    network, rows = _network(measured), []
    for model, name in MODELS.items():
        took = {(line["processes"], line["batch"]): line["seconds"] for line in measured[model]}
        for n, batch in took:
            if n == 2:
                one, two, half = took[1, batch], took[2, batch], took[1, batch // 2]
                sum_up = cost.all_reduce(2, measured[model][0]["bytes"], network)
                times = [_ms(half), _ms(sum_up), _ms(half + sum_up)]
                rows.append([name, str(batch), _ms(one), _ms(two), f"{one / two / 2:.2f}", *times])
    return _table(head, rows)


def _reduce(measured):
    lines = measured["reduce"]
    ways = list(dict.fromkeys((line["joined"], line["processes"]) for line in lines))
    took = {(line["joined"], line["processes"], line["bytes"]): line["seconds"] for line in lines}
    sizes = dict.fromkeys(line["bytes"] for line in lines)
    head = ["bytes", *(f"{joined}, {n} processes" for joined, n in ways)]
    rows = [[f"{size:,}".replace(",", " "), *(_ms(took[*way, size]) for way in ways)] for size in sizes]
    fits = [_network(measured, *way) for way in ways]
    rows.append(["latency α", *(f"{1e6 * fit.latency:.0f} µs" for fit in fits)])
    rows.append(["bandwidth β", *(f"{fit.bandwidth / 1e9:.1f} GB/s" for fit in fits)])
    return _table(head, rows)


def _on_paper(measured):
    n = cost.MACHINES
    head = ["model", "batch", "network", f"sent by each of {n}", "all-reduce", "a batch each: efficiency"]
    head += ["one batch for all: best number", "speed-up there", f"speed-up at {n}"]
    rows = []
    for model, name in MODELS.items():
        alone = [line for line in measured[model] if line["processes"] == 1]
        batches, seconds = [line["batch"] for line in alone], [line["seconds"] for line in alone]
        for batch in dict.fromkeys(line["batch"] for line in measured[model] if line["processes"] == 2):
            step = cost.fitted_step(batches, seconds, batch, alone[0]["bytes"])
            for link, network in cost.NETWORKS.items():
                best, one = min(batch, cost.pays_up_to(step, network)), step.computing(batch)
                sent, reduce = cost.sent(n, step.bytes) / 1e6, cost.all_reduce(n, step.bytes, network)
                larger = cost.efficiency_of_larger_batch(step, n, network)
                gains = [one / cost.same_batch(step, best, network) if best > 1 else 1.0]
                gains.append(one / cost.same_batch(step, n, network) if n <= batch else math.nan)
                first = [name, str(batch), link, f"{sent:.2f} MB", _ms(reduce), f"{larger:.2f}", str(best)]
                rows.append([*first, *("" if math.isnan(gain) else f"{gain:.2f}" for gain in gains)])
    return _table(head, rows)


def _network(measured, joined="shared memory", n=2):
    lines = [line for line in measured["reduce"] if (line["joined"], line["processes"]) == (joined, n)]
    return cost.fitted(n, [line["bytes"] for line in lines], [line["seconds"] for line in lines])


def _ms(seconds):
    return f"{1e3 * seconds:.3g} ms"


def _table(head, rows):
    rule = ["---", *("--:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, rule, *rows])
