"""Nine posteriors of posteriordb that no formula solves, in our language of models, by our own no-U-turn sampler."""

import math
from dataclasses import dataclass

import numpy as np

import chains
import diagnostics
import hamiltonian
import laws
from abacus import ops, papers
from abacus.settings import at_least, between, one_of
from linear import table
from models import Model, ordered, positive, real, simplex

YEARLY = 8  # steps of Runge and Kutta a year; a test measures what more of them would change


def eight_schools(y, sd, mu_sd, tau_scale):
    """y ~ N(θ, sd²), θ = μ + τ η: no funnel between θ and τ."""

    def log_density(eta, mu, tau):
        prior = laws.normal(eta, 0.0, 1.0) + laws.normal(mu, 0.0, mu_sd) + laws.half_cauchy(tau, tau_scale)
        return prior + laws.normal(y, mu + tau * eta, sd)

    def report(eta, mu, tau):
        return {"theta": mu + tau * eta, "mu": mu, "tau": tau}

    return Model(log_density, report, eta=real(len(y)), mu=real(), tau=positive())


def eight_schools_centred(y, sd, mu_sd, tau_scale):
    """The same with θ ~ N(μ, τ²) itself as the free numbers: where τ is small they all have to stand close together."""

    def log_density(theta, mu, tau):
        prior = laws.normal(theta, mu, tau) + laws.normal(mu, 0.0, mu_sd) + laws.half_cauchy(tau, tau_scale)
        return prior + laws.normal(y, theta, sd)

    return Model(log_density, theta=real(len(y)), mu=real(), tau=positive())


def schools():
    """Effects of coaching in eight schools (8,), and their standard errors."""
    return np.array(papers.rows("rubin1981")[1], float).T[1:]


def garch():
    """Returns whose variance follows the last return and the last variance: σₜ² = α₀ + α₁ (yₜ₋₁ − μ)² + β₁ σₜ₋₁², σ₁ = ½.

    α₁, β₁ and what is left of 1 are one point of a simplex: uniform there is uniform where α₁ + β₁ < 1.
    """
    y = table("garch")["y"]

    def log_density(mu, alpha0, weights):
        shock = alpha0 + weights[:, :1] * ops.square(y[:-1] - mu)
        variance = laws.recurrence(shock, weights[:, 1:2], np.full((len(shock), 1), 0.25))
        return laws.normal(y[:1], mu, 0.5) + laws.normal(y[1:], mu, ops.sqrt(variance))

    def report(mu, alpha0, weights):
        return {"mu": mu, "alpha0": alpha0, "alpha1": weights[:, :1], "beta1": weights[:, 1:2]}

    return Model(log_density, report, mu=real(), alpha0=positive(), weights=simplex(3))


def arma():
    """yₜ = μ + φ yₜ₋₁ + θ eₜ₋₁ + eₜ, with y₀ = μ and e₀ = 0."""
    y = table("arma")["y"]

    def log_density(mu, phi, theta, sigma):
        seen = ops.concat([y[:1] - mu - phi * mu, y[1:] - mu - phi * y[:-1]], axis=1)
        errors = laws.recurrence(seen, -theta, np.zeros((len(seen), 1)))
        prior = laws.normal(mu, 0.0, 10.0) + laws.normal(phi, 0.0, 2.0) + laws.normal(theta, 0.0, 2.0)
        return prior + laws.half_cauchy(sigma, 2.5) + laws.normal(errors, 0.0, sigma)

    return Model(log_density, mu=real(), phi=real(), theta=real(), sigma=positive())


def autoregression():
    """A number by the five before it; the first five are given."""
    y = table("arK")["y"]
    before = np.stack([y[5 - k : len(y) - k] for k in range(1, 6)])  # (5, n − 5)

    def log_density(alpha, beta, sigma):
        prior = laws.normal(alpha, 0.0, 10.0) + laws.normal(beta, 0.0, 10.0) + laws.half_cauchy(sigma, 2.5)
        return prior + laws.normal(y[5:], alpha + ops.matmul(beta, before), sigma)

    return Model(log_density, alpha=real(), beta=real(5), sigma=positive())


def _smooth(x, rho, alpha):
    """Covariances α² e^(−(x − x')² / 2ρ²), (chains, n, n)."""
    rho, alpha = ops.reshape(rho, (-1, 1, 1)), ops.reshape(alpha, (-1, 1, 1))
    return ops.square(alpha) * ops.exp(-0.5 * (x[:, None] - x) ** 2 / ops.square(rho))


def _smooth_prior(rho, alpha):
    return laws.gamma(rho, 25.0, 4.0) + laws.half_normal(alpha, 2.0)


def gaussian_process():
    """Eleven numbers on a smooth curve with noise; σ is the noise's variance, as in the database's own model."""
    t = table("gp_pois_regr")

    def log_density(rho, alpha, sigma):
        covariance = _smooth(t["x"], rho, alpha) + ops.reshape(sigma, (-1, 1, 1)) * np.eye(len(t["x"]))
        return _smooth_prior(rho, alpha) + laws.half_normal(sigma, 1.0) + laws.normal_vector(t["y"], covariance)

    return Model(log_density, rho=positive(), alpha=positive(), sigma=positive())


