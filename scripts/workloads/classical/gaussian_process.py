"""A Gaussian process on 2 000 samples of two features: learn three numbers by the evidence, tell 2 000 new values and deviations.

All start at the same numbers and end at the same evidence, which is what the step returns, less for each sample.
"""

from workloads.estimators import our

SAMPLES, NOISE = 2000, 0.1


def samples():
    """x (n, 2), y (n,) standard, and as many new places."""
    x, y = our("gaussian_processes/shortcuts.plane")(SAMPLES)
    return x, y, our("gaussian_processes/shortcuts.lattice")(2 * SAMPLES)[SAMPLES:] * 6 - 3


def ours(threads):
    x, y, new = samples()
    process, RBF, White = (
        our(f"gaussian_processes/{name}")
        for name in ("gp.GaussianProcessRegressor", "covariance.RBF", "covariance.White")
    )

    def step():
        fitted = process(1.0 * RBF() + White(NOISE)).fit(x, y)
        fitted.predict(new, return_std=True)
        return -fitted.log_marginal_likelihood_value_ / SAMPLES

    return step


def theirs(threads):
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, WhiteKernel

    x, y, new = samples()

    def step():
        fitted = GaussianProcessRegressor(1.0 * RBF() + WhiteKernel(NOISE), normalize_y=True).fit(x, y)
        fitted.predict(new, return_std=True)
        return -fitted.log_marginal_likelihood_value_ / SAMPLES

    return step


def by_gpytorch(threads):
    """By its Cholesky factors in double precision: its conjugate gradients give the evidence to a few per cent only."""
    import gpytorch
    import torch

    torch.set_num_threads(threads)
    x, y, new = (torch.tensor(a) for a in samples())
    kernels, means, laws = gpytorch.kernels, gpytorch.means, gpytorch.distributions

    class Process(gpytorch.models.ExactGP):
        def __init__(self, likelihood):
            super().__init__(x, y, likelihood)
            self.mean_module, self.covar_module = means.ZeroMean(), kernels.ScaleKernel(kernels.RBFKernel())
            self.covar_module.outputscale = self.covar_module.base_kernel.lengthscale = 1.0
            likelihood.noise = NOISE

        def forward(self, x):
            return laws.MultivariateNormal(self.mean_module(x), self.covar_module(x))

    def step():
        likelihood = gpytorch.likelihoods.GaussianLikelihood().double()
        process = Process(likelihood).double()
        evidence = gpytorch.mlls.ExactMarginalLogLikelihood(likelihood, process)
        optimiser = torch.optim.LBFGS(
            process.parameters(), max_iter=60, line_search_fn="strong_wolfe", tolerance_grad=1e-6
        )

        def loss():
            optimiser.zero_grad()
            value = -evidence(process(x), y)
            value.backward()
            return value

        with gpytorch.settings.fast_computations(False, False, False), gpytorch.settings.max_cholesky_size(SAMPLES):
            optimiser.step(loss)
            value = loss().item()
            process.train(False)
            likelihood.train(False)
            with torch.no_grad():
                likelihood(process(new)).stddev  # noqa: B018  (computed when it is read)
        return value

    return step


PEERS = {"abacus": ours, "scikit-learn": theirs, "GPyTorch": by_gpytorch}
