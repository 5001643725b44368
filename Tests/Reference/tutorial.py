"""The tutorial's network in PyTorch, with weights that nsl-run trained, and digits of MNIST.

Images are `[N, 1, 28, 28]` with pixels in 0...1, labels `[N]` whole numbers.
"""

import gzip
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

CLASSES = 10
# Kinder to a processor's caches than all images together.
BATCH = 50


def digits(folder, count):
    """The first test images of MNIST and their labels.

    Args:
        folder: Holds t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, gzip'd or not.
    """
    pixels = _idx(folder, "t10k-images-idx3-ubyte", 16)[: count * 784].reshape(-1, 1, 28, 28)
    labels = _idx(folder, "t10k-labels-idx1-ubyte", 8)[:count].astype(np.int64)
    # The division as nsl-run does it, in single precision.
    return torch.from_numpy((pixels / np.float32(255)).astype(np.float32)), torch.from_numpy(labels)


def _idx(folder, name, offset):
    path = os.path.join(folder, name)
    with gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb") as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def weights(path):
    """The tensors of a safetensors file in single precision, by name, in the file's order."""
    with open(path, "rb") as file:
        content = file.read()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: {name} is not in single precision")
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(content[start:end], "<f4").reshape(entry["shape"])
    return tensors


class Network(torch.nn.Module):
    """The classifier of the tutorial: three convolutions, two of them pooled, and two dense layers."""

    def __init__(self, tensors, dtype=torch.float32):
        super().__init__()

        def tensor(name):
            return torch.from_numpy(tensors[name].copy()).to(dtype)

        def layer(name, *axes):
            kernel = tensor(name + "/kernel").permute(*axes).contiguous()
            return kernel, tensor(name + "/bias")

        self.convolutions = [
            layer(name, 3, 2, 0, 1) for name in ("conv2d", "conv2d_1", "conv2d_2")]
        self.dense = [layer(name, 1, 0) for name in ("dense", "dense_1")]
        self.dtype = dtype
        # Libraries ask the first parameter for its device.
        self.anchor = torch.nn.Parameter(torch.zeros(1, dtype=dtype))
        self.eval()

    def forward(self, x):
        for i, (kernel, bias) in enumerate(self.convolutions):
            x = F.relu(F.conv2d(x, kernel, bias))
            if i < 2:
                x = _pool(x)
        # Keras flattens with the channels last.
        x = x.permute(0, 2, 3, 1).flatten(1)
        return F.linear(F.relu(F.linear(x, *self.dense[0])), *self.dense[1])


def _pool(x):
    """The largest of 2 x 2 values, the first of equals.

    On black background all values are equal. In double precision they are so up to rounding, which would
    decide where gradients go: places are chosen as in single precision.
    """
    if x.dtype != torch.float64:
        return F.max_pool2d(x, 2)
    _, places = F.max_pool2d(x.detach().to(torch.float32), 2, return_indices=True)
    return x.flatten(2).gather(2, places.flatten(2)).view(places.shape)


def right(network, images, labels):
    """Whether the network is right on each image, `[N]`."""
    with torch.no_grad():
        return torch.cat([
            network(x.to(network.dtype)).argmax(1) == y
            for x, y in zip(images.split(250), labels.split(250))])


def in_batches(attack, images, labels):
    """What `attack(images, labels)` makes of batches, joined."""
    return torch.cat([
        attack(x, y).detach() for x, y in zip(images.split(BATCH), labels.split(BATCH))])