def poisson_process():
    """Eleven counts whose log rate f is a smooth curve: f = L u, L Lᵀ its covariance and u independent."""
    t = table("gp_pois_regr")

    def curve(rho, alpha, u):
        l = laws.factor(_smooth(t["x"], rho, alpha) + 1e-10 * np.eye(len(t["x"])))  # the database's own 1e-10
        return ops.sum(l * ops.reshape(u, (-1, 1, len(t["x"]))), axis=-1)

    def log_density(rho, alpha, u):
        return _smooth_prior(rho, alpha) + laws.normal(u, 0.0, 1.0) + laws.poisson(t["k"], curve(rho, alpha, u))

    def report(rho, alpha, u):
        return {"rho": rho, "alpha": alpha, "f": curve(rho, alpha, u).value}

    return Model(log_density, report, rho=positive(), alpha=positive(), u=real(len(t["x"])))


def kilpisjarvi():
    """A straight line through temperatures; the free number is its height in the middle, which the slope hardly moves."""
    t = table("kilpisjarvi")
    middle = t["x"].mean()

    def log_density(height, beta, sigma):
        prior = laws.normal(height - beta * middle, 9.312903, 100.0) + laws.normal(beta, 0.0, 0.0333333)
        return prior + laws.normal(t["y"], height + beta * (t["x"] - middle), sigma)

    def report(height, beta, sigma):
        return {"alpha": height - beta * middle, "beta": beta, "sigma": sigma}

    return Model(log_density, report, height=real(), beta=real(), sigma=positive())


def hidden_markov():
    """Numbers of two hidden states with means μ₁ < μ₂ and variance 1; theta1 and theta2 are the rows of the moves."""
    y = table("hmm_example")["y"]

    def log_density(theta1, theta2, mu):
        emission = -0.5 * ops.square(y[:, None] - ops.reshape(mu, (-1, 1, 2))) - laws.HALF_LOG_2PI
        moves = ops.stack([ops.log(theta1), ops.log(theta2)], axis=1)
        prior = laws.normal(mu, np.array([3.0, 10.0]), 1.0)
        return prior + laws.hidden_chain(emission, moves)

    return Model(log_density, theta1=simplex(2), theta2=simplex(2), mu=ordered(2))


def lotka_volterra():
    """Hares and lynxes by Lotka and Volterra's equations, seen with multiplicative errors; the start is seen too."""
    t = table("hudson_lynx_hare")
    seen = np.log(np.stack([t["hare"], t["lynx"]], axis=1)).ravel()
    years = len(t["t"]) - 1

    def log_density(theta, z_init, sigma):
        path = ops.concat([z_init, laws.predators(theta, z_init, years, YEARLY)], axis=1)
        prior = laws.normal(theta, np.array([1.0, 0.05, 1.0, 0.05]), np.array([0.5, 0.05, 0.5, 0.05]))
        prior = prior + laws.log_normal(z_init, math.log(10), 1.0) + laws.log_normal(sigma, -1.0, 1.0)
        return prior + laws.normal(seen, ops.log(path), ops.tile(sigma, (1, years + 1)))

    return Model(log_density, theta=positive(4), z_init=positive(2), sigma=positive(2))


POSTERIORS = {
    "eight_schools": lambda: eight_schools(*schools(), 5.0, 5.0),
    "garch": garch,
    "arma": arma,
    "autoregression": autoregression,
    "gaussian_process": gaussian_process,
    "poisson_process": poisson_process,
    "kilpisjarvi": kilpisjarvi,
    "hidden_markov": hidden_markov,
    "lotka_volterra": lotka_volterra,
}


def resting():
    """A start of `arma` at its prior's middle: where |theta| > 1, as for some of Stan's starts, the errors grow without end."""
    return {"mu": 0.0, "phi": 0.0, "theta": 0.0, "sigma": 1.0}


def orbiting():
    """A start of `lotka_volterra` by the data: from elsewhere some chains stay in orbits of another period for ever.

    The equations rest at γ/δ hares and α/β lynxes, and go around in 2π/√(αγ) years: about ten, from peak to peak.
    """
    t, rate = table("hudson_lynx_hare"), 2 * math.pi / 10
    rates = [rate, rate / t["lynx"].mean(), rate, rate / t["hare"].mean()]
    return {"theta": rates, "z_init": [t["hare"][0], t["lynx"][0]], "sigma": [1.0, 1.0]}


NEAR = {"arma": resting, "lotka_volterra": orbiting}


@dataclass
class Config:
    posterior: str = one_of(*POSTERIORS)  # name of the model
    chains: int = at_least(1)  # that move side by side
    warmup: int = at_least(20)  # draws that only teach the step and the scales
    draws: int = at_least(4)  # of each chain that are kept
    goal: float = between(0, 1, open=True)  # acceptance that the step is made for
    scales: str = one_of("diagonal", "dense")  # what the warm-up learns: standard deviations, or the whole covariance


def sampled(cfg: Config, job):
    """Mean and mean square of every parameter with their own standard errors, R-hat and effective sizes."""
    model, rng = POSTERIORS[cfg.posterior](), job.rng("chains")
    start = None
    if cfg.posterior in NEAR:
        middle = model.free(**NEAR[cfg.posterior]())
        start = middle + 0.1 * rng.standard_normal((cfg.chains, model.d))
    sizes, dense = (cfg.chains, cfg.warmup, cfg.draws), cfg.scales == "dense"
    found = chains.sample(model, hamiltonian.NUTS(), *sizes, rng, cfg.goal, dense, start, job.progress)
    rows = {}
    for name, x in found.columns().items():
        rows[name] = {"mean": diagnostics.expectation(x), "mean square": diagnostics.expectation(x * x)}
        rows[name] |= {"R-hat": diagnostics.r_hat(x), "bulk": diagnostics.bulk(x), "tail": diagnostics.tail(x)}
    leaps = found.evaluations / cfg.draws
    return rows | {"the sampler": {"divergences": found.divergences, "leaps a draw": leaps, "step": found.step}}
