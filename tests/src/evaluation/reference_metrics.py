"""Other people's metrics of the features "real" and "generated" in a safetensors file, as one JSON object.

    reference_metrics.py FILE

Frechet distance by torch-fidelity, and by the formula of clean-fid (mean, covariance and the root of their product by
SciPy); kernel distance and precision and recall by torch-fidelity; density and coverage by prdc.
"""

import contextlib
import io
import json
import sys
from unittest.mock import MagicMock

import numpy
import scipy.linalg
import torch
from safetensors.numpy import load_file

# torch-fidelity imports these for its data sets and feature extractors alone.
for name in ("torchvision", "torchvision.datasets", "torchvision.transforms", "torchvision.transforms.functional", "PIL"):
    sys.modules.setdefault(name, MagicMock())

from prdc import compute_prdc
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_kid import kid_features_to_metric
from torch_fidelity.metric_prc import prc_features_to_metric


def clean_fid_formula(real, generated):
    root = scipy.linalg.sqrtm(numpy.cov(real, rowvar=False) @ numpy.cov(generated, rowvar=False)).real
    shift = numpy.mean(real, axis=0) - numpy.mean(generated, axis=0)
    traces = numpy.trace(numpy.cov(real, rowvar=False)) + numpy.trace(numpy.cov(generated, rowvar=False))
    return float(shift @ shift + traces - 2 * numpy.trace(root))


def metrics(real, generated):
    tensors = torch.from_numpy(real), torch.from_numpy(generated)
    statistics = [fid_features_to_statistics(features) for features in tensors]
    count = min(len(real), len(generated))
    kernel = kid_features_to_metric(*tensors, kid_subsets=1, kid_subset_size=count, verbose=False)
    neighbors = prc_features_to_metric(tensors[1], tensors[0], verbose=False)  # the real ones last
    density_coverage = compute_prdc(real_features=real, fake_features=generated, nearest_k=5)
    return {
        "frechet_distance": fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"],
        "frechet_distance_by_root": clean_fid_formula(real, generated),
        "kernel_distance": kernel["kernel_inception_distance_mean"],
        "precision": neighbors["precision"],
        "recall": neighbors["recall"],
        "density": float(density_coverage["density"]),
        "coverage": float(density_coverage["coverage"]),
    }


if __name__ == "__main__":
    features = load_file(sys.argv[1])
    with contextlib.redirect_stdout(io.StringIO()):  # prdc prints counts
        found = metrics(features["real"], features["generated"])
    print(json.dumps(found))
