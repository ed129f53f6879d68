#!/usr/bin/env python3
"""Every number of a study, recomputed from its predictions by other means than this project's code.

    python study_audit.py made-up fundus ../fixtures/statistics/study-fundus.json     # a fixture: made-up predictions and their numbers
    python study_audit.py made-up chest ../fixtures/statistics/study-chest.json
    python study_audit.py compare REPORT_FOLDER results.json details.json             # a real study against what the program says

REPORT_FOLDER holds predictions.csv, runs.csv and study.json as `report` writes them; the other two are the output of `study results --json`
and `study details --json`. AUC, average precision, kappa, Brier: scikit-learn. Logistic models: statsmodels. p-values: SciPy. Holm: statsmodels.
Kaplan-Meier: lifelines. DeLong's and Obuchowski's variances: the definitions, pair by pair, and the whole covariance matrix of the seeds.
The bootstrap draws are the program's own (docs/statistics.md, "Drawing the same patients"), each statistic written out on them.
"""
import json, sys, warnings
import numpy as np
from scipy import stats
from scipy.special import expit
from sklearn import metrics
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

warnings.simplefilter("ignore")
Z = stats.norm.ppf(0.975)
RULES = ["youden", "sensitivity:0.9", "sensitivity:0.95", "specificity:0.9", "specificity:0.95"]
RATES = ["sensitivity", "specificity", "ppv", "npv", "lrPositive", "lrNegative"]
THRESHOLDS = [round(0.05 + 0.01 * i, 2) for i in range(46)]
M32 = np.uint64(0xFFFFFFFF)


# --- The program's random streams: sfc32, seeded by a hash of keys; one column per draw ---------------------------

def fmix(h):
    h = h.astype(np.uint64) & M32
    h ^= h >> np.uint64(16)
    h = h * np.uint64(0x85EBCA6B) & M32
    h ^= h >> np.uint64(13)
    h = h * np.uint64(0xC2B2AE35) & M32
    return h ^ h >> np.uint64(16)


def hash_keys(keys, size):
    h = np.full(size, 0x9E3779B9, dtype=np.uint64)
    for key in keys:
        if isinstance(key, str):
            for ch in key:
                h = fmix((h ^ np.uint64(ord(ch))) + np.uint64(0x9E3779B9))
            h = fmix(h ^ np.uint64(len(key)))
        else:
            h = fmix(h ^ fmix(np.broadcast_to(np.asarray(key, dtype=np.uint64), size)))
            h = fmix(h)
    return h


class Streams:
    def __init__(self, keys, size):
        self.a, self.b, self.c = (hash_keys([*keys, name], size) for name in "abc")
        self.counter = np.uint64(1)
        for _ in range(12):
            self.next()

    def next(self):
        total = (self.a + self.b + self.counter) & M32
        self.counter += np.uint64(1)
        self.a = self.b ^ self.b >> np.uint64(9)
        self.b = (self.c + (self.c << np.uint64(3))) & M32
        self.c = (((self.c << np.uint64(21)) & M32 | self.c >> np.uint64(11)) + total) & M32
        return total

    def integer(self, bound):
        high, low = self.next() >> np.uint64(5), self.next() >> np.uint64(6)
        return np.floor((high.astype(float) * 67108864 + low.astype(float)) / 9007199254740992 * bound).astype(int)


def patient_weights(patient, positive_items, draws, seed):
    """draws x patients: how often each was drawn. Patients are numbered by appearance; those without a positive image are drawn first."""
    count = patient.max() + 1
    has = np.zeros(count, bool)
    has[patient[positive_items]] = True
    stream = Streams([seed, "bootstrap-patients", np.arange(draws)], draws)
    weights = np.zeros((draws, count))
    for value in (False, True):
        members = np.flatnonzero(has == value)
        for _ in range(len(members)):
            np.add.at(weights, (np.arange(draws), members[stream.integer(len(members))]), 1)
    return weights


def over_seeds(columns, arm, seed, draws):
    """Mean over k - 1 of k seeds, drawn in each draw of patients."""
    k = len(columns)
    stream = Streams([seed, "bootstrap-seeds", np.arange(draws), arm], draws)
    table = np.array(columns)
    return np.mean([table[stream.integer(k), np.arange(draws)] for _ in range(max(1, k - 1))], axis=0)


# --- Intervals ----------------------------------------------------------------------------------------------------

def percentiles(value, draws):
    usable = np.sort(draws[~np.isnan(draws)])
    if value is None or len(usable) < 100 or 2 * len(usable) < len(draws):
        return {"value": value, "low": None, "high": None}
    def at(q):
        position = (len(usable) - 1) * q
        a, b = usable[int(np.floor(position))], usable[int(np.ceil(position))]
        return float(a) if a == b else float(a + (position - np.floor(position)) * (b - a))
    low, high = at(0.025), at(0.975)
    return {"value": value, "low": low if np.isfinite(low) else None, "high": high if np.isfinite(high) else None}


def score(value, draws, bounds, seeds=1):
    """Wilson's interval (statsmodels) for a share of as many items as have the variance of the draws; bounds: lowest, highest, patients."""
    lowest, highest, cases = bounds
    ratio = np.isinf(highest)
    to_share = (lambda x: np.where(np.isinf(x), 1, x / (1 + np.where(np.isinf(x), 0, x)))) if ratio else (lambda x: (x - lowest) / (highest - lowest))
    back = (lambda u: u / (1 - u)) if ratio else (lambda u: lowest + u * (highest - lowest))
    out = percentiles(value, draws)
    if out["low"] is None and value is None or cases < 2:
        return out
    usable = draws[~np.isnan(draws)]
    if len(usable) < 100 or 2 * len(usable) < len(draws):
        return out
    u, variance = float(to_share(np.float64(value))), float(np.var(to_share(usable), ddof=1))
    at_bound = u < 1e-12 or u > 1 - 1e-12
    if variance == 0 and not at_bound:
        return out
    alpha = 0.05 if seeds > 1 else 2 * stats.norm.sf(stats.t.ppf(0.975, cases - 1))
    n = cases if at_bound else u * (1 - u) / variance
    low, high = proportion_confint(round(u) * n if at_bound else u * n, n, alpha=alpha, method="wilson")
    return {"value": value, "low": float(back(max(0, low))), "high": float(back(min(1, high)))}


