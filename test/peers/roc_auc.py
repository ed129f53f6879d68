#!/usr/bin/env python3
"""Times scikit-learn's roc_auc_score on made-up labels and scores.

    python roc_auc.py --items 1000000 --rounds 1

The data are those of `transfusion bench stats`: label 1 where u(1, 0, i) > 0.4, score u(1, 1, i) + label / 2, with the integer hash
of the reference README.

Prints one JSON object: {framework, version, items, ms: [..], auc}. Needs numpy and scikit-learn.
"""
import argparse, json, time

import numpy as np
import sklearn
from sklearn.metrics import roc_auc_score


def fmix(h):
    h = h ^ (h >> np.uint32(16))
    h = h * np.uint32(0x85EBCA6B)
    h = h ^ (h >> np.uint32(13))
    h = h * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


def uniform(tensor, count):
    with np.errstate(over="ignore"):
        key = fmix(np.array([65536 + tensor], dtype=np.uint32))
        return fmix(np.arange(count, dtype=np.uint32) + key).astype(np.float64) / 2147483648 - 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    a = parser.parse_args()
    y = (uniform(0, a.items) > 0.4).astype(np.int64)
    s = uniform(1, a.items) + y / 2
    roc_auc_score(y[:1000], s[:1000])  # loads what is loaded on first use
    ms = []
    for _ in range(a.rounds):
        start = time.perf_counter()
        auc = roc_auc_score(y, s)
        ms.append((time.perf_counter() - start) * 1000)
    print(json.dumps({"framework": "scikit-learn", "version": sklearn.__version__, "items": a.items, "ms": ms, "auc": auc}))


if __name__ == "__main__":
    main()
