"""What the workloads of the no-U-turn sampler share: one whole run with its warm-up, ours, NumPyro's, and a compiled one.

The loss is 1 / ESS of the slowest parameter: the squared error of its mean in units of its variance, which falls as 1 / time.
"""

import math

import numpy as np
from workloads.estimators import our

CHAINS, WARMUP, DRAWS = 100, 200, 300
FEW = 4  # chains of the usual way: fewer, and longer
LONG = 1000  # warm-up and draws of these


def priced(run):
    """A step that runs once and returns 1 / ESS; ESS is computed for the first three runs only, so that it costs no time."""
    bulk, losses = our("bayes/diagnostics.bulk"), []

    def step():
        columns = run(len(losses))
        if len(losses) < 3:
            losses.append(1 / min(bulk(x) for x in columns))
        return losses[-1]

    return step


def ours(model):
    """Our sampler on a Model: all chains side by side."""
    sample, nuts = our("bayes/chains.sample"), our("bayes/hamiltonian.NUTS")

    def run(k):
        found = sample(model, nuts(), CHAINS, WARMUP, DRAWS, np.random.default_rng(k))
        return list(found.columns().values())

    return priced(run)


def numpyros(model, names, chains, warmup, draws):
    """NumPyro's sampler, its chains vectorised, compiled in the first run; single precision, as it is by default. ESS is
    that of the parameters `names`: those that ours reports."""
    import jax
    from numpyro.infer import MCMC, NUTS

    sampler = MCMC(
        NUTS(model),
        num_warmup=warmup,
        num_samples=draws,
        num_chains=chains,
        chain_method="vectorized",
        progress_bar=False,
    )

    def run(k):
        sampler.run(jax.random.PRNGKey(k))
        found = sampler.get_samples(group_by_chain=True)
        parts = [np.asarray(found[name], float).reshape(chains, draws, -1) for name in names]
        return list(np.concatenate(parts, axis=2).transpose(2, 1, 0))

    return priced(run)


def compiled(target, natural, d):
    """The same algorithm, chain after chain, all of it compiled; `target(z, gradient)` is compiled too and gives log p."""
    chain = _chain(target)
    ends = our("bayes/chains.windows")(LONG)
    stops = np.array([[stop, size] for stop, size in ends.items()])

    def run(k):
        kept = np.stack([chain(d, LONG, LONG, stops, np.random.default_rng([k, c])) for c in range(FEW)], axis=1)
        return list(natural(kept.reshape(-1, d)).T.reshape(-1, LONG, FEW))

    return priced(run)


def _chain(target):
    """chain(d, warmup, draws, stops, rng) -> (draws, d): one chain of NUTS with diagonal scales, compiled for this target."""
    from numba import njit

    @njit
    def leap(u, p, gradient, scale, step):
        p += step / 2 * gradient
        u += step * p
        value = target(u * scale, gradient)
        gradient *= scale
        p += step / 2 * gradient
        return value

    @njit
    def turns(u, p, later_u, later_p, sign):
        way = sign * (later_u - u)
        return (way * p).sum() < 0 or (way * later_p).sum() < 0

    @njit
    def move(u, gradient, value, scale, step, rng):
        """A draw: u and gradient are overwritten; its log density, and the acceptance."""
        d = len(u)
        ends_u, ends_p, ends_g = np.empty((2, d)), np.empty((2, d)), np.empty((2, d))
        first_u, first_p = np.empty((11, d)), np.empty((11, d))
        new_u, new_g = u.copy(), gradient.copy()
        p = rng.standard_normal(d)
        before, weight = value - 0.5 * (p * p).sum(), 0.0
        for side in range(2):
            ends_u[side], ends_p[side], ends_g[side] = u, p, gradient
        accepted, leaps = 0.0, 0
        for depth in range(10):
            side = rng.integers(0, 2)
            sign = 2.0 * side - 1
            at, q, g = ends_u[side].copy(), ends_p[side].copy(), ends_g[side].copy()
            chosen_u, chosen_g, chosen_value, own = at.copy(), g.copy(), 0.0, -np.inf
            whole = True
            for leaf in range(2**depth):
                here = leap(at, q, g, scale, sign * step)
                error = here - 0.5 * (q * q).sum() - before
                if math.isnan(error):
                    error = -np.inf
                leaps += 1
                accepted += min(1.0, math.exp(min(error, 0.0)))
                if error < -1000:
                    whole = False
                    break
                top = max(own, error)
                own = top + math.log(math.exp(own - top) + math.exp(error - top))
                if math.log(rng.random()) < error - own:
                    chosen_u[:], chosen_g[:], chosen_value = at, g, here
                for k in range(1, depth + 1):
                    if leaf % 2**k == 0:
                        first_u[k], first_p[k] = at, q
                    if (leaf + 1) % 2**k == 0 and turns(first_u[k], first_p[k], at, q, sign):
                        whole = False
                if not whole:
                    break
            if not whole:
                break
            if math.log(rng.random()) < own - weight:
                new_u[:], new_g[:], value = chosen_u, chosen_g, chosen_value
            top = max(own, weight)
            weight = top + math.log(math.exp(own - top) + math.exp(weight - top))
            ends_u[side], ends_p[side], ends_g[side] = at, q, g
            if turns(ends_u[0], ends_p[0], ends_u[1], ends_p[1], 1.0):
                break
        u[:], gradient[:] = new_u, new_g
        return value, accepted / leaps

    @njit
    def first_step(u, gradient, value, scale, rng):
        p0, step, grows = rng.standard_normal(len(u)), 1.0, False
        before = value - 0.5 * (p0 * p0).sum()
        for k in range(60):
            at, p, g = u.copy(), p0.copy(), gradient.copy()
            end = leap(at, p, g, scale, step)
            error = end - 0.5 * (p * p).sum() - before
            good = error > math.log(0.8)
            if k == 0:
                grows = good
            if good != grows:
                break
            step *= 2.0 if grows else 0.5
        return step

    @njit
    def chain(d, warmup, draws, stops, rng):
        scale, gradient, kept, past = np.ones(d), np.empty(d), np.empty((draws, d)), np.empty((warmup, d))
        u = rng.uniform(-2.0, 2.0, d)
        value, window = target(u, gradient), 0
        step = first_step(u, gradient, value, scale, rng)
        centre, short, mean, count = math.log(10 * step), 0.0, 0.0, 0
        for t in range(warmup + draws):
            value, acceptance = move(u, gradient, value, scale, step, rng)
            if t >= warmup:
                kept[t - warmup] = u * scale
                continue
            past[t] = u * scale
            count += 1
            short += (0.8 - acceptance - short) / (count + 10)
            log_step = centre - math.sqrt(count) / 0.05 * short
            mean += count**-0.75 * (log_step - mean)
            step = math.exp(log_step)
            if window < len(stops) and t + 1 == stops[window, 0]:
                n = stops[window, 1]
                for k in range(d):
                    variance = past[t + 1 - n : t + 1, k].var()
                    scale[k] = math.sqrt(n / (n + 5) * variance + 1e-3 * 5 / (n + 5))
                u[:] = past[t] / scale
                value = target(u * scale, gradient)
                gradient *= scale
                step = first_step(u, gradient, value, scale, rng)
                centre, short, mean, count = math.log(10 * step), 0.0, 0.0, 0
                window += 1
            if t + 1 == warmup:
                step = math.exp(mean)
        return kept

    return chain