def two_sided(draws):
    usable = draws[~np.isnan(draws)]
    below, above = (1 + (usable <= 0).sum()) / (len(usable) + 1), (1 + (usable >= 0).sum()) / (len(usable) + 1)
    return float(min(1, 2 * min(below, above)))


def holm(p):
    return multipletests(p, method="holm")[1].tolist() if len(p) else []


def sd(values):
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


# --- AUC and its covariances --------------------------------------------------------------------------------------

def psi(y, s):
    a, b = s[y == 1], s[y == 0]
    return (a[:, None] > b[None]) + 0.5 * (a[:, None] == b[None])


def variance_parts(y, p, patient, clustered):
    """DeLong (1988), or Obuchowski (1997) with patients as clusters: of positives, of negatives, of patients with both; members of each class."""
    m, n = int((y == 1).sum()), int((y == 0).sum())
    v10 = np.array([q.mean(1) for q in p])
    v01 = np.array([q.mean(0) for q in p])
    if not clustered:
        return np.atleast_2d(np.cov(v10)) / m, np.atleast_2d(np.cov(v01)) / n, 0, (m, n)
    auc = np.array([[q.mean()] for q in p])
    names = np.unique(patient)
    pos = np.array([[(row[patient[y == 1] == g]).sum() for g in names] for row in v10 - auc])
    neg = np.array([[(row[patient[y == 0] == g]).sum() for g in names] for row in v01 - auc])
    i10, i01, i = len(np.unique(patient[y == 1])), len(np.unique(patient[y == 0])), len(names)
    s10, s01 = i10 / ((i10 - 1) * m) * pos @ pos.T, i01 / ((i01 - 1) * n) * neg @ neg.T
    s11 = i / (i - 1) * pos @ neg.T
    return s10 / m, s01 / n, (s11 + s11.T) / (m * n), (i10, i01)


def covariance_matrix(y, scores, patient, clustered):
    return sum(variance_parts(y, [psi(y, s) for s in scores], patient, clustered)[:3])


def auc_interval(y, scores, patient, clustered):
    """Of the mean AUC of several scores: logit, the variance moderated by Newcombe's (2006, method 5) as 15 further degrees of freedom."""
    pairs = [np.mean([psi(y, s) for s in scores], axis=0)]
    auc = pairs[0].mean()
    (v10,), (v01,), both, members = (np.ravel(x) if k < 2 else x for k, x in enumerate(variance_parts(y, pairs, patient, clustered)))
    v = float(v10 + v01 + np.ravel(both)[0])
    m, n = int((y == 1).sum()), int((y == 0).sum())
    model = auc * (1 - auc) * (1 + ((m + n) / 2 - 1) * ((1 - auc) / (2 - auc) + auc / (1 + auc))) / (m * n)
    if clustered:
        model *= max(1, v / float(covariance_of_one(y, pairs)))
    df = (v10 + v01) ** 2 / (v10 ** 2 / (members[0] - 1) + v01 ** 2 / (members[1] - 1))
    reach = stats.t.ppf(0.975, df + 15) * np.sqrt((df * v + 15 * model) / (df + 15)) / (auc * (1 - auc))
    centre = np.log(auc / (1 - auc))
    return float(expit(centre - reach)), float(expit(centre + reach))


def covariance_of_one(y, pairs):
    v10, v01, _, _ = variance_parts(y, pairs, None, False)
    return np.ravel(v10 + v01)[0]


def drawn_auc(y, s, w):
    """w: draws x items."""
    a, b = w[:, y == 1], w[:, y == 0]
    with np.errstate(invalid="ignore"):
        return np.einsum("di,ij,dj->d", a, psi(y, s), b, optimize=True) / (a.sum(1) * b.sum(1))


def drawn_ap(y, s, w):
    order = np.argsort(-s, kind="stable")
    tp, fp = np.cumsum(w[:, order] * y[order], axis=1), np.cumsum(w[:, order] * (1 - y[order]), axis=1)
    last = np.append(s[order][1:] != s[order][:-1], True)
    tp, fp = tp[:, last], fp[:, last]
    with np.errstate(invalid="ignore"):
        precision = np.where(tp + fp > 0, tp / (tp + fp), 0)
        return (np.diff(tp, prepend=0, axis=1) * precision).sum(1) / tp[:, -1]


# --- Thresholds, probabilities, grades ----------------------------------------------------------------------------

def choose(y, s, rule):
    """Highest of the best thresholds; None is +infinity."""
    candidates = [np.inf, *sorted(set(s), reverse=True)]
    m, n = int(y.sum()), int((1 - y).sum())
    best, found = -np.inf, None
    for t in candidates:
        tp, fp = int(((s >= t) & (y == 1)).sum()), int(((s >= t) & (y == 0)).sum())
        if rule == "youden":
            worth = tp * n - fp * m
        else:
            kind, target = rule.split(":")
            target = round(float(target) * 1e6)
            ok = tp * 10**6 >= target * m if kind == "sensitivity" else (n - fp) * 10**6 >= target * n
            worth = (-fp if kind == "sensitivity" else tp) if ok else -np.inf
        if worth > best:
            best, found = worth, (t, tp / m, (n - fp) / n)
    return found


def rate_values(tp, fp, tn, fn):
    with np.errstate(divide="ignore", invalid="ignore"):
        sens, spec = tp / (tp + fn), tn / (tn + fp)
        return {"sensitivity": sens, "specificity": spec, "ppv": tp / (tp + fp), "npv": tn / (tn + fn),
                "lrPositive": sens / (fp / (fp + tn)), "lrNegative": (fn / (tp + fn)) / spec}


def logits(p):
    q = np.clip(p, 1e-7, 1 - 1e-7)
    return np.log(q / (1 - q))


def glm(y, x, offset=None):
    return sm.GLM(y, x, family=sm.families.Binomial(), offset=offset).fit(tol=1e-15, maxiter=300)


def separated(y, x):
    return x[y == 1].min() >= x[y == 0].max() or x[y == 1].max() <= x[y == 0].min()


