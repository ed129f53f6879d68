#!/usr/bin/env python3
"""Runs train_step.py unchanged, and prints a second line of JSON with what the process itself knows of its cost:
{cpu_ms: [..] of the timed steps, all threads; peak_rss_bytes; packages: versions}."""
import importlib.metadata
import importlib.util
import json
import pathlib
import resource
import sys

# By its path, and without this folder on the search path: a file beside it may have the name of a module that torch or keras imports.
HERE = pathlib.Path(__file__).resolve().parent
sys.path = [entry for entry in sys.path if pathlib.Path(entry or ".").resolve() != HERE]
found = importlib.util.spec_from_file_location("train_step", HERE / "train_step.py")
train_step = importlib.util.module_from_spec(found)
found.loader.exec_module(train_step)


def cpu_ms():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1e3


STEPS = []


def with_cpu_time(make):
    def made(arguments):
        step, *facts = make(arguments)

        def timed():
            before = cpu_ms()
            result = step()
            STEPS.append(round(cpu_ms() - before, 1))
            return result

        return (timed, *facts)

    return made


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


train_step.keras_step = with_cpu_time(train_step.keras_step)
train_step.torch_step = with_cpu_time(train_step.torch_step)
train_step.main()
unit = 1 if sys.platform == "darwin" else 1024
used = ("torch", "torchvision") if "torch" in sys.argv else ("keras", "tensorflow-cpu", "tensorflow")
packages = {name: version(name) for name in used}
print(json.dumps(dict(
    cpu_ms=STEPS[1:],  # the first step builds the kernels and is not timed
    peak_rss_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit,
    packages={name: found for name, found in packages.items() if found},
)))
