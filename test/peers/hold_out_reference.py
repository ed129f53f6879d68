#!/usr/bin/env python3
"""Another set of `auc.json`, `cca.json` and `npy/`, of the schema of `test/fixtures/reference/README.md`, to try `test:reference` on.

    python hold_out_reference.py --seed 7 /tmp/hold-out && REFERENCE_DIR=/tmp/hold-out npm run test:reference

Every number comes from scikit-learn, NumPy and SciPy, or from the definition written out pair by pair; nothing of this
project's code is used. Cases: ties, tiny and extremely imbalanced sets, patients in both classes, neurons that are
duplicated, constant or nearly so, deficient rank, one datapoint more than neurons. Needs numpy, scipy, scikit-learn.
"""
import argparse, json, pathlib, warnings

import numpy as np
from scipy import stats
from sklearn import metrics

Z = stats.norm.ppf(0.975)
KEYS = ("0.95", "0.9", "0.8")


# --- auc.json -------------------------------------------------------------------------------------------------

def psi(labels, scores):
    x, y = scores[labels == 1], scores[labels == 0]
    return (x[:, None] > y[None]) + 0.5 * (x[:, None] == y[None])


def delong_cov(labels, a, b):
    m, n = int(labels.sum()), int((1 - labels).sum())
    if m < 2 or n < 2:
        return None
    pa, pb = psi(labels, a), psi(labels, b)
    v10 = np.cov(pa.mean(1), pb.mean(1))[0, 1]
    v01 = np.cov(pa.mean(0), pb.mean(0))[0, 1]
    return v10 / m + v01 / n


def obuchowski_cov(labels, a, b, patient):
    """The formulas of Obuchowski (1997), patient by patient."""
    m, n = int(labels.sum()), int((1 - labels).sum())
    def sums(s):
        p = psi(labels, s)
        auc = p.mean()
        v = np.empty(len(labels))
        v[labels == 1], v[labels == 0] = p.mean(1) - auc, p.mean(0) - auc
        pos = np.array([v[(patient == g) & (labels == 1)].sum() for g in names])
        neg = np.array([v[(patient == g) & (labels == 0)].sum() for g in names])
        return pos, neg
    names = np.unique(patient)
    i = len(names)
    i10 = len(np.unique(patient[labels == 1]))
    i01 = len(np.unique(patient[labels == 0]))
    (pa, na), (pb, nb) = sums(a), sums(b)
    s10 = i10 / ((i10 - 1) * m) * (pa @ pb)
    s01 = i01 / ((i01 - 1) * n) * (na @ nb)
    s11 = i / (i - 1) * (pa @ nb + pb @ na)
    return s10 / m + s01 / n + s11 / (m * n)


def clip(value, low=0.0, high=1.0):
    return float(min(high, max(low, value)))


def interval(value, variance, low=0.0):
    if variance is None:
        return None
    se = np.sqrt(variance)
    return [clip(value - Z * se, low), clip(value + Z * se, low)]


def expected_of(labels, scores, curves):
    m, n = int(labels.sum()), int((1 - labels).sum())
    fpr, tpr, thresholds = metrics.roc_curve(labels, scores, drop_intermediate=False)
    fp, tp = np.rint(fpr * n).astype(int), np.rint(tpr * m).astype(int)
    auc = metrics.roc_auc_score(labels, scores)
    probability = scores.min() >= 0 and scores.max() <= 1
    variance = delong_cov(labels, scores, scores)
    out = {
        "auc": auc,
        "average_precision": metrics.average_precision_score(labels, scores),
        "brier": metrics.brier_score_loss(labels, scores) if probability else None,
        "delong_variance": variance,
        "delong_ci95": interval(auc, variance),
        "sensitivity_at_specificity": {},
        "specificity_at_sensitivity": {},
        "youden_max": max((int(t) * n - int(f) * m) / (m * n) for t, f in zip(tp, fp)),
    }
    for key in KEYS:
        allowed = 100 - round(100 * float(key))
        out["sensitivity_at_specificity"][key] = max(int(t) for t, f in zip(tp, fp) if 100 * int(f) <= allowed * n) / m
        out["specificity_at_sensitivity"][key] = max(n - int(f) for t, f in zip(tp, fp) if 100 * (m - int(t)) <= allowed * m) / n
    if curves:
        precision, recall, pr_thresholds = metrics.precision_recall_curve(labels, scores)
        out["roc_curve"] = {"threshold": [None, *thresholds[1:].tolist()], "fpr": fpr.tolist(), "tpr": tpr.tolist()}
        out["pr_curve"] = {"threshold": pr_thresholds.tolist(), "precision": precision.tolist(), "recall": recall.tolist()}
    return out


