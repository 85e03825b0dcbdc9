#!/usr/bin/env python3
"""Prints what a checkpoint holds: step, classes, configuration, and the shape of every tensor.

    python -m pip install numpy safetensors
    python examples/checkpoint.py runs/NAME/checkpoints/000001000.safetensors

A checkpoint is one safetensors file. Tensors are named by what they belong to: generator.*, discriminator.*,
average.* (the moving average of the generator, which draws the pictures), and the state of both optimizers.
"""
import json
import sys

from safetensors import safe_open

with safe_open(sys.argv[1], framework="numpy") as file:
    metadata = file.metadata()
    print(f"step {metadata['step']}, classes {', '.join(json.loads(metadata['classes']))}")
    print(metadata["config"].strip())
    count = 0
    for name in sorted(file.keys()):
        tensor = file.get_tensor(name)
        print(f"{name}: {tensor.dtype} {list(tensor.shape)}")
        count += tensor.size if name.startswith("average.") else 0
    print(f"{count} numbers in the generator")
