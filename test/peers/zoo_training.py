#!/usr/bin/env python3
"""One training step of ResNet-50, Inception-v3 and ResNet-50 v1.5 in independent programs, in float64, as JSON.

Keras Applications for the first two, torchvision for the third: loss, probabilities, the gradient of every trainable tensor and
the moving statistics after the step, with the deterministic weights, images and labels of reference/README.md (formula hash, but see `values`).
v1.5 has its convolution biases at 0, since torchvision has none, and adds its features in inference mode.

    KERAS_PYTHON -P test/peers/zoo_training.py keras > keras.json
    TORCHVISION_PYTHON -P test/peers/zoo_training.py torchvision > torchvision.json
    KERAS_PYTHON -P test/peers/zoo_training.py merge keras.json torchvision.json > test/fixtures/zoo-training.json

(-P: `statistics.py` beside this file is not the module that torch imports.) Tensors are named and numbered as in our own models:
Keras's order, then classifier/kernel and classifier/bias.
"""
import json
import os
import sys

import numpy as np

SEED, BATCH, OUTPUTS = 77, 6, 5
SIZES = {"resnet50": 96, "inception-v3": 128, "resnet50-v15": 96}


def fmix(h):
    h = np.asarray(h, np.uint32).copy()
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return h


def unit(t, count):
    start = fmix(np.array([(SEED * 65536 + t) % 2**32], np.uint32))
    return fmix(np.arange(count, dtype=np.uint32) + start).astype(np.float64) / 2147483648 - 1


def values(name, shape, t):
    """Formula hash, except for gamma and beta: with half of gamma, and a beta of 3 or, for a quarter of the channels, -3, hardly any
    ReLU is near its kink, where rounding would decide about gradients (float32 and float64 then differ by several percent in
    one and the same program). Sums of residual units keep clear of it by positive betas alone; the classifier's kernel is a
    tenth, because their features are large."""
    layer, role = name.split("/")
    u = unit(t, int(np.prod(shape))).reshape(shape)
    summed = layer.endswith(("_0_bn", "_3_bn"))
    made = {
        "kernel": lambda: (0.1 if layer == "classifier" else 1) * np.sqrt(6 / np.prod(shape[:-1])) * u,
        "bias": lambda: 0.05 * u,
        "gamma": lambda: 0.5 + 0.05 * u,
        "beta": lambda: np.where((u < -0.5) & (not summed), -3, 3) + 0.1 * u,
        "moving_mean": lambda: 0.1 * u,
        "moving_variance": lambda: 1 + 0.2 * u,
    }[role]()
    return made.astype(np.float32).astype(np.float64)


def images(size):
    b, h, w, c = np.meshgrid(*(np.arange(n, dtype=np.float64) for n in (BATCH, size, size, 3)), indexing="ij")
    noise = unit(60000, BATCH * size * size * 3).reshape(b.shape)
    x = np.sin(0.11 * h + 0.07 * w + 0.9 * c + 0.4 * b) + 0.5 * noise
    return x.astype(np.float32).astype(np.float64)


def labels():
    return (unit(61000, BATCH * OUTPUTS) > 0).astype(np.float64).reshape(BATCH, OUTPUTS)


def nine(x):
    return [float(f"{float(v):.9g}") for v in np.ravel(x)]


def summary(name, array):
    array = np.asarray(array, np.float64)
    return [name, *nine([np.linalg.norm(array), np.abs(array).max()]), nine(array.ravel()[:4])]


def binary_cross_entropy(probabilities):
    y = labels()
    return float(-np.mean(y * np.log(probabilities) + (1 - y) * np.log(1 - probabilities)))


def differences(single, double):
    """How far float32 is from float64 in one program: what rounding alone does. Tensors relative to their largest entry, but
    at least a hundredth of the usual one (gradients that are 0 but for rounding have none)."""

    def largest(field):
        sizes = [np.abs(b).max() for b in double[field]]
        floor = 0.01 * np.median(sizes)
        return max(np.abs(a - b).max() / max(size, floor) for a, b, size in zip(single[field], double[field], sizes))

    return {
        "loss": abs(single["loss"] - double["loss"]),
        "probabilities": float(np.abs(single["probabilities"] - double["probabilities"]).max()),
        "gradients": float(largest("gradients")),
        "moving": float(largest("moving")),
    }


def keras_step(application, size, dtype):
    import keras
    import tensorflow as tf

    keras.backend.clear_session()
    keras.backend.set_floatx(dtype)
    base = application(include_top=False, weights=None, input_shape=(size, size, 3), pooling="avg")
    top = keras.layers.Dense(OUTPUTS, activation="sigmoid", name="classifier")
    network = keras.Model(base.input, top(base.output))
    name = lambda weight: "/".join(weight.path.split("/")[-2:])
    for t, weight in enumerate(network.weights):
        weight.assign(values(name(weight), tuple(weight.shape), t))
    trained = network.trainable_weights
    moved = [w for w in network.non_trainable_weights if "moving" in w.path]
    with tf.GradientTape() as tape:
        p = network(images(size).astype(dtype), training=True)
        y = labels().astype(dtype)
        loss = -tf.reduce_mean(y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p))
    gradients = tape.gradient(loss, [weight.value for weight in trained])
    return {
        "loss": float(loss),
        "probabilities": p.numpy(),
        "names": {"gradients": [name(w) for w in trained], "moving": [name(w) for w in moved]},
        "gradients": [g.numpy() for g in gradients],
        "moving": [w.numpy() for w in moved],
    }