def pair_of(labels, scores, a, b, cov):
    d = metrics.roc_auc_score(labels, scores[a]) - metrics.roc_auc_score(labels, scores[b])
    c = cov(scores[a], scores[b])
    variance = cov(scores[a], scores[a]) + cov(scores[b], scores[b]) - 2 * c
    se = np.sqrt(variance) if variance > 1e-24 else 0.0
    z = d / se if se > 0 else 0.0
    return {"a": a, "b": b, "auc_difference": d, "covariance": c, "z": z, "p_value": float(2 * stats.norm.sf(abs(z))),
            "difference_ci95": [clip(d - Z * se, -1), clip(d + Z * se, -1)]}


def auc_case(name, labels, scores, patient=None, pairs=(), clustered_pair=None):
    labels = np.asarray(labels, dtype=int)
    scores = {k: np.asarray(v, dtype=float) for k, v in scores.items()}
    case = {"name": name, "labels": labels.tolist(), "scores": {k: v.tolist() for k, v in scores.items()},
            "n": len(labels), "n_positive": int(labels.sum()),
            "expected": {k: expected_of(labels, v, len(labels) <= 60) for k, v in scores.items()}}
    if pairs:
        case["paired_delong"] = [pair_of(labels, scores, a, b, lambda s, t: delong_cov(labels, s, t)) for a, b in pairs]
    if patient is not None:
        patient = np.asarray(patient)
        case["patient"] = patient.tolist()
        per = {}
        for k, v in scores.items():
            variance = obuchowski_cov(labels, v, v, patient)
            per[k] = {"variance": variance, "ci95": interval(case["expected"][k]["auc"], variance)}
        case["clustered"] = {"patients": len(np.unique(patient)), "per_vector": per}
        if clustered_pair:
            case["clustered"]["pair"] = pair_of(labels, scores, *clustered_pair, lambda s, t: obuchowski_cov(labels, s, t, patient))
    return case


