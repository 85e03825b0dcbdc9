"""What a user would pick instead: a small convolutional GAN in PyTorch, with a non-saturating loss, exact R1 and an
averaged generator, trained for some processor time."""

import copy
import time
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from quality_yardstick import images, to_bytes, unit

LATENT = 64


@dataclass(frozen=True)
class Settings:
    """The first is what two pilots found; the others move one thing each."""

    name: str
    width: int = 32
    batch: int = 32
    rate: float = 5e-4
    r1: float = 0.05
    beta1: float = 0.5
    rate_end: float = 1.0  # the share of the rate that is left at the end, by a cosine


ALL_SETTINGS = (
    Settings("base"),
    Settings("batch 16", batch=16),
    Settings("batch 64", batch=64),
    Settings("rate 1e-3", rate=1e-3),
    Settings("r1 0.5", r1=0.5),
    Settings("width 24", width=24),
    Settings("beta1 0", beta1=0.0),
    Settings("decay", rate_end=0.05),
)


class Generator(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.start, self.norm_0 = nn.Linear(LATENT, 49 * 4 * width, bias=False), nn.BatchNorm2d(4 * width)
        self.up_1, self.norm_1 = nn.ConvTranspose2d(4 * width, 2 * width, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * width)
        self.up_2, self.norm_2 = nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False), nn.BatchNorm2d(width)
        self.out = nn.Conv2d(width, 1, 3, padding=1)
        for layer in (self.up_1, self.up_2):
            nn.init.normal_(layer.weight, 0, 0.02)
        nn.init.normal_(self.out.weight, 0, 0.05)
        nn.init.kaiming_normal_(self.start.weight)

    def forward(self, z):
        x = self.start(F.rms_norm(z, (LATENT,))).view(-1, 4 * self.width, 7, 7)
        x = F.relu(self.norm_0(x.contiguous(memory_format=torch.channels_last)))
        return torch.tanh(self.out(F.relu(self.norm_2(self.up_2(F.relu(self.norm_1(self.up_1(x))))))))


class Discriminator(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.ModuleList(
            [nn.Conv2d(1, width, 4, 2, 1), nn.Conv2d(width, 2 * width, 4, 2, 1), nn.Conv2d(2 * width, 4 * width, 3, 2, 1)]
        )
        self.logit = nn.Linear(4 * width * 16, 1)
        for layer in self.layers:
            nn.init.kaiming_normal_(layer.weight, 0.2)
            nn.init.zeros_(layer.bias)
        nn.init.normal_(self.logit.weight, 0, 0.01)

    def forward(self, x):
        x = x.contiguous(memory_format=torch.channels_last)
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
        return self.logit(x.flatten(1))[:, 0]


@torch.no_grad()
def samples(average, count=5000):
    """uint8 pictures of the averaged weights, for which the statistics of the norms are taken anew."""
    random, net = torch.Generator().manual_seed(1), copy.deepcopy(average).train()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None
            module.reset_running_stats()
    for _ in range(8):
        net(torch.randn(250, LATENT, generator=random))
    net.eval()
    return to_bytes(torch.cat([net(torch.randn(250, LATENT, generator=random)) for _ in range(count // 250)]))


class Run:
    PENALTY_EVERY, WARM_UP, CLIP = 8, 100, 10

    def __init__(self, settings, seed):
        torch.manual_seed(seed)
        self.settings, self.data = settings, images("train")
        self.generator = Generator(settings.width).to(memory_format=torch.channels_last)
        self.discriminator = Discriminator(settings.width).to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.generator).requires_grad_(False)
        self.optimizers = [
            torch.optim.Adam(net.parameters(), settings.rate, betas=(settings.beta1, 0.99), fused=True)
            for net in (self.generator, self.discriminator)
        ]
        self.order, self.at, self.steps = torch.randperm(len(self.data)), 0, 0

    def train(self, minutes):
        """For so many minutes of processor time; returns what it took."""
        spent = 0.0
        while spent < 60 * minutes:
            begin = time.process_time()
            self.step(spent / (60 * minutes))
            spent += time.process_time() - begin
        return spent / 60

    def step(self, progress):
        settings, batch = self.settings, self.settings.batch
        falling = settings.rate_end + (1 - settings.rate_end) * 0.5 * (1 + torch.cos(torch.tensor(torch.pi * progress)).item())
        for optimizer in self.optimizers:
            optimizer.param_groups[0]["lr"] = settings.rate * falling * min(1, (self.steps + 1) / self.WARM_UP)
        self.discriminator_step(self.next_batch())
        self.discriminator.requires_grad_(False)
        loss = F.softplus(-self.discriminator(self.generator(torch.randn(batch, LATENT)))).mean()
        self.descend(loss, self.generator, self.optimizers[0])
        self.discriminator.requires_grad_(True)
        half_life = min(5e5, (self.steps + 1) * batch * 0.05)
        torch._foreach_lerp_(
            list(self.average.parameters()), [p.detach() for p in self.generator.parameters()], 1 - 0.5 ** (batch / half_life)
        )
        self.steps += 1

    def next_batch(self):
        if self.at + self.settings.batch > len(self.data):
            self.order, self.at = torch.randperm(len(self.data)), 0
        self.at += self.settings.batch
        return unit(self.data[self.order[self.at - self.settings.batch : self.at]])

    def discriminator_step(self, real):
        with torch.no_grad():
            fake = self.generator(torch.randn(len(real), LATENT))
        penalized = self.steps % self.PENALTY_EVERY == 0
        real.requires_grad_(penalized)
        on_real, on_fake = self.discriminator(torch.cat([real, fake])).split(len(real))
        loss = F.softplus(-on_real).mean() + F.softplus(on_fake).mean()
        if penalized:
            slope = torch.autograd.grad(on_real.sum(), real, create_graph=True)[0]
            loss = loss + self.PENALTY_EVERY * self.settings.r1 / 2 * slope.square().sum((1, 2, 3)).mean()
        self.descend(loss, self.discriminator, self.optimizers[1])

    def descend(self, loss, net, optimizer):
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), self.CLIP, foreach=True)
        optimizer.step()
