"""Corrupted images, made with scipy 1.17: a digit of MNIST, and a colored image that is not square.

usage: make_corruptions.py FOLDER_OF_MNIST > corruptions.json

Settings are those of MNIST-C (Mu and Gilmer 2019) and ImageNet-C (Hendrycks and Dietterich 2019). Images are
[C, H, W]; all numbers are millionths. A case has one output for each direction that may be drawn.
Salt and pepper, which is nothing but draws, is not among them.
"""

import gzip
import json
import sys

import numpy as np
from scipy.ndimage import affine_transform, gaussian_filter, shift


def warp(image, matrix):
    """Pixel p of the output is `matrix` (p - center) + center of the image; rows first."""
    center = (np.array(image.shape[1:]) - 1) / 2
    matrix = np.array(matrix, float)
    return np.stack([
        affine_transform(channel, matrix, center - matrix @ center, order=1, mode="grid-constant")
        for channel in image])


def rotation(image, severity):
    angle = [0.2, 0.4, 0.6, 0.8, 1][severity - 1]
    for a in (angle, -angle):
        yield warp(image, [[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])


def translation(image, severity):
    for rows in (severity, -severity):
        for columns in (severity, -severity):
            yield np.stack([shift(channel, (rows, columns), order=1, mode="grid-constant")
                            for channel in image])


def shear(image, severity):
    angle = [0.2, 0.4, 0.6, 0.8, 1][severity - 1]
    for a in (angle, -angle):
        yield warp(image, [[np.cos(a), 0], [-np.sin(a), 1]])


def scale(image, severity):
    factor = [0.9, 0.8, 0.7, 0.6, 0.5][severity - 1]
    yield warp(image, np.eye(2) / factor)


def blur(image, severity):
    deviation = [1, 2, 3, 4, 6][severity - 1]
    yield gaussian_filter(image, (0, deviation, deviation), mode="nearest", truncate=4)


def contrast(image, severity):
    left = [0.4, 0.3, 0.2, 0.1, 0.05][severity - 1]
    mean = image.mean(axis=(1, 2), keepdims=True)
    yield mean + left * (image - mean)


def stripe(image, severity):
    width = max(round(severity * 0.05 * image.shape[2]), 1)
    output = image.copy()
    output[:, :, :width] = 1 - output[:, :, :width]
    output[:, :, -width:] = 1 - output[:, :, -width:]
    yield output


def digit(folder):
    with gzip.open(f"{folder}/t10k-images-idx3-ubyte.gz") as file:
        file.read(16)
        pixels = np.frombuffer(file.read(784), np.uint8)
    return pixels.reshape(1, 28, 28) / 255


def colored():
    """Smooth, with an edge, with black and white in it."""
    channel, y, x = np.mgrid[:3, :6, :7]
    waves = 0.5 + 0.6 * np.sin(0.9 * x + 0.5 * y * (channel + 1)) * np.cos(0.7 * y - channel)
    waves[:, 3:, 4:] = 1 - waves[:, 3:, 4:]
    return np.round(np.clip(waves, 0, 1) * 255) / 255


def millionths(array):
    return np.round(array.ravel() * 1e6).astype(int).tolist()


def main():
    images = [digit(sys.argv[1]), colored()]
    severities = [
        {rotation: [3], shear: [2], scale: [3], blur: [1], stripe: [5]},
        {rotation: [1, 2, 4, 5], translation: [1, 3], shear: [1, 3, 4, 5], scale: [1, 2, 4, 5],
         blur: [2, 3, 4, 5], contrast: [1, 2, 3, 4, 5], stripe: [1, 2, 3, 4]},
    ]
    cases = []
    for index, image in enumerate(images):
        for function, chosen in severities[index].items():
            for severity in chosen:
                # What is computed here is exact: the image of single precision.
                pixels = image.astype(np.float32).astype(float)
                outputs = [millionths(output) for output in function(pixels, severity)]
                cases.append({"name": function.__name__, "severity": severity, "image": index,
                              "outputs": outputs})
    shapes = [list(image.shape) for image in images]
    # Bytes of pixels, which are exact.
    pixels = [np.round(image.ravel() * 255).astype(int).tolist() for image in images]
    json.dump({"shapes": shapes, "pixels": pixels, "cases": cases}, sys.stdout,
              separators=(",", ":"))
    print()


main()
