"""Writes version.tfrecord: the first record of an event file, by TensorBoard's own writer."""

import pathlib

from tensorboard.summary.writer.record_writer import RecordWriter

with open(pathlib.Path(__file__).with_suffix(".tfrecord"), "wb") as file:
    RecordWriter(file).write(bytes([9]) + bytes(8) + bytes([0x1A, 13]) + b"brain.Event:2")
