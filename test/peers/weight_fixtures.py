"""Writes test/fixtures/weights: tiny HDF5 files of kinds that the reference set lacks (h5py), and safetensors by its own library.

Usage: python test/peers/weight_fixtures.py test/fixtures/weights      (needs h5py, numpy, safetensors)
Every tensor holds 0.25, 0.5, 0.75, ... (exact in float16), continued from tensor to tensor.
"""
import sys
from pathlib import Path

import h5py
import numpy as np
from safetensors.numpy import save_file

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
SHAPES = {
    "kernel": (1, 1, 2, 3),
    "bias": (3,),
    "gamma": (3,),
    "beta": (3,),
    "moving_mean": (3,),
    "moving_variance": (3,),
}


def values(dtype="<f4"):
    at = 1
    for role, shape in SHAPES.items():
        size = int(np.prod(shape))
        yield role, (np.arange(at, at + size) / 4).reshape(shape).astype(dtype)
        at += size


def legacy(name, dtype="<f4", layers=None, group=None, version=b"2.1.6", **create):
    """`layers`: weight name of each role; `group`: layer of each role."""
    names = layers or {r: ("conv/" if r in ("kernel", "bias") else "bn/") + r + ":0" for r in SHAPES}
    groups = group or {r: "conv" if r in ("kernel", "bias") else "bn" for r in SHAPES}
    with h5py.File(out / name, "w") as f:
        order = list(dict.fromkeys(groups.values()))
        f.attrs["layer_names"] = np.array([g.encode() for g in order])
        f.attrs["keras_version"] = version
        for g in order:
            f.create_group(g).attrs["weight_names"] = np.array([names[r].encode() for r in SHAPES if groups[r] == g])
        for role, data in values(dtype):
            f[groups[role]].create_dataset(names[role], data=data, **(create if data.size > 1 else {}))


legacy("float16.h5", "<f2")
legacy("float64.h5", "<f8")
legacy("big_endian.h5", ">f4")
legacy("big_endian_float16_gzip.h5", ">f2", chunks=True, compression="gzip", shuffle=True)
legacy("integers.h5", "<i4")
# Keras 1 wrote layer_role, and called the variance running_std.
KERAS1 = {"kernel": "conv_W:0", "bias": "conv_b:0", "gamma": "bn_gamma:0", "beta": "bn_beta:0",
          "moving_mean": "bn_running_mean:0", "moving_variance": "bn_running_std:0"}
legacy("keras1_names.h5", layers=KERAS1, version=b"1.2.2")
# A model inside a model: one group, the trainable tensors first.
legacy("nested_model.h5", group={r: "resnet50" for r in SHAPES})

with h5py.File(out / "keras3_float16.weights.h5", "w") as f:
    layers = f.create_group("layers")
    found = dict(values("<f2"))
    for group, roles in (("conv2d", ("kernel", "bias")), ("batch_normalization", tuple(SHAPES)[2:])):
        v = layers.create_group(group).create_group("vars")
        for i, role in enumerate(roles):
            v.create_dataset(str(i), data=found[role])
    f.create_group("optimizer").create_group("vars").create_dataset("0", data=np.zeros(3, "<f4"))

