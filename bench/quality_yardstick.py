"""How good are generated pictures of Fashion-MNIST? By the features of a small classifier, trained once on Debian's copy."""

import gzip
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

DATA = Path("/usr/share/datasets/fashion-mnist")


def images(part):
    """uint8 [count, 1, 28, 28]."""
    with gzip.open(DATA / f"{part}-images-idx3-ubyte.gz") as file:
        return torch.frombuffer(bytearray(file.read()[16:]), dtype=torch.uint8).view(-1, 1, 28, 28)


def labels(part):
    """int64 [count]."""
    with gzip.open(DATA / f"{part}-labels-idx1-ubyte.gz") as file:
        return torch.frombuffer(bytearray(file.read()[8:]), dtype=torch.uint8).long()


def unit(pixels):
    """Bytes as the networks read them, in [-1, 1]."""
    return pixels.float() / 127.5 - 1


def to_bytes(pictures):
    return ((pictures.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.b1 = nn.Conv2d(1, 32, 3, padding=1), nn.BatchNorm2d(32)
        self.c2, self.b2 = nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64)
        self.c3, self.b3 = nn.Conv2d(64, 64, 3, padding=1), nn.BatchNorm2d(64)
        self.f1, self.f2, self.drop = nn.Linear(64 * 49, 128), nn.Linear(128, 10), nn.Dropout(0.3)

    def features(self, x):
        x = F.max_pool2d(F.relu(self.b1(self.c1(x))), 2)
        x = F.max_pool2d(F.relu(self.b3(self.c3(F.relu(self.b2(self.c2(x)))))), 2)
        return F.relu(self.f1(self.drop(x.flatten(1))))

    def forward(self, x):
        return self.f2(self.drop(self.features(x)))


def train_classifier():
    torch.manual_seed(0)
    pixels, classes, epochs, batch = images("train"), labels("train"), 5, 128
    net = Classifier().to(memory_format=torch.channels_last)
    steps = len(pixels) // batch
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=epochs * steps)
    for epoch in range(epochs):
        order = torch.randperm(len(pixels))
        for step in range(steps):
            print(f"\rclassifier: step {epoch * steps + step + 1} of {epochs * steps}", end="", file=sys.stderr)
            chosen = order[step * batch : (step + 1) * batch]
            x = unit(pixels[chosen]).contiguous(memory_format=torch.channels_last)
            flipped = torch.rand(batch) < 0.5
            x[flipped] = x[flipped].flip(-1)
            loss = F.cross_entropy(net(x), classes[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    print(file=sys.stderr)
    return net


def classifier(cache):
    """The trained one, which `cache`, a folder, keeps."""
    path = Path(cache) / "classifier.pt"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        torch.save(train_classifier().state_dict(), partial)
        partial.replace(path)
    net = Classifier()
    net.load_state_dict(torch.load(path, weights_only=True))
    return net.eval().requires_grad_(False)


def frechet_distance(first, second):
    """Of two sets of features, [count, dimensions]."""
    (mean_1, covariance_1), (mean_2, covariance_2) = ((x.mean(0), torch.cov(x.T)) for x in (first, second))
    values, vectors = torch.linalg.eigh(covariance_1)
    root = vectors @ torch.diag(values.clamp_min(0).sqrt()) @ vectors.T
    cross = torch.linalg.eigvalsh(root @ covariance_2 @ root).clamp_min(0).sqrt().sum()
    return ((mean_1 - mean_2).square().sum() + covariance_1.trace() + covariance_2.trace() - 2 * cross).item()


def radii(features, neighbors=5):
    return torch.cdist(features, features).kthvalue(neighbors + 1, 1).values


def seam(pixels, patch):
    """The mean difference of neighbors across the borders of patches over that inside them."""
    x, ratios = pixels.float(), []
    across = (x[..., 1:] - x[..., :-1]).abs().mean((0, 1, 2)), (x[..., 1:, :] - x[..., :-1, :]).abs().mean((0, 1, 3))
    for difference in across:
        border = torch.arange(1, x.shape[-1]) % patch == 0
        ratios.append(difference[border].mean() / difference[~border].mean())
    return (sum(ratios) / 2).item()


class Yardstick:
    """Frechet distance, precision and recall (k = 5) against the test pictures, and seams as a multiple of theirs."""

    MEASURES = ("fd", "precision", "recall", "seam")

    def __init__(self, cache, patch):
        self.net, self.patch, test = classifier(cache), patch, images("t10k")
        self.test_features = self.features(test)
        self.some = self.test_features[torch.randperm(10000, generator=torch.Generator().manual_seed(0))[:5000]].float()
        self.radii, self.seam = radii(self.some), seam(test, patch)

    @torch.no_grad()
    def features(self, pixels):
        return torch.cat([self.net.features(unit(part)) for part in pixels.split(500)]).double()

    def __call__(self, pixels):
        """Of uint8 [count, 1, 28, 28]."""
        features = self.features(pixels)
        apart = torch.cdist(features.float(), self.some)
        return {
            "fd": frechet_distance(features, self.test_features),
            "precision": (apart <= self.radii).any(1).float().mean().item(),
            "recall": (apart <= radii(features.float())[:, None]).any(0).float().mean().item(),
            "seam": seam(pixels, self.patch) / self.seam,
        }