def auc_cases(rng):
    def binormal(labels, shift=1.0):
        return rng.normal(size=len(labels)) + shift * labels
    def exactly(m, n):
        labels = np.repeat([1, 0], [m, n])
        return labels[rng.permutation(m + n)]
    sigmoid = lambda x: 1 / (1 + np.exp(-x))
    cases = []
    y = exactly(2, 2); cases.append(auc_case("two_and_two", y, {"a": binormal(y), "tied": np.round(binormal(y))}))
    y = exactly(1, 1); cases.append(auc_case("one_and_one", y, {"right": y, "wrong": 1 - y, "equal": 0.5 + 0 * y}))
    y = exactly(1, 400); cases.append(auc_case("one_positive_in_401", y, {"a": binormal(y, 2)}))
    y = exactly(300, 1); cases.append(auc_case("one_negative_in_301", y, {"a": binormal(y, 2)}))
    y = exactly(3, 19_997); cases.append(auc_case("three_in_20000", y, {"a": np.round(binormal(y, 2), 3)}))
    y = exactly(500, 500)
    cases.append(auc_case("two_values_only", y, {"a": (rng.random(1000) < 0.3 + 0.4 * y).astype(float)}))
    cases.append(auc_case("five_grades", y, {"a": np.clip(np.round(2 + binormal(y)), 0, 4) / 4, "b": np.clip(np.round(2 + binormal(y, 0.5)), 0, 4) / 4},
                          pairs=[("a", "b"), ("b", "a")]))
    y = exactly(20, 20); s = binormal(y)
    cases.append(auc_case("monotone_twins", y, {"a": s, "b": np.exp(s), "c": 3 * s - 1e3}, pairs=[("a", "b"), ("a", "c")]))
    y = exactly(33, 67)
    cases.append(auc_case("saturated_probabilities", y, {"a": np.where(rng.random(100) < 0.5, y, sigmoid(binormal(y) * 40)).astype(np.float32).astype(float)}))
    cases.append(auc_case("one_ulp_apart", y, {"a": np.where(y == 1, np.nextafter(0.7, 1), 0.7), "b": np.where(y == 1, 0.7, np.nextafter(0.7, 1))}))
    tiny = np.array([5e-324, 1e-300, -0.0, 0.0, -5e-324, 1e300, -1e300, 1.0])
    cases.append(auc_case("subnormal_signed_zero_huge", [1, 0, 1, 0, 0, 1, 0, 1], {"a": tiny}))
    cases.append(auc_case("integers", y, {"a": np.round(100 * sigmoid(binormal(y)))}))
    y = exactly(1500, 1500); cases.append(auc_case("descending_input", np.sort(y), {"a": np.sort(binormal(y))[::-1], "b": np.round(rng.normal(size=3000), 1)}, pairs=[("a", "b")]))
    # Patients: one to six images each, labels that differ between images of one patient, names as strings.
    sizes = rng.integers(1, 7, 90); patient = np.repeat(np.arange(90), sizes)
    latent = rng.normal(size=90)[patient]
    y = (latent + rng.normal(size=len(patient)) > 0.6).astype(int)
    a, b = latent + rng.normal(size=len(y)), np.round(0.6 * latent + rng.normal(size=len(y)), 1)
    order = rng.permutation(len(y))
    cases.append(auc_case("patients_in_both_classes", y[order], {"a": a[order], "b": b[order]}, [f"p{k}" for k in patient[order]],
                          [("a", "b")], ("a", "b")))
    y = exactly(40, 80); s = binormal(y)
    cases.append(auc_case("one_image_a_patient", y, {"a": s, "b": s + rng.normal(size=120)}, np.arange(120)[::-1], [("a", "b")], ("a", "b")))
    patient = np.repeat(np.arange(5), 40)
    y = (rng.random(200) < 0.3 + 0.1 * patient).astype(int)
    cases.append(auc_case("five_patients_of_forty_images", y, {"a": binormal(y) + 0.5 * patient, "b": binormal(y)}, patient, [("a", "b")], ("a", "b")))
    return cases


# --- cca.json and npy/ ----------------------------------------------------------------------------------------

def inverse_square_root(matrix):
    """By eigenvalues. Through the pseudo-inverse, as in google/svcca, five digits are lost where neurons are repeated
    (found with 50-digit arithmetic); there that program's numbers are no reference."""
    values, vectors = np.linalg.eigh(matrix)
    roots = np.sqrt(np.maximum(values, 0))
    used = values > len(matrix) * np.finfo(float).eps * values.max()
    return (vectors * np.divide(1, roots, out=np.zeros_like(roots), where=used)) @ vectors.T


