"""The networks and the training step of ganwright in PyTorch, to hold ours against.

twin.py serve --mode eager|compile [shape]   answers "steps N" on standard input with the seconds of a step
twin.py compare --dump FILE                  holds outputs and gradients that bench_step wrote against its own
"""

import argparse
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

EPSILON = 1e-6


def hidden_width(width):
    return (8 * width + 23) // 24 * 8


def tap_depths(depth, parts):
    return sorted({max(1, int(depth * part / parts + 0.5)) for part in range(1, parts + 1)})


def rms_norm(x):
    return F.rms_norm(x, (x.shape[-1],), eps=EPSILON)


def rotary_table(leading, side, head_size):
    """Cosines and sines [tokens, 1, head_size / 2] of axial rotary positions; leading tokens are not turned."""
    frequencies = 100.0 ** (torch.arange(head_size // 4, dtype=torch.float64) * (-4.0 / head_size))
    steps = torch.arange(side, dtype=torch.float64)[:, None] * frequencies
    columns = steps[None].expand(side, -1, -1)
    rows = steps[:, None].expand(-1, side, -1)
    angles = torch.cat([columns, rows], 2).reshape(side * side, -1)
    angles = torch.cat([angles.new_zeros(leading, head_size // 2), angles])[:, None]
    return angles.cos().float(), angles.sin().float()


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.query_key_value = nn.Parameter(torch.randn(3 * width, width) / width**0.5)
        self.query_key_scale = nn.Parameter(torch.ones(2, 1, width // heads // 2, 1))
        self.output = nn.Parameter(torch.randn(width, width) / width**0.5)

    def forward(self, x, table, queries):
        batch, tokens, width = x.shape
        projected = F.linear(x, self.query_key_value).view(batch, tokens, 3, self.heads, -1)
        cosine, sine = (part[:, None] * self.query_key_scale[..., 0] for part in table)
        even, odd = rms_norm(projected[:, :, :2].float()).unflatten(-1, (-1, 2)).unbind(-1)
        turned = torch.stack([even * cosine - odd * sine, even * sine + odd * cosine], -1).flatten(-2)
        query, key = turned.to(projected.dtype).unbind(2)
        value = projected[:, :, 2]
        read = F.scaled_dot_product_attention(
            query[:, :queries].transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)
        )
        return F.linear(read.transpose(1, 2).reshape(batch, queries, width), self.output)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        hidden = hidden_width(width)
        self.attention = Attention(width, heads)
        self.gate_up = nn.Parameter(torch.randn(2 * hidden, width) / width**0.5)
        self.down = nn.Parameter(torch.randn(width, hidden) / hidden**0.5)

    def forward(self, x, modulation, table, queries):
        attention_scale, attention_gate, feed_forward_scale, feed_forward_gate = modulation
        read = self.attention(rms_norm(x) * attention_scale, table, queries)
        x = torch.addcmul(x[:, :queries], read, attention_gate)
        gate, up = F.linear(rms_norm(x) * feed_forward_scale, self.gate_up).chunk(2, -1)
        return torch.addcmul(x, F.linear(F.silu(gate) * up, self.down), feed_forward_gate)


class Readout(nn.Module):
    """Tokens [batch, side * side, width] to what is added to the picture [batch, channels, size, size]."""

    def __init__(self, shape):
        super().__init__()
        channels = shape.readout_channels
        self.side, self.patch, self.channels = shape.size // shape.patch, shape.patch, channels
        self.maps = nn.Linear(shape.width, channels * shape.patch**2)
        self.smooth = nn.Conv2d(channels, channels, 3, padding=1)
        self.paint = nn.Conv2d(channels, shape.channels, 3, padding=1)
        self.to(memory_format=torch.channels_last)

    def forward(self, tokens):
        side, patch, channels = self.side, self.patch, self.channels
        maps = self.maps(tokens).view(-1, side, side, patch, patch, channels).transpose(2, 3)
        maps = maps.reshape(-1, side * patch, side * patch, channels).permute(0, 3, 1, 2)
        return self.paint(F.silu(self.smooth(F.silu(maps)))).float()


class Stem(nn.Module):
    """Pictures to maps of their neighborhoods, cut into patches: [batch, side * side, patch * patch * channels]."""

    def __init__(self, shape):
        super().__init__()
        channels = shape.stem_channels
        self.side, self.patch, self.channels = shape.size // shape.patch, shape.patch, channels
        self.first = nn.Conv2d(shape.channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        self.to(memory_format=torch.channels_last)

    def forward(self, images):
        side, patch = self.side, self.patch
        images = images.contiguous(memory_format=torch.channels_last)
        maps = F.silu(self.second(F.silu(self.first(images)))).permute(0, 2, 3, 1)
        return maps.reshape(-1, side, patch, side, patch * self.channels).transpose(2, 3).reshape(-1, side * side, patch**2 * self.channels)


class Generator(nn.Module):
    def __init__(self, shape):
        super().__init__()
        width, side = shape.width, shape.size // shape.patch
        self.shape = shape
        self.taps = tap_depths(shape.depth, 4)
        self.mapping = nn.ModuleList([nn.Linear(shape.latent, width), nn.Linear(width, width)])
        self.latent_tokens = nn.Linear(width, shape.latent_tokens * width)
        self.patch_tokens = nn.Parameter(torch.randn(side * side, width) * 0.3)
        self.modulations = nn.ModuleList(nn.Linear(width, 4 * width) for _ in range(shape.depth))
        self.blocks = nn.ModuleList(Block(width, shape.heads) for _ in range(shape.depth))
        self.outputs = nn.ModuleList(
            nn.Linear(width, shape.channels * shape.patch**2) for _ in self.taps
        )
        self.readout = Readout(shape) if shape.readout_channels else None
        cosine, sine = rotary_table(shape.latent_tokens, side, width // shape.heads)
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)
        with torch.no_grad():
            for layer in self.modulations:
                layer.weight.mul_(0.1)
                layer.bias.view(2, 2, width)[:, 0] = 1.0
                layer.bias.view(2, 2, width)[:, 1] = 0.1

    def forward(self, z):
        shape, batch = self.shape, z.shape[0]
        mapped = self.mapping[1](F.silu(self.mapping[0](rms_norm(z))))
        latent = self.latent_tokens(mapped).view(batch, shape.latent_tokens, shape.width).float()
        tokens = torch.cat([latent, self.patch_tokens.expand(batch, -1, -1)], 1)
        outputs, pixels = iter(self.outputs), 0
        for index, block in enumerate(self.blocks):
            modulation = self.modulations[index](mapped).float()[:, None].chunk(4, -1)
            tokens = block(tokens, modulation, (self.cosine, self.sine), tokens.shape[1])
            if index + 1 in self.taps:
                normed = rms_norm(tokens)
                pixels = pixels + next(outputs)(normed).float()
        side, patch, channels = shape.size // shape.patch, shape.patch, shape.channels
        pixels = pixels[:, shape.latent_tokens :].reshape(batch, side, side, channels, patch, patch)
        pictures = pixels.permute(0, 3, 1, 4, 2, 5).reshape(batch, channels, shape.size, shape.size)
        if self.readout is not None:
            pictures = pictures + self.readout(normed[:, shape.latent_tokens :])
        return torch.tanh(pictures)


class Discriminator(nn.Module):
    def __init__(self, shape):
        super().__init__()
        width, side = shape.width, shape.size // shape.patch
        self.shape = shape
        self.taps = tap_depths(shape.depth, 3)
        self.stem = Stem(shape) if shape.stem_channels else None
        inputs = (shape.channels + shape.stem_channels) * shape.patch**2
        self.patch_projection = nn.Parameter(torch.randn(width, inputs) / inputs**0.5)
        self.class_token = nn.Parameter(torch.randn(1, width) * 0.02)
        self.places = nn.Parameter(torch.randn(side * side, width) * 0.02)
        self.blocks = nn.ModuleList(Block(width, shape.heads) for _ in range(shape.depth))
        self.scales = nn.ParameterList(torch.ones(2, width) for _ in range(shape.depth))
        self.gates = nn.ParameterList(torch.full((2, width), 0.1) for _ in range(shape.depth))
        self.logit_weight = nn.Parameter(torch.randn(len(self.taps), width) * 0.3 / width**0.5)
        self.logit_bias = nn.Parameter(torch.zeros(()))
        cosine, sine = rotary_table(1, side, width // shape.heads)
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)

    def forward(self, images):
        side, patch, channels = self.shape.size // self.shape.patch, self.shape.patch, self.shape.channels
        patches = images.reshape(-1, channels, side, patch, side, patch).permute(0, 2, 4, 1, 3, 5)
        patches = patches.reshape(images.shape[0], side * side, -1)
        if self.stem is not None:
            patches = torch.cat([patches, self.stem(images)], 2)
        tokens = F.linear(patches, self.patch_projection) + self.places
        tokens = torch.cat([self.class_token.expand(images.shape[0], 1, -1), tokens], 1)
        classes = []
        for index, block in enumerate(self.blocks):
            (attention_scale, feed_forward_scale), (attention_gate, feed_forward_gate) = (
                self.scales[index].unbind(),
                self.gates[index].unbind(),
            )
            queries = 1 if index + 1 == len(self.blocks) else tokens.shape[1]
            modulation = (attention_scale, attention_gate, feed_forward_scale, feed_forward_gate)
            tokens = block(tokens, modulation, (self.cosine, self.sine), queries)
            if index + 1 in self.taps:
                classes.append(tokens[:, 0])
        features = rms_norm(torch.stack(classes, 1).float())
        return (features * self.logit_weight).sum(-1).mean(1) + self.logit_bias


class Trainer:
    """The step of src/training/trainer.cpp with its defaults: gan, non-saturating, R1 and R2 by differences."""

    def __init__(self, shape, mode, dtype):
        self.shape, self.dtype = shape, dtype
        self.generator, self.discriminator = Generator(shape), Discriminator(shape)
        self.average = [parameter.detach().clone() for parameter in self.generator.parameters()]
        mapping = list(self.generator.mapping.parameters())
        others = [p for name, p in self.generator.named_parameters() if not name.startswith("mapping.")]
        rate = 8e-4 * 96 / shape.width
        settings = {"lr": rate, "betas": (0.0, 0.99), "fused": True}
        self.generator_optimizer = torch.optim.Adam(
            [{"params": others}, {"params": mapping, "lr": 0.1 * rate}], **settings
        )
        self.discriminator_optimizer = torch.optim.Adam(self.discriminator.parameters(), **settings)
        compiled = torch.compile if mode == "compile" else lambda module: module
        self.generate, self.judge = compiled(self.generator), compiled(self.discriminator)

    def descend(self, loss, module, optimizer):
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0, foreach=True)
        optimizer.step()

    def latents(self, count):
        return torch.randn(count, self.shape.latent)

    def step(self, real, r1=0.05, r2=0.05, sigma=0.01):
        batch = real.shape[0]
        autocast = torch.autocast("cpu", torch.bfloat16, enabled=self.dtype == "bfloat16")
        with autocast:
            with torch.no_grad():
                fake = self.generate(self.latents(batch))
            images = torch.cat([real, fake])
            images = torch.cat([images, images + sigma * torch.randn_like(images)])
            real_logits, fake_logits, noisy_real, noisy_fake = self.judge(images).split(batch)
        loss = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
        loss = loss + r1 / 2 * ((noisy_real - real_logits) / sigma).square().mean()
        loss = loss + r2 / 2 * ((noisy_fake - fake_logits) / sigma).square().mean()
        self.descend(loss, self.discriminator, self.discriminator_optimizer)

        self.discriminator.requires_grad_(False)
        with autocast:
            logits = self.judge(self.generate(self.latents(batch)))
        self.descend(F.softplus(-logits).mean(), self.generator, self.generator_optimizer)
        self.discriminator.requires_grad_(True)
        torch._foreach_lerp_(self.average, [p.detach() for p in self.generator.parameters()], 0.05)


def serve(arguments):
    torch.manual_seed(arguments.seed)
    trainer = Trainer(arguments, arguments.mode, arguments.dtype)
    real = torch.rand(arguments.batch, arguments.channels, arguments.size, arguments.size) * 2 - 1
    for line in sys.stdin:
        steps = int(line.split()[1])
        start = time.perf_counter()
        for _ in range(steps):
            trainer.step(real)
        print((time.perf_counter() - start) / steps, flush=True)


def relative_difference(found, expected):
    return ((found - expected).norm() / expected.norm().clamp_min(1e-30)).item()


def compare(arguments):
    """Loads parameters and inputs from the dump and prints the largest difference of outputs and gradients."""
    from safetensors.torch import load_file

    dump = load_file(arguments.dump)
    worst = {}
    for name, module, argument in (
        ("generator", Generator(arguments), dump["latents"]),
        ("discriminator", Discriminator(arguments), dump["images"]),
    ):
        prefix = name + "."
        module.load_state_dict({k[len(prefix) :]: v for k, v in dump.items() if k.startswith(prefix)})
        output = module(argument)
        worst[name + " output"] = relative_difference(output.detach(), dump[f"output.{name}"])
        (output * dump[f"weight.{name}"]).sum().backward()
        for key, parameter in module.named_parameters():
            difference = relative_difference(parameter.grad, dump[f"gradient.{name}.{key}"])
            worst[f"gradient of {name}.{key}"] = difference
    place = max(worst, key=worst.get)
    print(f"{len(worst)} tensors agree to {worst[place]:.1e}, worst: {place}")
    return 0 if worst[place] <= arguments.tolerance else 1


def add_shape(parser):
    for name, value in (
        ("size", 32), ("channels", 3), ("patch", 4), ("width", 256), ("depth", 6), ("heads", 4),
        ("latent", 64), ("latent-tokens", 4), ("readout-channels", 8), ("stem-channels", 8), ("batch", 64),
        ("threads", 2), ("seed", 0),
    ):  # fmt: skip
        parser.add_argument("--" + name, type=int, default=value)
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("action", choices=("serve", "compare"))
    parser.add_argument("--mode", choices=("eager", "compile"), default="eager")
    parser.add_argument("--dump", help="a file that bench_step wrote")
    parser.add_argument("--tolerance", type=float, default=1e-4)
    add_shape(parser)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    return compare(arguments) if arguments.action == "compare" else serve(arguments)


if __name__ == "__main__":
    sys.exit(main())
