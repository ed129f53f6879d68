#!/usr/bin/env python3
"""Independent values for main/analysis/recalibration.ts, from statsmodels and SciPy, on the data of statistics_peers.py.

    python recalibration_peers.py > ../fixtures/statistics/recalibration.json

The first 150 images are the validation images, the others the test images. Nothing of this project's code is used.
"""
import json, pathlib
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit
import statsmodels.api as sm

data = json.loads((pathlib.Path(__file__).parent / "../fixtures/statistics/peers.json").read_text())["data"]
y = np.array(data["labels"])
out = {}
for name in ("a", "b"):
    p = np.clip(np.array(data[name]), 1e-7, 1 - 1e-7)
    x = np.log(p / (1 - p))
    fit = sm.GLM(y[:150], sm.add_constant(x[:150]), family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200)
    # Temperature: the likelihood itself, minimised without derivatives.
    loss = lambda b: np.sum(np.logaddexp(0, -b * np.where(y[:150] == 1, 1, -1) * x[:150]))
    slope = minimize_scalar(loss, bracket=(0.5, 1.5), tol=1e-12).x
    def after(a, b):
        q = expit(a + b * x[150:])
        z = np.log(q / (1 - q))
        again = sm.GLM(y[150:], sm.add_constant(z), family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200)
        return {"brier": np.mean((q - y[150:]) ** 2), "slope": again.params[1]}
    out[name] = {"platt": {"intercept": fit.params[0], "slope": fit.params[1], "after": after(*fit.params)},
                 "temperature": {"slope": slope, "after": after(0, slope)}}
print(json.dumps(out))