def report(program, size, double, single):
    names = double["names"]
    return {
        "program": program,
        "size": size,
        "rounding": differences(single, double),
        "loss": double["loss"],
        "probabilities": nine(double["probabilities"]),
        "gradients": [summary(*pair) for pair in zip(names["gradients"], double["gradients"])],
        "moving": [summary(*pair) for pair in zip(names["moving"], double["moving"])],
    }


def run_keras():
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import tensorflow as tf

    program = f"Keras {keras.__version__}, TensorFlow {tf.__version__}"
    applications = {"resnet50": keras.applications.ResNet50, "inception-v3": keras.applications.InceptionV3}
    return {
        model: report(program, SIZES[model], *(keras_step(make, SIZES[model], d) for d in ("float64", "float32")))
        for model, make in applications.items()
    }


def torch_names(key):
    """`layer2.0.conv1.weight` -> `conv3_block1_1_conv/kernel`."""
    role = {
        "weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance",
    }[key.split(".")[-1]]
    parts = key.split(".")
    if parts[0] == "fc":
        return "classifier/" + {"weight": "kernel", "bias": "bias"}[parts[1]]
    if parts[0] in ("conv1", "bn1"):
        return "conv1_conv/kernel" if parts[0] == "conv1" else f"conv1_bn/{role}"
    unit_name = f"conv{int(parts[0][5:]) + 1}_block{int(parts[1]) + 1}"
    if parts[2] == "downsample":
        return f"{unit_name}_0_conv/kernel" if parts[3] == "0" else f"{unit_name}_0_bn/{role}"
    number = parts[2][-1]
    return f"{unit_name}_{number}_conv/kernel" if parts[2].startswith("conv") else f"{unit_name}_{number}_bn/{role}"


def torchvision_step(number, size, dtype):
    import torch
    import torchvision

    to_ours = lambda x: x.permute(2, 3, 1, 0) if x.ndim == 4 else x.T if x.ndim == 2 else x
    network = torchvision.models.resnet50(weights=None, num_classes=OUTPUTS).to(dtype)
    with torch.no_grad():
        for key, tensor in network.state_dict().items():
            if key.endswith("num_batches_tracked"):
                continue
            name = torch_names(key)
            ours = to_ours(tensor)
            ours.copy_(torch.from_numpy(values(name, tuple(ours.shape), number[name])))
    x = torch.from_numpy(images(size)).permute(0, 3, 1, 2).to(dtype)
    features = {}
    network.avgpool.register_forward_hook(lambda _m, _i, output: features.update(pooled=output.flatten(1)))
    network.eval()
    with torch.no_grad():
        network(x)
    pooled = features["pooled"].numpy()
    network.train()
    p = torch.sigmoid(network(x))
    y = torch.from_numpy(labels()).to(dtype)
    loss = -(y * p.log() + (1 - y) * (1 - p).log()).mean()
    loss.backward()
    gradients = {torch_names(key): to_ours(w.grad).contiguous().numpy() for key, w in network.named_parameters()}
    # torch's running variance is the corrected one (n / (n - 1)), ours the biased one: only means can be compared.
    means = {torch_names(key): b.numpy() for key, b in network.named_buffers() if key.endswith("running_mean")}
    names = {"gradients": [n for n in number if n in gradients], "moving": [n for n in number if n in means]}
    return {
        "pooled": pooled,
        "loss": float(loss.detach()),
        "probabilities": p.detach().numpy(),
        "names": names,
        "gradients": [gradients[n] for n in names["gradients"]],
        "moving": [means[n] for n in names["moving"]],
    }


def run_torchvision():
    import torch
    import torchvision

    zoo = os.path.join(os.path.dirname(__file__), "../fixtures/reference/keras-zoo.json")
    with open(zoo) as file:
        order = [row[0] for row in json.load(file)["models"]["ResNet50"]["weights"]]
    number = {name: t for t, name in enumerate(order + ["classifier/kernel", "classifier/bias"])}
    size = SIZES["resnet50-v15"]
    double, single = (torchvision_step(number, size, dtype) for dtype in (torch.float64, torch.float32))
    pooled = double["pooled"]
    program = f"torchvision {torchvision.__version__}, torch {torch.__version__}"
    features = {
        "first8": [nine(row[:8]) for row in pooled],
        "l2": [nine(np.linalg.norm(row))[0] for row in pooled],
        "max_abs": nine(np.abs(pooled).max())[0],
    }
    return {"resnet50-v15": {**report(program, size, double, single), "features": features}}


def main():
    if sys.argv[1] == "merge":
        models = {}
        for path in sys.argv[2:]:
            with open(path) as file:
                models.update(json.load(file))
        head = json.dumps({"generated_by": "test/peers/zoo_training.py", "seed": SEED, "batch": BATCH, "outputs": OUTPUTS})
        body = []
        for model, result in models.items():
            fields = []
            for field, value in result.items():
                rows = field in ("gradients", "moving")
                text = "[\n" + ",\n".join(f"        {json.dumps(row)}" for row in value) + "\n      ]" if rows else json.dumps(value)
                fields.append(f'      "{field}": {text}')
            body.append(f'    "{model}": {{\n' + ",\n".join(fields) + "\n    }")
        print(head[:-1] + ',\n  "models": {\n' + ",\n".join(body) + "\n  }\n}")
        return
    print(json.dumps({"keras": run_keras, "torchvision": run_torchvision}[sys.argv[1]]()))


main()
