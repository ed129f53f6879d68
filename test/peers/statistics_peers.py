#!/usr/bin/env python3
"""Independent values for the statistics of main/analysis, from NumPy, SciPy, scikit-learn and statsmodels.

    python statistics.py > ../fixtures/statistics/peers.json

The data are random with a fixed seed and are written beside the values, rounded, so that both sides start from the same
numbers. Nothing of this project's code is used.
"""
import json, sys
import numpy as np
import scipy
from scipy import stats
import sklearn
from sklearn import metrics
import statsmodels
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

rng = np.random.default_rng(20261123)
out = {"provenance": {"numpy": np.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__,
                      "statsmodels": statsmodels.__version__, "python": sys.version.split()[0]}}

# Data: 300 images of 180 patients, two models, probabilities with ties.
patients = np.sort(rng.integers(0, 180, 300))
patients = np.unique(patients, return_inverse=True)[1]
latent = rng.normal(size=patients.max() + 1)
y = (latent[patients] + 0.6 * rng.normal(size=300) > 0.7).astype(int)
def model(strength, noise, digits):
    z = strength * (latent[patients] - 0.7) + noise * rng.normal(size=300)
    return np.clip(np.round(1 / (1 + np.exp(-z)), digits), 0.0, 1.0)
a, b = model(1.9, 1.0, 4), model(1.0, 1.0, 2)
out["data"] = {"labels": y.tolist(), "patients": patients.tolist(), "a": a.tolist(), "b": b.tolist()}

# A draw of patients is a weight per item.
draws = []
for _ in range(4):
    w = np.bincount(rng.integers(0, patients.max() + 1, patients.max() + 1), minlength=patients.max() + 1)
    item = w[patients]
    draws.append({"weights": w.tolist(),
                  "auc": [metrics.roc_auc_score(y, s, sample_weight=item) for s in (a, b)],
                  "average_precision": [metrics.average_precision_score(y, s, sample_weight=item) for s in (a, b)]})
out["weighted"] = draws

x = np.round(rng.normal(0.02, 0.015, 501), 6)
out["percentile"] = {"draws": x.tolist(), "low": np.percentile(x, 2.5), "high": np.percentile(x, 97.5), "sd": x.std(ddof=1)}

out["wilson"] = [{"count": k, "total": n, "ci": list(proportion_confint(k, n, method="wilson"))}
                 for k, n in [(0, 10), (10, 10), (1, 3), (45, 50), (812, 1000), (3, 100000)]]

p = [0.01, 0.04, 0.03, 0.005, 0.5, 0.04, 0.9]
out["adjust"] = {"p": p, "holm": multipletests(p, method="holm")[1].tolist(), "bh": multipletests(p, method="fdr_bh")[1].tolist()}

out["mcnemar"] = [{"b": i, "c": j, "p": stats.binomtest(min(i, j), i + j, 0.5).pvalue} for i, j in [(1, 5), (0, 6), (10, 10), (30, 55), (400, 470), (700, 640)]]

out["normal_quantile"] = [{"p": q, "z": float(stats.norm.ppf(q))} for q in [1e-300, 1e-12, 0.001, 0.025, 0.2, 0.5, 0.7, 0.975, 0.9999]]

d = [0.012, 0.031, -0.004, 0.02, 0.017, 0.009]
t_se = np.std(d, ddof=1) * np.sqrt(1 / 6 + 200 / 700)
t = np.mean(d) / t_se
out["nadeau_bengio"] = {"differences": d, "train": 700, "test": 200, "se": t_se, "t": t, "p": 2 * stats.t.sf(abs(t), 5),
                        "ci": [np.mean(d) - stats.t.ppf(.975, 5) * t_se, np.mean(d) + stats.t.ppf(.975, 5) * t_se]}
out["t_interval"] = {"values": d, "ci": list(stats.t.interval(0.95, 5, np.mean(d), stats.sem(d)))}
out["signed_rank"] = []
for values in (d, [1, 2, 3, 4, 5], [0.5, -0.25, 0.75, 1.5, -2, 3, 2.5, 1]):
    r = stats.wilcoxon(values, mode="exact")
    out["signed_rank"].append({"differences": values, "p": float(r.pvalue)})