def coefficient(y, x, offset, patient, column):
    """Estimate with a normal interval from the inverse information, or the sandwich by patient with G/(G-1)."""
    fit = glm(y, x, offset)
    mu = fit.fittedvalues
    bread = np.linalg.inv((x * (mu * (1 - mu))[:, None]).T @ x)
    cov = bread
    if patient is not None:
        groups, index = np.unique(patient, return_inverse=True)
        score = np.zeros((len(groups), x.shape[1]))
        np.add.at(score, index, x * (y - mu)[:, None])
        cov = bread @ score.T @ score @ bread * len(groups) / (len(groups) - 1)
    value, se = float(fit.params[column]), float(np.sqrt(cov[column, column]))
    return {"value": value, "low": value - Z * se, "high": value + Z * se}, fit.params


def calibration(y, p, w, patient, clustered, cases):
    x, one = logits(p), np.ones((len(y), 1))
    cluster = patient if clustered else None
    pi, squares = y.mean(), (p - y) ** 2
    brier = metrics.brier_score_loss(y, p)
    size = w.sum(1)
    drawn, drawn_pi = w @ squares / size, w @ y / size
    scaled = 1 - drawn / (drawn_pi * (1 - drawn_pi))
    intercept, theta = coefficient(y, one, x, cluster, 0)
    rank = stats.rankdata(p, method="min") - 1
    bins = (rank * 10 // len(p)).astype(int)
    curve = []
    for b in np.unique(bins):
        hit = bins == b
        low, high = proportion_confint(int(y[hit].sum()), int(hit.sum()), method="wilson")
        curve.append({"items": int(hit.sum()), "meanProbability": p[hit].mean(), "observed": y[hit].mean(), "low": low, "high": high})
    ece = sum(c["items"] / len(p) * abs(c["observed"] - c["meanProbability"]) for c in curve)
    bounds = {"brier": (0, 1, cases), "scaledBrier": (1 - 1 / (pi * (1 - pi)), 1, cases)}
    out = {"brier": score(brier, drawn, bounds["brier"]), "scaledBrier": score(1 - brier / (pi * (1 - pi)), scaled, bounds["scaledBrier"]), "intercept": intercept,
           "ece": ece, "reliability": curve}
    # On each draw the likelihood equations, p expanded to third order about the estimate (main/analysis/calibration-draws.ts).
    draws = {"brier": drawn, "scaledBrier": scaled, "intercept": theta[0] + third_order(w, y, one, theta[0] + x)[:, 0]}
    if separated(y, x):
        out["slope"] = {"value": None, "low": None, "high": None}
        draws["slope"] = np.full(len(w), np.nan)
    else:
        design = np.column_stack([np.ones(len(y)), x])
        out["slope"], beta = coefficient(y, design, None, cluster, 1)
        draws["slope"] = beta[1] + third_order(w, y, design - [0, x.mean()], design @ beta)[:, 1]
    return out, draws


def third_order(w, y, design, eta):
    """Shift of the coefficients in each draw: Newton on sum w z (y - p - k1 h - k2 h^2/2 - k3 h^3/6) = 0 with h = z'shift, item by item."""
    p = 1 / (1 + np.exp(-eta))
    k1 = p * (1 - p)
    k2, k3 = k1 * (1 - 2 * p), k1 * (1 - 6 * p + 6 * p * p)
    shift = np.zeros((len(w), design.shape[1]))
    for _ in range(25):
        h = shift @ design.T
        score = np.einsum("di,ia->da", w * (y - p - k1 * h - k2 * h**2 / 2 - k3 * h**3 / 6), design)
        information = np.einsum("di,ia,ib->dab", w * (k1 + k2 * h + k3 * h**2 / 2), design, design)
        step = np.linalg.solve(information, score[..., None])[..., 0]
        shift += step
    shift[~(np.abs(step).sum(1) < 1e-9)] = np.nan
    return shift


def recalibrate(method, y, p):
    x = logits(p)
    sides = np.where(y == 1, x, -x)
    if (separated(y, x) if method == "platt" else (sides >= 0).all() or (sides <= 0).all()):
        return None
    if method == "platt":
        a, b = glm(y, np.column_stack([np.ones(len(y)), x])).params
    else:
        a, b = 0.0, glm(y, x[:, None]).params[0]
    return (float(a), float(b)) if b > 0 else None


# --- A study ------------------------------------------------------------------------------------------------------
# {outputs, endpoints [{id, positiveOutputs, score}], arms [{armId, model, initLabel, parameters}], runs [{runId, armId, seed, ...}],
#  test and validation: {images [id], patients, labels [[0, 1 or null]], eyes}; runs[k].test and .validation: [[probability]]}

def endpoint_labels(endpoint, labels):
    out = []
    for row in labels:
        mine = [row[k] for k in endpoint["positiveOutputs"]]
        out.append(1 if 1 in mine else None if None in mine else 0)
    return out


def endpoint_scores(endpoint, rows):
    rows = np.asarray(rows, dtype=float)
    mine = rows[:, endpoint["positiveOutputs"]]
    if endpoint["score"] == "probability":
        return mine.max(1)
    whole = np.zeros(len(rows))
    for k in range(rows.shape[1]):
        whole = whole + rows[:, k]
    part = np.zeros(len(rows))
    for k in endpoint["positiveOutputs"]:
        part = part + rows[:, k]
    return part / whole


class Known:
    """The images of one endpoint, in the program's order (by image id), with draws of patients."""
    def __init__(self, study, endpoint, draws, seed):
        test = study["test"]
        order = sorted(range(len(test["images"])), key=lambda i: test["images"][i])
        labels = endpoint_labels(endpoint, [test["labels"][i] for i in order])
        names = {}
        everyone = np.array([names.setdefault(test["patients"][i], len(names)) for i in order])
        keep = np.array([label is not None for label in labels])
        self.order = np.array(order)[keep]
        self.y = np.array([label for label in labels if label is not None])
        self.patient = everyone[keep]
        self.clustered = len(order) > len(names)
        positive = np.array([label == 1 for label in labels])
        self.weights = patient_weights(everyone, positive, draws, seed)
        self.w = self.weights[:, self.patient]
        self.unknown = int((~keep).sum())
        self.bounds = {name: (0, np.inf if name.startswith("lr") else 1, self.cases_of(name)) for name in RATES}
        self.cases = self.cases_of("both")
        self.share = (0, 1, self.cases)

    def cases_of(self, name, keep=slice(None)):
        """Patients of the class that limits a number."""
        of = [len(np.unique(self.patient[keep][self.y[keep] == k])) for k in (0, 1)]
        return of[1] if name == "sensitivity" else of[0] if name == "specificity" else min(of)

    def scores(self, endpoint, run):
        return endpoint_scores(endpoint, run["test"])[self.order]


def paired(cov, a, b, means, intervals):
    """DeLong's test; the interval from those of both sides (MOVER, Zou and Donner 2008)."""
    weights, difference = a - b, means[0] - means[1]
    va, vb, v = (w @ cov @ w for w in (a, b, weights))
    r = np.clip((va + vb - v) / (2 * np.sqrt(va * vb)), -1, 1)
    join = lambda x, y: np.sqrt(x * x + y * y - 2 * r * x * y)
    (la, ua), (lb, ub) = intervals
    se = float(np.sqrt(v))
    z = difference / se
    return {"difference": difference, "se": se, "low": difference - join(means[0] - la, ub - means[1]), "high": difference + join(ua - means[0], means[1] - lb), "z": z, "p": float(2 * stats.norm.sf(abs(z)))}


def results_of(study, draws=2000, seed=1):
    arms = study["arms"]
    out = {"arms": [{"armId": arm["armId"], "endpoints": []} for arm in arms], "comparisons": [], "modelComparisons": [],
           "bootstrap": {"draws": draws, "seed": seed, "arms": [], "comparisons": []}, "endpoints": []}
    families, totals = {"comparisons": [], "modelComparisons": []}, []
    for endpoint in study["endpoints"]:
        known = Known(study, endpoint, draws, seed)
        y = known.y
        out["endpoints"].append({"id": endpoint["id"], "positives": int(y.sum()), "negatives": int((1 - y).sum()), "unknown": known.unknown})
        scores = [known.scores(endpoint, run) for run in study["runs"]]
        aucs = np.array([metrics.roc_auc_score(y, s) for s in scores])
        cov = covariance_matrix(y, scores, known.patient, known.clustered)
        of = {arm["armId"]: np.array([run["armId"] == arm["armId"] for run in study["runs"]]) for arm in arms}
        drawn, ends = {}, {}
        for at, arm in enumerate(arms):
            mine = of[arm["armId"]]
            mean = aucs[mine].mean()
            ends[arm["armId"]] = auc_interval(y, [s for s, m in zip(scores, mine) if m], known.patient, known.clustered)
            single = [auc_interval(y, [s], known.patient, known.clustered) for s in scores]
            out["arms"][at]["endpoints"].append({
                "endpointId": endpoint["id"], "mean": mean, "sd": sd(aucs[mine]), "low": ends[arm["armId"]][0], "high": ends[arm["armId"]][1],
                "runs": [{"runId": run["runId"], "auc": a, "se": np.sqrt(c), "low": low, "high": high}
                         for run, a, c, (low, high), m in zip(study["runs"], aucs, np.diag(cov), single, mine) if m]})
            drawn[arm["armId"]] = over_seeds([drawn_auc(y, s, known.w) for s, m in zip(scores, mine) if m], at, seed, draws)
            interval = score(mean, drawn[arm["armId"]], known.share, int(mine.sum()))
            out["bootstrap"]["arms"].append({"armId": arm["armId"], "endpointId": endpoint["id"], "low": interval["low"], "high": interval["high"]})
        inits, models = pairs_of(arms)
        if endpoint["headline"]:
            for family, pairs in (("comparisons", inits), ("modelComparisons", models)):
                for a, b in pairs:
                    test = paired(cov, of[a] / of[a].sum(), of[b] / of[b].sum(), (aucs[of[a]].mean(), aucs[of[b]].mean()), (ends[a], ends[b]))
                    out[family].append({"endpointId": endpoint["id"], "armA": a, "armB": b, **test})
                    va, vb = (aucs[of[x]].var(ddof=1) / of[x].sum() if of[x].sum() > 1 else None for x in (a, b))
                    if va is None or vb is None:
                        continue
                    variance = test["se"] ** 2 + va + vb
                    df = min(1e6, variance ** 2 / (va ** 2 / (of[a].sum() - 1) + vb ** 2 / (of[b].sum() - 1)))
                    se, d = np.sqrt(variance), test["difference"]
                    reach = stats.t.ppf(0.975, df) * se
                    families[family].append({"se": se, "df": df, "low": d - reach, "high": d + reach, "p": 2 * stats.t.sf(abs(d) / se, df)})
            for a, b in inits + models:
                difference = drawn[a] - drawn[b]
                interval = percentiles(aucs[of[a]].mean() - aucs[of[b]].mean(), difference)
                out["bootstrap"]["comparisons"].append({"armA": a, "armB": b, "endpointId": endpoint["id"], "low": interval["low"], "high": interval["high"], "p": two_sided(difference)})
    adjusted = holm([t["p"] for t in families["comparisons"]])
    out["totals"] = [{**t, "adjustedP": p} for t, p in zip(families["comparisons"], adjusted)]
    out["margin"] = margin_of(study, out, families)
    return out


def pairs_of(arms):
    inits, models = [], []
    for model in dict.fromkeys(arm["model"] for arm in arms):
        mine = [arm["armId"] for arm in arms if arm["model"] == model]
        inits += [(arm, mine[0]) for arm in mine[1:]]
    for init in dict.fromkeys(arm["start"] for arm in arms):
        mine = [arm for arm in arms if arm["start"] == init]
        largest = max(mine, key=lambda arm: arm["parameters"])
        models += [(arm["armId"], largest["armId"]) for arm in mine if arm["parameters"] < largest["parameters"]]
    return inits, models


def margin_of(study, out, families):
    delta = study.get("margin")
    if delta is None:
        return None
    tests = families["comparisons"] + families["modelComparisons"]
    rows = []
    for comparison, total in zip(out["comparisons"] + out["modelComparisons"], tests):
        d, t = comparison["difference"], stats.t(total["df"])
        lower, upper = t.sf((d + delta) / total["se"]), t.sf((delta - d) / total["se"])
        rows.append({"armA": comparison["armA"], "armB": comparison["armB"], "difference": d, "lower": total["low"], "upper": total["high"],
                     "nonInferior": {"p": lower}, "equivalent": {"p": max(lower, upper)}})
    for claim in ("nonInferior", "equivalent"):
        for row, adjusted in zip(rows, holm([row[claim]["p"] for row in rows])):
            opposite = row["upper"] < -delta or (claim == "equivalent" and row["lower"] > delta)
            row[claim] |= {"adjustedP": adjusted, "answer": "yes" if adjusted < 0.025 else "no" if opposite else "cannot tell"}
    return {"comparisons": rows}


def finite(value):
    return float(value) if np.isfinite(value) else None


def details_of(study, endpoint, draws=2000, seed=1, rule="youden"):
    known = Known(study, endpoint, draws, seed)
    y, w, patient = known.y, known.w, known.patient
    validation_y = endpoint_labels(endpoint, study["validation"]["labels"])
    has = np.array([label is not None for label in validation_y])
    validation_y = np.array([label for label in validation_y if label is not None])
    runs, numbers = [], []
    kappa_bounds = (-1, 1, known.weights.shape[1])
    odds = np.array(THRESHOLDS) / (1 - np.array(THRESHOLDS))
    ids = [arm["armId"] for arm in study["arms"]]
    for run in study["runs"]:
        s = known.scores(endpoint, run)
        v = endpoint_scores(endpoint, run["validation"])[has]
        item, drawn = {"runId": run["runId"], "armId": run["armId"], "seed": run["seed"], "points": []}, {"rates": [], "calls": {}}
        for name in RULES:
            t, sens, spec = choose(validation_y, v, name)
            call = s >= t
            drawn["calls"][name] = call
            cells = [call & (y == 1), call & (y == 0), ~call & (y == 0), ~call & (y == 1)]
            tp, fp, tn, fn = (int(c.sum()) for c in cells)
            values, per_draw = rate_values(*(np.float64(k) for k in (tp, fp, tn, fn))), rate_values(*(w @ c for c in cells))
            rates = {}
            for rate in RATES:
                value = finite(values[rate])
                if known.clustered:
                    rates[rate] = score(value, per_draw[rate], known.bounds[rate]) if value is not None else {"value": None, "low": None, "high": None}
                elif rate in ("sensitivity", "specificity", "ppv", "npv"):
                    hit, total = {"sensitivity": (tp, tp + fn), "specificity": (tn, tn + fp), "ppv": (tp, tp + fp), "npv": (tn, tn + fn)}[rate]
                    low, high = proportion_confint(hit, total, method="wilson") if total else (None, None)
                    rates[rate] = {"value": value, "low": low, "high": high}
            drawn["rates"].append({rate: (finite(values[rate]), per_draw[rate]) for rate in RATES})
            item["points"].append({"rule": name, "point": {"threshold": finite(t), "validation": {"sensitivity": sens, "specificity": spec},
                                   "counts": {"tp": tp, "fp": fp, "tn": tn, "fn": fn}, "rates": rates}})
        ap, ap_draws = metrics.average_precision_score(y, s), drawn_ap(y, s, w)
        item["averagePrecision"] = score(ap, ap_draws, known.share)
        before, before_draws = calibration(y, s, w, patient, known.clustered, known.cases)
        item |= before
        item["recalibration"] = []
        drawn |= {"averagePrecision": (ap, ap_draws), "auc": s, "calibration": (before, before_draws), "after": []}
        for method in ("temperature", "platt"):
            fitted = recalibrate(method, validation_y, v)
            if fitted is None:
                item["recalibration"].append({"method": method, "fitted": None, "after": None})
                drawn["after"].append(None)
                continue
            a, b = fitted
            p = 1 / (1 + np.exp(-(a + b * logits(s))))
            after, after_draws = calibration(y, p, w, patient, known.clustered, known.cases)
            change = after["brier"]["value"] - before["brier"]["value"]
            change_draws = after_draws["brier"] - before_draws["brier"]
            item["recalibration"].append({"method": method, "fitted": {"intercept": a, "slope": b, "temperature": 1 / b if method == "temperature" else None},
                                          "after": after, "brierChange": percentiles(change, change_draws)})
            drawn["after"].append((after, after_draws, change, change_draws))
        benefit = [((s >= t) & (y == 1)).mean() - ((s >= t) & (y == 0)).mean() * o for t, o in zip(THRESHOLDS, odds)]
        item["netBenefit"] = benefit
        size = w.sum(1)
        drawn["netBenefit"] = [[(((s >= t) & (y == k)).mean() * of, w @ ((s >= t) & (y == k)) / size * of) for k, of in ((1, 1), (0, o))] for t, o in zip(THRESHOLDS, odds)]
        if study["grades"]:
            grades = len(study["outputs"])
            truth = [row.index(1) if row.count(1) == 1 else None for row in (study["test"]["labels"][i] for i in known.order)]
            guess = np.asarray(run["test"])[known.order].argmax(1)
            ok = np.array([g is not None for g in truth])
            g = np.array([g for g in truth if g is not None])
            kappa = metrics.cohen_kappa_score(g, guess[ok], weights="quadratic", labels=range(grades))
            distance = (np.arange(grades)[:, None] - np.arange(grades)[None]) ** 2
            counts = np.zeros((draws, grades, grades))
            for i, j, weight in zip(g, guess[ok], w[:, ok].T):
                counts[:, i, j] += weight
            expected = counts.sum(2)[:, :, None] * counts.sum(1)[:, None, :] / counts.sum((1, 2))[:, None, None]
            with np.errstate(invalid="ignore"):
                kappa_draws = 1 - (counts * distance).sum((1, 2)) / (expected * distance).sum((1, 2))
            item["kappa"] = score(finite(kappa), kappa_draws, kappa_bounds)
            drawn["kappa"] = (finite(kappa), kappa_draws)
        runs.append(item)
        numbers.append(drawn)
    def mean(arm, pick, bounds=None):
        mine = [pick(n) for n, run in zip(numbers, study["runs"]) if run["armId"] == ids[arm]]
        if any(m is None or m[0] is None for m in mine):
            return {"value": None, "low": None, "high": None}, None
        values, per_draw = [m[0] for m in mine], over_seeds([m[1] for m in mine], arm, seed, draws)
        value = float(np.mean(values))
        return {**(percentiles(value, per_draw) if bounds is None else score(value, per_draw, bounds, len(mine))), "sd": sd(values)}, per_draw
    def net_benefit(arm, k):
        """MOVER from the intervals of gain and cost."""
        pi = y.mean()
        of = [mean(arm, lambda n: n["netBenefit"][k][side], (0, highest, known.cases_of(name)))[0]
              for side, highest, name in ((0, pi, "sensitivity"), (1, (1 - pi) * odds[k], "specificity"))]
        gain, cost = of
        value = gain["value"] - cost["value"]
        singles = [n["netBenefit"][k][0][0] - n["netBenefit"][k][1][0] for n, run in zip(numbers, study["runs"]) if run["armId"] == ids[arm]]
        return {"value": value, "low": value - np.hypot(gain["value"] - gain["low"], cost["high"] - cost["value"]),
                "high": value + np.hypot(gain["high"] - gain["value"], cost["value"] - cost["low"]), "sd": sd(singles)}
    arms = []
    brier_bounds = {"brier": known.share, "scaledBrier": (1 - 1 / (y.mean() * (1 - y.mean())), 1, known.cases)}
    for at, arm in enumerate(ids):
        one = lambda pick, bounds=None: mean(at, pick, bounds)[0]
        item = {"armId": arm, "averagePrecision": one(lambda n: n["averagePrecision"], known.share),
                "rules": [{"rule": name, "rates": {rate: one(lambda n: n["rates"][k][rate], known.bounds[rate]) for rate in RATES}} for k, name in enumerate(RULES)],
                "netBenefit": [net_benefit(at, k) for k in range(len(THRESHOLDS))],
                "recalibration": [{"method": method, "after": {key: one(lambda n: None if n["after"][k] is None else (n["after"][k][0][key]["value"], n["after"][k][1][key]), brier_bounds.get(key))
                                                               for key in ("brier", "scaledBrier", "intercept", "slope")},
                                   "brierChange": one(lambda n: n["after"][k] and n["after"][k][2:])} for k, method in enumerate(("temperature", "platt"))]}
        for key in ("brier", "scaledBrier", "intercept", "slope"):
            item[key] = one(lambda n: (n["calibration"][0][key]["value"], n["calibration"][1][key]), brier_bounds.get(key))
        if study["grades"]:
            item["kappa"] = one(lambda n: n["kappa"], kappa_bounds)
        arms.append(item)
    inits, _ = pairs_of(study["arms"])
    return {"endpointId": endpoint["id"], "runs": runs, "arms": arms, "calls": calls_of(study, known, numbers, inits, rule),
            "decision": {"thresholds": THRESHOLDS, "all": [float(y.mean() - (1 - y.mean()) * o) for o in odds]},
            "subgroups": subgroups_of(study, known, numbers, mean, inits, ids, rule)}


def calls_of(study, known, numbers, pairs, rule):
    rows, tests = [], []
    people = np.unique(known.patient)
    any_of = lambda flags: np.array([flags[known.patient == g].any() for g in people])
    truth = any_of(known.y == 1)
    for a, b in pairs:
        for run, one in zip(study["runs"], numbers):
            for run_b, other in zip(study["runs"], numbers):
                if run["armId"] != a or run_b["armId"] != b or run["seed"] != run_b["seed"]:
                    continue
                right, right_b = any_of(one["calls"][rule]) == truth, any_of(other["calls"][rule]) == truth
                row = {"armA": a, "armB": b, "seed": run["seed"]}
                for name, group in (("positive", truth), ("negative", ~truth)):
                    x, z = int((right & ~right_b & group).sum()), int((~right & right_b & group).sum())
                    p = float(stats.binomtest(x, x + z, 0.5).pvalue) if x + z else None
                    row[name] = {"patients": int(group.sum()), "onlyA": x, "onlyB": z, "p": p}
                    tests.append(row[name])
                rows.append(row)
    for test, adjusted in zip(tests, holm([1.0 if test["p"] is None else test["p"] for test in tests])):
        test["adjustedP"] = None if test["p"] is None else adjusted
    return rows


def subgroups_of(study, known, numbers, mean, pairs, ids, rule):
    """Eyes: what predictions.csv carries."""
    eye = np.array([study["test"]["eyes"][i] or "" for i in known.order])
    names = sorted({e for e in eye if e})
    k = RULES.index(rule)
    groups, families = [], {}
    if len(names) < 2:
        return []
    def auc(keep):
        def pick(n):
            y, s, w = known.y[keep], n["auc"][keep], known.w[:, keep]
            return metrics.roc_auc_score(y, s), drawn_auc(y, s, w)
        return [mean(at, pick, (0, 1, known.cases_of("both", keep))) for at in range(len(ids))]
    for index, name in enumerate(names):
        inside, outside = eye == name, (eye != name) & (eye != "")
        group = {"variable": "Eye", "name": name, "items": int(inside.sum()), "positives": int(known.y[inside].sum()), "patients": len(np.unique(known.patient[inside])),
                 "arms": [], "pairs": []}
        compared = len(names) > 2 or index == 0
        within, rest = auc(inside), auc(outside) if compared else None
        def difference(a, b, family):
            value, draws = a[0] - b[0], a[1] - b[1]
            test = {**percentiles(value, draws), "p": two_sided(draws)}
            families.setdefault(family, []).append(test)
            return test
        plain = lambda drawn: (drawn[0]["value"], drawn[1])
        for at, arm in enumerate(ids):
            def rate(which):
                def pick(n):
                    call, y, w = n["calls"][rule][inside], known.y[inside], known.w[:, inside]
                    hit, of = ((call, y == 1) if which == "sensitivity" else (~call, y == 0))
                    with np.errstate(invalid="ignore"):
                        return (hit & of).sum() / of.sum(), (w @ (hit & of)) / (w @ of)
                return mean(at, pick, (0, 1, known.cases_of(which, inside)))[0]
            group["arms"].append({"armId": arm, **within[at][0], "sensitivity": rate("sensitivity"), "specificity": rate("specificity"),
                                  "difference": difference(plain(within[at]), plain(rest[at]), arm) if compared else None})
        for a, b in pairs:
            i, j = ids.index(a), ids.index(b)
            gain = (within[i][0]["value"] - within[j][0]["value"], within[i][1] - within[j][1])
            test = None
            if compared:
                outer = (rest[i][0]["value"] - rest[j][0]["value"], rest[i][1] - rest[j][1])
                test = difference(gain, outer, (a, b))
            group["pairs"].append({"armA": a, "armB": b, "gain": percentiles(*gain), "difference": test})
        groups.append(group)
    for tests in families.values():
        for test, adjusted in zip(tests, holm([test["p"] for test in tests])):
            test["adjustedP"] = adjusted
    return groups


def macro_of(study, draws, seed):
    """Mean of the labels' AUCs, within each draw of one set of draws, and over seeds and patients: patients with any positive label drawn apart."""
    any_positive = {"id": "any", "positiveOutputs": list(range(len(study["outputs"]))), "score": "probability"}
    test = study["test"]
    order = sorted(range(len(test["images"])), key=lambda i: test["images"][i])
    names = {}
    patient = np.array([names.setdefault(test["patients"][i], len(names)) for i in order])
    labels = [test["labels"][i] for i in order]
    positive = np.array([1 in row for row in labels])
    weights = patient_weights(patient, positive, draws, seed)
    columns = {}
    values = {}
    for run in study["runs"]:
        parts, per_draw = [], []
        for k in range(len(study["outputs"])):
            keep = np.array([row[k] is not None for row in labels])
            y = np.array([row[k] for row in labels if row[k] is not None])
            s = np.asarray(run["test"])[order][keep, k]
            parts.append(metrics.roc_auc_score(y, s))
            per_draw.append(drawn_auc(y, s, weights[:, patient[keep]]))
        values.setdefault(run["armId"], []).append(float(np.mean(parts)))
        columns.setdefault(run["armId"], []).append(np.mean(per_draw, axis=0))
    ids = [arm["armId"] for arm in study["arms"]]
    drawn = [over_seeds(columns[arm], at, seed, draws) for at, arm in enumerate(ids)]
    patients = [np.mean(columns[arm], axis=0) for arm in ids]
    value = [float(np.mean(values[arm])) for arm in ids]
    difference = drawn[1] - drawn[0]
    cases = min(len({patient[i] for i, row in enumerate(labels) if row[k] == value}) for k in range(len(study["outputs"])) for value in (0, 1))
    return {"arms": [{"value": v, "overPatients": score(v, p, (0, 1, cases)), "overSeedsAndPatients": score(v, d, (0, 1, cases), len(columns[arm]))}
                     for arm, v, p, d in zip(ids, value, patients, drawn)],
            "difference": {**percentiles(value[1] - value[0], difference), "p": two_sided(difference)}}


# --- Made-up studies ----------------------------------------------------------------------------------------------

def made_up(kind):
    rng = np.random.default_rng({"fundus": 4101, "chest": 4102}[kind])
    sigmoid = lambda x: 1 / (1 + np.exp(-x))
    fundus = kind == "fundus"
    def split(patients, first):
        per = rng.integers(1, 4, patients) if fundus else rng.integers(1, 5, patients)
        patient = np.repeat(np.arange(patients), per)
        latent = rng.normal(size=patients)[patient]
        n = len(patient)
        if fundus:
            grade = np.digitize(latent + 0.7 * rng.normal(size=n), [-0.3, 0.2, 0.9, 1.6])
            truth = np.eye(5, dtype=int)[grade]
            labels = truth.tolist()
        else:
            truth = (latent[:, None] + rng.normal(size=(n, 5)) > np.array([0.3, 0.8, 1.2, 0.0, 1.6])).astype(int)
            masked = rng.random((n, 5)) < 0.12
            labels = [[None if hidden else int(v) for v, hidden in zip(row, mask)] for row, mask in zip(truth, masked)]
        order = rng.permutation(n)
        names = [f"i{int(k):05d}" for k in rng.permutation(90_000)[:n]]
        eyes = [["left", "right", None][k] for k in rng.choice(3, n, p=[0.48, 0.47, 0.05])] if fundus else [None] * n
        return {"images": names, "patients": [int(patient[i]) + first for i in order], "labels": [labels[i] for i in order], "eyes": [eyes[i] for i in order]}, truth[order]
    (test, test_truth), (validation, validation_truth) = split(55 if fundus else 60, 0), split(30, 1000)
    inits = ["random", "transfer(A)", "mean-var(A)"] if fundus else ["random", "transfer(A)"]
    models = [("cbr-tiny", 1_080_805), ("cbr-small", 2_108_672)] if fundus else [("cbr-tiny", 1_080_805)]
    arms, runs = [], []
    for m, (model, parameters) in enumerate(models):
        for k, init in enumerate(inits):
            arms.append({"armId": f"{model}/{init}/all", "model": model, "initLabel": init, "start": init.split("(")[0], "parameters": parameters})
            for seed in range(3):
                own = rng.normal(0, 0.25)
                def score(truth):
                    z = (1.1 + 0.25 * k - 0.2 * m + own) * (truth - 0.5) * 2 - 0.4 + 1.3 * rng.normal(size=truth.shape)
                    # Few digits make ties; not where scores are shares, which would tie but for the last bit.
                    return np.round(sigmoid(z), 2 if seed == 2 and not fundus else 4).tolist()
                runs.append({"runId": f"{model}-{k}-{seed}", "armId": arms[-1]["armId"], "seed": seed, "test": score(test_truth), "validation": score(validation_truth)})
    outputs = ["0", "1", "2", "3", "4"] if fundus else ["Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Pleural Effusion"]
    endpoints = [{"id": "referable", "name": "Referable", "positiveOutputs": [2, 3, 4], "score": "share", "headline": True}] if fundus else [
        {"id": name.lower().replace(" ", "-"), "name": name, "positiveOutputs": [k], "score": "probability", "headline": True} for k, name in enumerate(outputs)]
    return {"outputs": outputs, "grades": fundus, "endpoints": endpoints, "arms": arms, "margin": 0.05, "test": test, "validation": validation, "runs": runs}


# --- A real one ---------------------------------------------------------------------------------------------------

def load(folder):
    import pandas as pd
    rows = pd.read_csv(f"{folder}/predictions.csv", dtype={"image_id": str, "eye": str}, float_precision="round_trip")
    spec = json.load(open(f"{folder}/study.json"))
    results = pd.read_csv(f"{folder}/results.csv")
    target = spec["dataset"]["target"]
    outputs = target["outputs"]
    def part(frame):
        labels = [[None if np.isnan(v) else int(v) for v in row] for row in frame[[f"label:{o}" for o in outputs]].to_numpy(float)]
        return {"images": frame.image_id.tolist(), "patients": frame.patient.tolist(), "labels": labels, "eyes": [e if isinstance(e, str) else None for e in frame.eye]}
    runs, parts = [], {}
    for (run, arm, seed), mine in rows.groupby(["run_id", "arm_id", "seed"], sort=False):
        item = {"runId": run, "armId": arm, "seed": int(seed)}
        for split in ("test", "validation"):
            frame = mine[mine.split == split].sort_values("image_id")
            item[split] = frame[[f"probability:{o}" for o in outputs]].to_numpy(float)
            parts.setdefault(split, part(frame))
            assert parts[split]["images"] == frame.image_id.tolist()
        runs.append(item)
    arms = []
    for arm in dict.fromkeys(run["armId"] for run in runs):
        row = results[results.arm_id == arm].iloc[0]
        arms.append({"armId": arm, "model": row.model, "initLabel": row.init, "start": row.init.split("(")[0], "parameters": int(row.parameters)})
    return {"outputs": outputs, "grades": target["kind"] == "ordinal", "endpoints": target["endpoints"], "arms": arms, "runs": runs, **parts}


class Differences:
    """Walks two trees; the second may hold more."""
    def __init__(self):
        self.numbers, self.worst, self.wrong = 0, {}, []

    def walk(self, mine, theirs, path=""):
        if isinstance(mine, dict):
            for key, value in mine.items():
                if not isinstance(theirs, dict) or key not in theirs:
                    self.wrong.append((f"{path}.{key}", "missing"))
                else:
                    self.walk(value, theirs[key], f"{path}.{key}")
        elif isinstance(mine, list):
            if not isinstance(theirs, list) or len(mine) != len(theirs):
                self.wrong.append((path, f"{len(mine)} items", len(theirs or [])))
            else:
                for k, (a, b) in enumerate(zip(mine, theirs)):
                    self.walk(a, b, f"{path}[{k}]")
        elif isinstance(mine, (bool, str)) or mine is None or theirs is None:
            if mine != theirs:
                self.wrong.append((path, mine, theirs))
        else:
            self.numbers += 1
            gap = abs(float(mine) - theirs) / max(1, abs(theirs))
            kind = path.rsplit(".", 1)[-1]
            self.worst[kind] = max(self.worst.get(kind, 0), gap)
            if gap > 1e-8:
                self.wrong.append((path, float(mine), theirs))


def steps_of(folder, results):
    """Kaplan-Meier medians by lifelines; where the curve is exactly one half, the middle to the next event, as documented."""
    from lifelines import KaplanMeierFitter
    import pandas as pd
    runs = pd.read_csv(f"{folder}/runs.csv")
    for arm in results["arms"]:
        mine = runs[runs.arm_id == arm["armId"]]
        reached = mine.steps_to_threshold.notna()
        fit = KaplanMeierFitter().fit(mine.steps_to_threshold.fillna(mine.steps), reached)
        curve = fit.survival_function_["KM_estimate"]
        median = fit.median_survival_time_
        if (np.abs(curve - 0.5) < 1e-12).any():
            later = curve.index[(curve < 0.5 - 1e-12)]
            median = (median + later.min()) / 2 if len(later) else np.inf
        theirs = arm["medianStepsToThreshold"]
        print("steps", arm["armId"], median, theirs, "" if (theirs is None and np.isinf(median)) or theirs == median else "DIFFERS")


def main():
    kind = sys.argv[1]
    if kind == "made-up":
        study = made_up(sys.argv[2])
        expected = {"results": results_of(study)}
        expected["details"] = [details_of(study, endpoint) for endpoint in study["endpoints"][:2]]
        if not study["grades"]:
            expected["macro"] = macro_of(study, 2000, 1)
        versions = {m.__name__: m.__version__ for m in (np, __import__("scipy"), __import__("sklearn"), __import__("statsmodels"))}
        # Fifteen digits are more than any test looks at.
        short = lambda v: None if v is None else float(f"{v:.13g}") if isinstance(v, (float, np.floating)) else {k: short(x) for k, x in v.items()} if isinstance(v, dict) else [short(x) for x in v] if isinstance(v, (list, tuple)) else v.item() if hasattr(v, "item") else v
        json.dump({"provenance": {"program": "test/peers/study_audit.py", **versions}, "study": study, "expected": short(expected)}, open(sys.argv[3], "w"), separators=(",", ":"))
        return
    folder = sys.argv[2]
    results, details = (json.load(open(file)) for file in sys.argv[3:5])
    study = load(folder)
    if results["margin"]:
        study["margin"] = results["margin"]["declared"]["delta"]
    found = Differences()
    mine = results_of(study)
    mine.pop("totals") if "totals" not in results else None
    found.walk(mine, results, "results")
    endpoint = next(e for e in study["endpoints"] if e["id"] == details["endpointId"])
    found.walk(details_of(study, endpoint, rule=details["rule"]), details, "details")
    print(found.numbers, "numbers compared;", len(found.wrong), "differ by more than 1e-8 (relative to max(1, |value|))")
    for kind, gap in sorted(found.worst.items(), key=lambda item: -item[1])[:12]:
        print(f"  {kind:20s} {gap:.1e}")
    for line in found.wrong[:40]:
        print("  ", *line)
    steps_of(folder, results)


if __name__ == "__main__":
    main()
