"""Curves of bandit methods: how often the best arm is pulled, what is earned, and how much a setting matters."""


def look(figure, curves):
    """{name: (rewards, best)} against the step: shares of best pulls at the left, rewards at the right."""
    left, right = figure.subplots(1, 2)
    for k, (name, (rewards, best)) in enumerate(curves.items()):
        left.plot(100 * best, color=f"C{k}", linewidth=1, label=name)
        right.plot(rewards, color=f"C{k}", linewidth=0.7)
    left.set(xlabel="pull", ylabel="per cent of the runs that pull the best arm", ylim=(0, 100))
    right.set(xlabel="pull", ylabel="mean reward")
    left.legend(loc="lower right", fontsize=8)


def curves(results, save):
    """Mean over the seeds of the logged shares of best pulls and rewards, a line for each row."""
    with save("curves", figsize=(10, 3.8)) as figure:
        left, right = figure.subplots(1, 2)
        for k, row in enumerate(dict.fromkeys(record["row"] for record in results)):
            logs = [record["log"] for record in results if record["row"] == row]
            for axes, name in ((left, "best"), (right, "reward")):
                means = [sum(log[i][name] for log in logs) / len(logs) for i in range(len(logs[0]))]
                axes.semilogx([line["step"] for line in logs[0]], means, color=f"C{k}", label=row)
        left.set(xlabel="pull", ylabel="per cent of the runs that pull the best arm", ylim=(0, 100))
        right.set(xlabel="pull", ylabel="mean reward")
        left.legend()


def settings(results, save):
    """Mean reward of the first thousand pulls against each method's setting."""
    with save("settings") as figure:
        axes, log = figure.subplots(), results[0]["log"]
        for k, name in enumerate(dict.fromkeys(line["method"] for line in log)):
            lines = [line for line in log if line["method"] == name]
            axes.semilogx(
                [i["setting"] for i in lines], [i["reward"] for i in lines], "o-", base=2, color=f"C{k}", label=name
            )
        axes.set(xlabel="ε, α, c or first estimate", ylabel="mean reward")
        axes.legend()