# Ties: all sign patterns counted one by one.
tied = [1, -1, 2, 2, -3, 3, 3]
ranks = stats.rankdata(np.abs(tied))
total = ranks.sum()
observed = min(ranks[np.array(tied) > 0].sum(), ranks[np.array(tied) < 0].sum())
sums = np.array([sum(r for k, r in enumerate(ranks) if m >> k & 1) for m in range(2 ** len(tied))])
out["signed_rank"].append({"differences": tied, "p": float(min(1, 2 * np.mean(sums <= observed)))})

def margin(diff, se, m, df=None):
    dist = stats.norm if df is None else stats.t(df)
    z = dist.ppf(.975)
    lo, hi = diff - z * se, diff + z * se
    p1, p2 = dist.sf((diff + m) / se), dist.sf((m - diff) / se)
    return {"difference": diff, "se": se, "margin": m, "df": df, "lower": lo, "upper": hi, "p_noninferior": p1, "p_equivalent": max(p1, p2)}
out["margin"] = [margin(-0.004, 0.006, 0.02), margin(0.015, 0.01, 0.02), margin(-0.03, 0.01, 0.02), margin(0.001, 0.004, 0.02, 7.3)]

def delong_var(labels, s):
    xs, ys = s[labels == 1], s[labels == 0]
    psi = (xs[:, None] > ys[None]) + 0.5 * (xs[:, None] == ys[None])
    return psi.mean(), psi.mean(1).var(ddof=1) / len(xs) + psi.mean(0).var(ddof=1) / len(ys)
first = np.arange(300) < 140
(a1, s1), (a2, s2) = delong_var(y[first], a[first]), delong_var(y[~first], b[~first])
n1, n2 = int(first.sum()), int((~first).sum())
df = (s1 + s2) ** 2 / (s1 ** 2 / (n1 - 1) + s2 ** 2 / (n2 - 1))
t = (a1 - a2) / np.sqrt(s1 + s2)
out["unpaired"] = {"split": n1, "difference": a1 - a2, "t": t, "df": df, "p": 2 * stats.t.sf(abs(t), df)}

# Thresholds on the first 140 items, applied to the others.
fpr, tpr, thr = metrics.roc_curve(y[first], a[first], drop_intermediate=False)
def apply(threshold):
    call = a[~first] >= threshold
    tn, fp, fn, tp = metrics.confusion_matrix(y[~first], call).ravel()
    def ratio(hit, hits, miss, misses):
        v = hit / hits / (miss / misses)
        r = 1.959963984540054 * np.sqrt(1 / hit - 1 / hits + 1 / miss - 1 / misses)
        return [v, v * np.exp(-r), v * np.exp(r)]
    lrp, lrn = ratio(tp, tp + fn, fp, fp + tn), ratio(fn, tp + fn, tn, tn + fp)
    pi = 0.1
    ppv = [pi * v / (pi * v + 1 - pi) for v in lrp]
    npv = sorted((1 - pi) / (1 - pi + pi * v) for v in lrn)
    return {"tp": int(tp), "fp": int(fp), "tn": int(tn), "fn": int(fn), "lr_positive": lrp, "lr_negative": lrn,
            "ppv_at_10": ppv, "npv_at_10": [(1 - pi) / (1 - pi + pi * lrn[0]), npv[0], npv[2]]}
rules = {}
k = int(np.argmax(tpr - fpr)); rules["youden"] = k
rules["sensitivity:0.9"] = int(np.argmax(tpr >= 0.9))
ok = np.where(fpr <= 0.1 + 1e-12)[0]; rules["specificity:0.9"] = int(ok[np.argmax(tpr[ok])])
out["thresholds"] = {"split": n1, "rules": {name: {"threshold": float(thr[k]), "sensitivity": tpr[k], "specificity": 1 - fpr[k], "test": apply(thr[k])}
                                            for name, k in rules.items()}}

grades = rng.integers(0, 5, 200)
predicted = np.clip(grades + rng.integers(-1, 2, 200), 0, 4)
out["kappa"] = {"truth": grades.tolist(), "predicted": predicted.tolist(),
                "kappa": metrics.cohen_kappa_score(grades, predicted, weights="quadratic", labels=range(5))}

pi = y.mean()
brier = metrics.brier_score_loss(y, a)
def ece(s, edges_of):
    k = edges_of(s)
    return sum((k == i).mean() * abs(y[k == i].mean() - s[k == i].mean()) for i in np.unique(k))