def cca(x, y, epsilon, threshold=0.98):
    """As the README describes it: scaled by the largest entry, small neurons dropped, epsilon on the diagonals."""
    n = len(x)
    joint = np.cov(x, y)
    xx, xy, yy = joint[:n, :n], joint[:n, n:], joint[n:, n:]
    sx, sy = np.abs(xx).max(), np.abs(yy).max()
    xx, yy, xy = xx / sx, yy / sy, xy / np.sqrt(sx * sy)
    kx, ky = np.abs(np.diag(xx)) >= epsilon, np.abs(np.diag(yy)) >= epsilon
    xx = xx[np.ix_(kx, kx)] + epsilon * np.eye(kx.sum())
    yy = yy[np.ix_(ky, ky)] + epsilon * np.eye(ky.sum())
    coefs = np.linalg.svd(inverse_square_root(xx) @ xy[np.ix_(kx, ky)] @ inverse_square_root(yy), compute_uv=False)
    share = np.cumsum(coefs) / coefs.sum()
    # "The mean of the first idx coefficients, idx being the smallest i in 0..n-1 with sum(first i)/sum(all) >= 0.98."
    reached = [i for i in range(len(coefs)) if i > 0 and share[i - 1] >= threshold]
    idx = reached[0] if reached else None
    return {"epsilon": epsilon, "threshold": threshold, "coefs": coefs.tolist(), "mean_all": coefs.mean(), "sum": coefs.sum(), "idx": idx,
            "mean_thresholded": coefs[:idx].mean(), "kept_x": int(kx.sum()), "kept_y": int(ky.sum())}, float(np.abs(share - threshold).min())


def svcca(x, y, share=0.99, epsilon=1e-10):
    def leading(m):
        m = m - m.mean(1, keepdims=True)
        _, s, v = np.linalg.svd(m, full_matrices=False)
        carried = np.cumsum(s ** 2) / (s ** 2).sum()
        k = int(np.argmax(carried >= share)) + 1
        return s[:k, None] * v[:k], k, carried[k - 1], np.abs(carried - share).min()
    (p, kx, cx, mx), (q, ky, cy, my) = leading(x), leading(y)
    result, margin = cca(p, q, epsilon)
    return {**result, "variance_fraction": share, "k_x": kx, "k_y": ky, "cum_at_k": [cx, cy]}, min(margin, mx, my)


def angles(x, y):
    def basis(m):
        _, s, v = np.linalg.svd(m - m.mean(1, keepdims=True), full_matrices=False)
        return v[s > 1e-8 * s[0]]
    return np.clip(np.linalg.svd(basis(x) @ basis(y).T, compute_uv=False), 0, 1).tolist()


