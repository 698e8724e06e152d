"""The figures: equal curves and what differs, AlexNet's layers, what its GPUs send, speed-ups beside the model."""

import numpy as np

KERNELS = 16
WEIGHTS = "weights.npy"  # in the folder of a run


def training(results, save):
    """Loss of each training on top of one another; how far each is from the first; first-layer kernels of the first.

    Says in a sentence which trainings have ended with the same bytes.
    """
    import train

    results = [record for record in results if record["values"] and record["seed"] == results[0]["seed"]]
    ends = {}
    for record in results:
        ends.setdefault(record["values"]["crc32 of the weights"], []).append(record["row"])
    same, *others = (" and ".join(filter(None, [", ".join(rows[:-1]), rows[-1]])) for rows in ends.values())
    if len(results) > 1:
        print(f"{same} end with the same bytes of weights" + "".join(f"; {rows} with others" for rows in others) + ".")
    with save("bytes", figsize=(9, 3.4)) as figure:
        loss, apart, kernels = figure.subplots(1, 3, width_ratios=(1, 1, 0.8))
        curves = [[line["loss"] for line in record["log"]] for record in results]
        for i, (record, curve) in enumerate(zip(results, curves)):
            (line,) = loss.plot(curve, label=record["row"], linewidth=2 * (len(curves) - i))
            if i:
                difference = np.abs(np.subtract(curve, curves[0]))
                said = record["row"] + (": 0 at every step" if not difference.any() else "")
                apart.plot(difference, color=line.get_color(), label=said)
        loss.set(title="loss", xlabel="step")
        loss.legend(fontsize="small")
        apart.set(title=f"its distance from {results[0]['row']}", xlabel="step")
        apart.set_yscale("symlog", linthresh=1e-8)
        apart.set_ylim(bottom=-1e-9)
        apart.legend(fontsize="small", loc="upper left")
        network = train.NETWORKS[results[0]["config"]["network"]]
        kernels.imshow(_grid(network.kernels(np.load(results[0]["folder"] / WEIGHTS))[:KERNELS]))
        kernels.set(title="weights of 16 first units")
        kernels.set_axis_off()


def _grid(images):
    """Images (16, h, w), each scaled to -1 ... 1, as one of 4 × 4 with gaps."""
    images = images / np.abs(images).max(axis=(1, 2), keepdims=True)
    rows = np.pad(images, ((0, 0), (0, 1), (0, 1)), constant_values=1).reshape(4, 4, *np.add(images.shape[1:], 1))
    return rows.transpose(0, 2, 1, 3).reshape(4 * rows.shape[2], 4 * rows.shape[3])


def layers(results, save):
    """Each layer's share of the parameters and of the work."""
    names = [record["row"] for record in results]
    with save("shares") as figure:
        axes = figure.subplots()
        for i, (column, label) in enumerate({"parameters": "parameters", "multiply-adds": "work of an image"}.items()):
            numbers = np.array([record["values"][column] for record in results], float)
            axes.bar(np.arange(len(names)) + 0.4 * i - 0.2, 100 * numbers / numbers.sum(), 0.4, label=label)
        axes.set_xticks(range(len(names)), names)
        axes.set(ylabel="per cent of the network")
        axes.legend()


def exchange(results, save):
    """Megabytes that each GPU sends in a step, and the speed-ups: the model's and the printed ones."""
    from abacus import papers

    gpus = [record["config"]["gpus"] for record in results]
    printed = papers.table("krizhevsky2014/speedup").rows
    with save("sent", figsize=(8, 3.6)) as figure:
        sent, gained = figure.subplots(1, 2)
        for way in ("data parallel", "one weird trick", "two towers"):
            line = [(n, r["values"].get(f"{way}: MB sent")) for n, r in zip(gpus, results)]
            sent.plot(*zip(*((n, mb) for n, mb in line if mb is not None)), "o-", label=way)
        sent.set(xlabel="GPUs", ylabel="MB that each sends in a step")
        sent.legend()
        gained.plot(gpus, gpus, color="black", linewidth=0.5)
        gained.plot(gpus, [r["values"]["data parallel: speed-up"] for r in results], "o-", label="data parallel, model")
        gained.plot(gpus, [r["values"]["speed-up"] for r in results], "o-", label="one weird trick, model")
        told = [(n, printed[r["row"]]["speed-up"].number) for n, r in zip(gpus, results) if r["row"] in printed]
        gained.plot(*zip(*told), "x", color="black", label="printed")
        gained.set(xlabel="GPUs", ylabel="speed-up")
        gained.legend()


def scaling(results, save):
    """Speed-ups against the number of processes: what was measured, the model's, and as fast as could be."""
    found, seeds = {}, len({record["seed"] for record in results})
    for record in results:  # the mean over the seeds
        of_row = found.setdefault(record["row"], dict.fromkeys(record["values"], 0))
        for column, value in record["values"].items():
            of_row[column] += value / seeds
    with save("speedup") as figure:
        axes = figure.subplots()
        for kind in ("sharing a batch", "with a batch each"):
            rows = [found["1 process"], *(row for name, row in found.items() if name.endswith(f"processes {kind}"))]
            n = [row["processes"] for row in rows]
            (line,) = axes.plot(n, [row["model: speed-up"] for row in rows], "--", label=f"{kind}: model")
            axes.plot(n, [row["speed-up"] for row in rows], "o", color=line.get_color(), label=f"{kind}: measured")
        axes.plot(n, n, color="black", linewidth=0.5, label="as many times faster as processes")
        axes.set(xlabel="processes", ylabel="speed-up in examples a second", xticks=n)
        axes.legend()