width = lambda s: np.minimum(9, np.digitize(s, np.arange(1, 10) / 10))
def mass(s):
    rank = stats.rankdata(s, method="min") - 1
    return (rank * 10 // len(s)).astype(int)
out["calibration"] = {"brier": brier, "scaled_brier": 1 - brier / (pi * (1 - pi)),
                      "ece_width": {"a": ece(a, width), "b": ece(b, width)}, "ece_mass": {"a": ece(a, mass), "b": ece(b, mass)}}
for name, s in (("a", a), ("b", b)):
    p = np.clip(s, 1e-7, 1 - 1e-7)
    logit = np.log(p / (1 - p))
    families = dict(family=sm.families.Binomial())
    large = sm.GLM(y, np.ones((300, 1)), offset=logit, **families).fit(tol=1e-14, maxiter=200)
    slope = sm.GLM(y, sm.add_constant(logit), **families).fit(tol=1e-14, maxiter=200)
    g = len(np.unique(patients))
    def clustered(fit, resid_x, mu):
        bread = np.linalg.inv((resid_x * (mu * (1 - mu))[:, None]).T @ resid_x)
        scores = np.zeros((g, resid_x.shape[1]))
        np.add.at(scores, patients, resid_x * (y - mu)[:, None])
        return np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread) * g / (g - 1))
    # statsmodels' own cluster option, without its small-sample factor, must agree with the formula.
    own = sm.GLM(y, sm.add_constant(logit), **families).fit(tol=1e-14, maxiter=200, cov_type="cluster", cov_kwds={"groups": patients, "use_correction": False})
    sandwich = clustered(slope, sm.add_constant(logit), slope.fittedvalues)
    assert np.allclose(own.bse * np.sqrt(g / (g - 1)), sandwich, rtol=1e-6), (own.bse, sandwich)
    out["calibration"][name] = {"intercept": large.params[0], "intercept_se": large.bse[0], "slope": slope.params[1], "slope_se": slope.bse[1],
                                "slope_se_clustered": sandwich[1], "intercept_se_clustered": clustered(large, np.ones((300, 1)), large.fittedvalues)[0],
                                "clipped": int((p != s).sum())}

out["decision_curve"] = [{"threshold": t, "model": float(((a >= t) & (y == 1)).mean() - ((a >= t) & (y == 0)).mean() * t / (1 - t)),
                          "all": float(pi - (1 - pi) * t / (1 - t))} for t in (0.05, 0.1, 0.25, 0.5, 0.9)]

def hm(A, m, n):
    q1, q2 = A / (2 - A), 2 * A * A / (1 + A)
    return np.sqrt((A * (1 - A) + (m - 1) * (q1 - A * A) + (n - 1) * (q2 - A * A)) / (m * n))
out["hanley_mcneil"] = [{"auc": A, "positives": m, "negatives": n, "se": hm(A, m, n)} for A, m, n in [(0.8931, 51, 58), (0.5, 10, 90), (0.97, 200, 1800)]]
def precision(A, w, prev, de):
    m = 2
    while True:
        n = int(np.ceil(m * (1 - prev) / prev - 1e-9))
        if 2 * stats.norm.ppf(.975) * np.sqrt(de) * hm(A, m, n) <= w:
            return {"auc": A, "width": w, "prevalence": prev, "design_effect": de, "positives": m, "negatives": n}
        m += 1
out["precision"] = [precision(0.9, 0.05, 0.1, 1), precision(0.75, 0.1, 0.5, 1.4), precision(0.99, 0.2, 0.3, 1), precision(0.6, 0.02, 0.05, 1)]
z = stats.norm.ppf(.975)
out["power"] = {"one": [{"auc": A, "null": A0, "positives": m, "negatives": n, "power": stats.norm.cdf((abs(A - A0) - z * hm(A0, m, n)) / hm(A, m, n))}
                        for A, A0, m, n in [(0.7, 0.5, 30, 60), (0.92, 0.85, 100, 900)]],
                "two": [{"a": A, "b": B, "r": r, "positives": m, "negatives": n,
                         "power": stats.norm.cdf((abs(A - B) - z * hm((A + B) / 2, m, n) * np.sqrt(2 * (1 - r))) / np.sqrt(hm(A, m, n) ** 2 + hm(B, m, n) ** 2 - 2 * r * hm(A, m, n) * hm(B, m, n)))}
                        for A, B, r, m, n in [(0.9, 0.94, 0.5, 150, 1350), (0.8, 0.85, 0.0, 100, 100)]]}

json.dump(out, sys.stdout, separators=(",", ":"), default=lambda v: v.item())
print()
