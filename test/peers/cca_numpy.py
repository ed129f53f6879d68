#!/usr/bin/env python3
"""Times CCA of two made-up sets of activations in NumPy: the formula of google/svcca, written anew.

    python cca_numpy.py --neurons 512 --datapoints 20000 --rounds 1

Joint covariance, each block scaled by its largest entry, neurons without variance dropped, epsilon on the diagonals, inverse
square roots through the pseudo-inverse and its eigenvectors, singular values of Sxx^(-1/2) Sxy Syy^(-1/2). The sets are those of
`transfusion bench cca`: u(1, 0, i), and half of that plus u(1, 1, i), with the integer hash of the reference README.

Prints one JSON object: {framework, version, neurons, datapoints, ms: [..], cpu_ms: [..], mean}. Needs numpy.
"""
import argparse, json, time

import numpy as np


def fmix(h):
    h = h ^ (h >> np.uint32(16))
    h = h * np.uint32(0x85EBCA6B)
    h = h ^ (h >> np.uint32(13))
    h = h * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


def uniform(seed, tensor, count):
    with np.errstate(over="ignore"):
        key = fmix(np.array([seed * 65536 + tensor], dtype=np.uint32))
        return fmix(np.arange(count, dtype=np.uint32) + key).astype(np.float64) / 2147483648 - 1


def inverse_square_root(matrix):
    values, vectors = np.linalg.eigh(np.linalg.pinv(matrix))
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def cca(x, y, epsilon=1e-10):
    n = len(x)
    joint = np.cov(x, y)
    xx, xy, yy = joint[:n, :n], joint[:n, n:], joint[n:, n:]
    sx, sy = np.abs(xx).max(), np.abs(yy).max()
    xx, yy, xy = xx / sx, yy / sy, xy / np.sqrt(sx * sy)
    kx, ky = np.diag(xx) >= epsilon, np.diag(yy) >= epsilon
    xx = xx[np.ix_(kx, kx)] + epsilon * np.eye(kx.sum())
    yy = yy[np.ix_(ky, ky)] + epsilon * np.eye(ky.sum())
    whitened = inverse_square_root(xx) @ xy[np.ix_(kx, ky)] @ inverse_square_root(yy)
    return np.linalg.svd(whitened, compute_uv=False)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--neurons", type=int, default=512)
    parser.add_argument("--datapoints", type=int, default=20000)
    parser.add_argument("--rounds", type=int, default=1)
    a = parser.parse_args()
    shape = (a.neurons, a.datapoints)
    x = uniform(1, 0, a.neurons * a.datapoints).reshape(shape)
    y = 0.5 * x + uniform(1, 1, a.neurons * a.datapoints).reshape(shape)
    cca(x[:64], y[:64])  # starts the threads
    ms, cpu_ms = [], []
    for _ in range(a.rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        coefficients = cca(x, y)
        ms.append(1000 * (time.perf_counter() - wall))
        cpu_ms.append(1000 * (time.process_time() - cpu))
    print(json.dumps({
        "framework": "numpy", "version": np.__version__, "neurons": a.neurons, "datapoints": a.datapoints,
        "ms": ms, "cpu_ms": cpu_ms, "mean": float(coefficients.mean()),
    }))


if __name__ == "__main__":
    main()
