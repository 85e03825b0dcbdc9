"""The sliced Wasserstein-1 distance between real pictures and samples, grey PNG files of one size each.

    sliced_wasserstein.py REAL [SAMPLES]

Mean over 512 random directions of the distance between as many pictures of each folder (searched recursively, in an
order that is the same each time), projected on them; pixels in [-1, 1]. Samples that are larger by a whole factor are
averaged down to the size of the real pictures. Without SAMPLES: between two halves of 2000
real pictures, which is what remains of a generator without a fault.
"""

import pathlib
import struct
import sys
import zlib

import numpy

REAL_COUNT = 1000
DIRECTIONS = 512


def read_grey_png(path):
    content = path.read_bytes()
    width, height, depth, color = struct.unpack(">IIBB", content[16:26])
    if (depth, color) != (8, 0):
        sys.exit(f"{path} is no grey picture of 8 bits")
    place, packed = 8, b""
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        if content[place + 4 : place + 8] == b"IDAT":
            packed += content[place + 8 : place + 8 + length]
        place += length + 12
    lines = numpy.frombuffer(zlib.decompress(packed), numpy.uint8).reshape(height, width + 1).astype(int)
    picture = numpy.zeros((height, width), int)
    above = numpy.zeros(width, int)
    for row, (kind, *line) in enumerate(lines):
        if kind in (0, 2):
            above = (numpy.array(line) + above * (kind == 2)) % 256
        else:
            left, corner, values = 0, 0, []
            for value, up in zip(line, above):
                if kind == 1:
                    guess = left
                elif kind == 3:
                    guess = (left + up) // 2
                else:
                    guess = min((abs(up - corner), 0, left), (abs(left - corner), 1, up), (abs(left + up - 2 * corner), 2, corner))[2]
                left, corner = (value + guess) % 256, up
                values.append(left)
            above = numpy.array(values)
        picture[row] = above
    return picture / 127.5 - 1


def pictures_of(folder, count):
    files = sorted(pathlib.Path(folder).rglob("*.png"))
    if len(files) < count:
        sys.exit(f"{folder} holds {len(files)} pictures where {count} are needed")
    chosen = numpy.random.default_rng(0).choice(len(files), count, replace=False)
    return numpy.stack([read_grey_png(files[i]) for i in chosen])


def averaged(pictures, side):
    factor, rest = divmod(pictures.shape[1], side)
    if rest or pictures.shape[1] != pictures.shape[2]:
        sys.exit(f"samples of {pictures.shape[1:]} pixels do not average to {side} x {side}")
    return pictures.reshape(len(pictures), side, factor, side, factor).mean((2, 4))


def distance(first, second):
    first, second = (pictures.reshape(len(pictures), -1) for pictures in (first, second))
    directions = numpy.random.default_rng(1).standard_normal((first.shape[1], DIRECTIONS))
    directions /= numpy.linalg.norm(directions, axis=0)
    return numpy.abs(numpy.sort(first @ directions, axis=0) - numpy.sort(second @ directions, axis=0)).mean()


if len(sys.argv) == 3:
    real = pictures_of(sys.argv[1], REAL_COUNT)
    result = distance(real, averaged(pictures_of(sys.argv[2], REAL_COUNT), real.shape[1]))
elif len(sys.argv) == 2:
    both = pictures_of(sys.argv[1], 2 * REAL_COUNT)
    result = distance(both[:REAL_COUNT], both[REAL_COUNT:])
else:
    sys.exit(__doc__)
print(f"{result:.5f}")
