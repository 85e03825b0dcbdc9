"""Times torchvision's ImageFolder and DataLoader on a folder: python bench/data_torchvision.py FOLDER SIZE

Prints a name and a number a line, as bench_data does; bench/data puts them side by side. Workers stay alive between
the epochs, so that the second pays no start.
"""

import sys
import time

import torch
import torchvision
from torchvision import transforms


def take_every_batch(loader):
    return sum(images.shape[0] for images, _ in loader)


def main():
    folder, size = sys.argv[1], int(sys.argv[2])
    start = time.perf_counter()
    transform = transforms.Compose(
        [transforms.Resize(size), transforms.CenterCrop(size), transforms.ToTensor()]
    )
    dataset = torchvision.datasets.ImageFolder(folder, transform)
    loader = torch.utils.data.DataLoader(
        dataset, batch_size=64, shuffle=True, num_workers=2, persistent_workers=True
    )
    count = take_every_batch(loader)
    first = time.perf_counter()
    take_every_batch(loader)
    second = time.perf_counter()
    print("torchvision_pictures", count)
    print("torchvision_first_pass", first - start)
    print("torchvision_second_pass", second - first)


if __name__ == "__main__":
    main()
