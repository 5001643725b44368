"""Makes arrays.json: files as NumPy and Python 2 write them, each in base64.

    python3 make_arrays.py > arrays.json

The batches have the form of CIFAR-10's: what Python 2's cPickle writes by protocol 2, operation by
operation as in the beginning of the published `data_batch_1`. Python's own pickle reads them back.
"""

import base64
import io
import json
import pickle
import struct
import zipfile

import numpy as np

files = {}
images = np.arange(4 * 2 * 3, dtype=np.uint8).reshape(4, 2, 3) * 10
labels = np.array([3, 0, 1, 2])


def npy(array, version=None):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version)
    return stream.getvalue()


files["u1.npy"] = npy(images)
files["u1-2.npy"] = npy(images, (2, 0))
files["u1-3.npy"] = npy(images, (3, 0))
files["f4.npy"] = npy(images.astype(np.float32) / 255)
files["f8.npy"] = npy(images / 255.0)
files["i4-images.npy"] = npy(images.astype(np.int32))
for name in ["u1", "i1", "<u2", "<i2", "<i4", "<u4", "<i8", "<u8"]:
    files[f"labels-{name.strip('<')}.npy"] = npy(labels.astype(name))
files["labels-column.npy"] = npy(labels.reshape(4, 1))
# Python 2 wrote long integers with an L.
files["python2.npy"] = npy(images).replace(b"(4, 2, 3), ", b"(4L, 2, 3),")

files["bad-fortran.npy"] = npy(np.asfortranarray(images))
files["bad-object.npy"] = npy(np.array([{}, 1], dtype=object))
files["bad-structured.npy"] = npy(np.zeros(4, dtype=[("x", "u1"), ("y", "<i4")]))
files["bad-big-endian.npy"] = npy(labels.astype(">i4"))
files["bad-bool.npy"] = npy(labels > 0)
files["bad-complex.npy"] = npy(labels * 1j)
files["bad-scalar.npy"] = npy(np.array(3))
files["bad-empty.npy"] = npy(images[:0])
files["bad-short.npy"] = npy(images)[:-3]
files["bad-long.npy"] = npy(images) + b"\0"
files["bad-version.npy"] = npy(images)[:6] + b"\x04\x00" + npy(images)[8:]
huge = npy(images).replace(b"(4, 2, 3), }", b"(4000000000000000000, 2, 3), }")
files["bad-huge.npy"] = huge.replace(b" " * 19, b" ", 1)
files["bad-header.npy"] = npy(images).replace(b"'descr'", b"'descx'")
files["bad-floats.npy"] = npy(np.array([[[0.5, 0.1234]]] * 4, dtype=np.float32))
files["bad-scale.npy"] = npy(np.array([[[0.0, 17.0]]] * 4, dtype=np.float32))
files["bad-nan.npy"] = npy(np.array([[[0.0, np.nan]]] * 4, dtype=np.float32))
files["bad-images.npy"] = npy(np.array([[[0, 256]]] * 4))
files["bad-flat.npy"] = npy(images.reshape(4, 6))
files["bad-labels.npy"] = npy(np.array([0, 1, -1, 2]))
files["bad-large-labels.npy"] = npy(np.array([0, 1, 2**63], dtype=np.uint64))
files["bad-float-labels.npy"] = npy(labels.astype(np.float32))
files["bad-one-hot.npy"] = npy(np.eye(4, dtype=np.uint8)[labels])

arrays = {"x_train": images, "y_train": labels, "x_test": images[:2] + 1, "y_test": labels[:2]}
for name, save in [("stored.npz", np.savez), ("compressed.npz", np.savez_compressed)]:
    stream = io.BytesIO()
    save(stream, **arrays)
    files[name] = stream.getvalue()
stream = io.BytesIO()
np.savez_compressed(stream, images)
files["one.npz"] = stream.getvalue()
stream = io.BytesIO()
with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
    # The header says little, a mebibyte follows.
    archive.writestr("x_train.npy", npy(images) + bytes(1 << 20))
files["bomb.npz"] = stream.getvalue()


def text(value):
    return b"U" + bytes([len(value)]) + value


def batch(name, classes, fills):
    pixels = b"".join(
        bytes((fill + i // 1024) % 256 for i in range(3072)) for fill in fills)
    put = iter(range(1, 255))

    def q():
        return b"q" + bytes([next(put)])

    data = b"\x80\x02}" + q() + b"("
    data += text(b"batch_label") + q() + text(name) + q()
    data += text(b"labels") + q() + b"]" + q()
    data += b"(" + b"".join(b"K" + bytes([label]) for label in classes) + b"e"
    data += text(b"data") + q() + b"cnumpy.core.multiarray\n_reconstruct\n" + q()
    data += b"cnumpy\nndarray\n" + q() + b"K\x00\x85" + text(b"b") + b"\x87R" + q()
    data += b"(K\x01M" + struct.pack("<H", len(classes)) + b"M" + struct.pack("<H", 3072) + b"\x86"
    data += b"cnumpy\ndtype\n" + q() + text(b"u1") + b"K\x00K\x01\x87R" + q()
    data += b"(K\x03" + text(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    data += b"\x89T" + struct.pack("<i", len(pixels)) + pixels + b"tb"
    data += text(b"filenames") + q() + b"]" + q() + b"("
    for index in range(len(classes)):
        data += text(b"leptodactylus_pentadactylus_s_%06d.png" % index) + q()
    data += b"eu."
    read = pickle.loads(data, encoding="bytes")
    assert read[b"labels"] == classes and read[b"data"].tobytes() == pixels
    return data


files["data_batch_1"] = batch(b"training batch 1 of 5", [7, 2], [10, 20])
files["data_batch_2"] = batch(b"training batch 2 of 5", [9, 0], [30, 40])
files["test_batch"] = batch(b"testing batch 1 of 1", [1, 3], [50, 60])

print(json.dumps({name: base64.b64encode(data).decode() for name, data in files.items()}, indent=0))