def cca_cases(rng):
    """Epsilons of a case are those at which the numbers are well determined; ill-conditioned ones would test rounding."""
    made = {}
    def keep(name, matrix):
        made[name] = np.round(matrix, 6)
        return name
    base = rng.normal(size=(12, 90))
    cases = []
    def case(name, x, y, epsilons, tolerance, with_svcca=True):
        item = {"name": name, "x": x, "y": y, "cca": [], "tolerance": tolerance}
        for epsilon in epsilons:
            result, margin = cca(made[x], made[y], epsilon)
            assert margin > 1e-7, (name, epsilon, margin)
            item["cca"].append(result)
        if with_svcca:
            item["svcca"], margin = svcca(made[x], made[y])
            assert margin > 1e-7, (name, margin)
        item["principal_angle_cosines"] = angles(made[x], made[y])
        cases.append(item)
    keep("a", base); keep("b", base * np.linspace(0.5, 3, 12)[:, None] + 0.8 * rng.normal(size=(12, 90)))
    case("related", "a", "b", [1e-10, 1e-6, 1e-4, 0.0], 1e-6)
    keep("edge_x", rng.normal(size=(30, 31))); keep("edge_y", rng.normal(size=(30, 31)))
    case("one_datapoint_more_than_neurons", "edge_x", "edge_y", [1e-10, 1e-6], 1e-6, with_svcca=False)
    keep("edge_small", rng.normal(size=(4, 31)))
    case("one_datapoint_more_in_one_set", "edge_x", "edge_small", [1e-10, 1e-6], 1e-6, with_svcca=False)
    keep("single_x", rng.normal(size=(1, 40))); keep("single_y", made["single_x"] + rng.normal(size=(1, 40)))
    case("one_neuron_each", "single_x", "single_y", [1e-10, 1e-4, 0.0], 1e-6)
    keep("two_points_x", rng.normal(size=(1, 2))); keep("two_points_y", rng.normal(size=(1, 2)))
    case("one_neuron_two_datapoints", "two_points_x", "two_points_y", [1e-10, 1e-4], 1e-6, with_svcca=False)
    keep("tripled", np.vstack([base, base[:4], base[:4]]))
    case("neurons_three_times", "tripled", "b", [1e-10, 1e-6, 1e-4], 1e-6)
    low = rng.normal(size=(25, 5)) @ rng.normal(size=(5, 90))
    keep("rank_five", low); keep("rank_five_noise", low[:15] + 0.3 * rng.normal(size=(15, 90)))
    case("deficient_rank", "rank_five", "rank_five_noise", [1e-10, 1e-6, 1e-4], 1e-6)
    constant = base.copy(); constant[3], constant[7] = 5.0, 0.0
    keep("two_constant", constant)
    case("constant_neurons", "two_constant", "b", [1e-10, 1e-6], 1e-6)
    faint = base.copy(); faint[2] *= 1e-4
    keep("nearly_constant", faint)
    case("nearly_constant_neuron", "nearly_constant", "b", [1e-6, 1e-4], 1e-6)
    relu = np.maximum(0, rng.normal(size=(40, 700)) - 1); relu[::5] = 0
    keep("relu_x", relu); keep("relu_y", np.maximum(0, 0.7 * relu[:24] + rng.normal(size=(24, 700)) - 0.4))
    case("dead_relu_neurons", "relu_x", "relu_y", [1e-10, 1e-6, 1e-4], 1e-6)
    keep("offset_x", base + 1000.0); keep("offset_y", made["b"] - 500.0)
    case("far_from_zero_mean", "offset_x", "offset_y", [1e-10, 1e-4], 1e-6)
    keep("scaled_x", 1e4 * base); keep("scaled_y", np.round(made["b"], 2) * 1e3)
    case("other_units", "scaled_x", "scaled_y", [1e-10, 1e-4], 1e-6)
    return {"matrices": {k: {"neurons": v.shape[0], "datapoints": v.shape[1], "data": v.ravel().tolist()} for k, v in made.items()}, "cases": cases}


def npy_set(rng, folder):
    shared = rng.normal(size=(9, 260))
    a = np.maximum(0, rng.normal(size=(21, 9)) @ shared + rng.normal(size=(21, 260))).astype(np.float64)
    b = np.asfortranarray((rng.normal(size=(14, 9)) @ shared + 2 * rng.normal(size=(14, 260))).astype(np.float32))
    files = {}
    for key, array in (("a", a), ("b", b)):
        np.save(folder / "npy" / f"acts_{key}.npy", array)
        files[key] = {"path": f"npy/acts_{key}.npy", "shape": list(array.shape), "dtype": str(array.dtype), "fortran_order": bool(array.flags.f_contiguous and not array.flags.c_contiguous),
                      "first8_of_row0": array[0, :8].astype(float).tolist(), "first8_of_col0": array[:8, 0].astype(float).tolist(), "sum": float(array.astype(float).sum())}
    x, y = a.astype(float), b.astype(float)
    results = [cca(x, y, epsilon) for epsilon in (1e-10, 1e-4, 0.0)]
    sv, _ = svcca(x, y)
    return {"schema": 1, "files": files, "cca": [r for r, _ in results], "svcca": sv, "principal_angle_cosines": angles(x, y)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    a.folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(a.seed)
    warnings.simplefilter("ignore")
    write = lambda name, value: (a.folder / name).write_text(json.dumps(value, default=lambda v: v.item()))
    write("auc.json", {"schema": 1, "provenance": "hold_out_reference.py", "cases": auc_cases(rng)})
    write("cca.json", {"schema": 1, "provenance": "hold_out_reference.py", **cca_cases(rng)})
    (a.folder / "npy").mkdir(exist_ok=True)
    write("npy/expected.json", npy_set(rng, a.folder))


if __name__ == "__main__":
    main()
