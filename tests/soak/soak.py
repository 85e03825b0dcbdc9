"""Attacks training and resuming, and compares what comes out with a run that nothing happened to.

soak.py BUILD [--short] [PART...]
"""
import errno
import json
import os
import pathlib
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib

short = "--short" in sys.argv
parts = [word for word in sys.argv[2:] if word != "--short"]
build = pathlib.Path(sys.argv[1]).resolve()
PROGRAM = build / "ganwright"
SHIM = build / "libfaulty_io.so"
SHAPE = ("--size 8 --channels 1 --patch 4 --width 8 --heads 1 --depth 1 --latent 4 --latent-tokens 1 --batch-size 4 "
         "--grid-count 4 --cache none --device cpu").split()
STEPS = 4
PLAN = f"--steps {STEPS} --checkpoint-every 2 --log-every 1 --sample-every 2 --evaluate-every 2".split()
# What a run measures of the clock and the machine.
MEASURED = {"images_per_second", "eta_seconds", "peak_memory_bytes"}
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}

losses = 0
attacks = 0


def lost(what):
    global losses
    losses += 1
    print("LOST:", what, flush=True)


def write_png(path, seed):
    numbers = random.Random(seed)
    rows = b"".join(b"\0" + numbers.randbytes(8) for _ in range(8))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) +
                     chunk(b"IEND", b""))


def run(arguments, **fault):
    environment = dict(ENVIRONMENT)
    if fault:
        environment["LD_PRELOAD"] = str(SHIM)
        environment.update({name: str(value) for name, value in fault.items()})
    return subprocess.run([PROGRAM, *map(str, arguments)], env=environment, capture_output=True, text=True, timeout=600,
                          stdin=subprocess.DEVNULL, check=False)


def train(folder):
    return ["train", "--data", folder / "pictures", "--out", folder / "run", *SHAPE, *PLAN]


def go_on(folder, most=3):
    """Trains or resumes until the run is at its end, as a person would; returns the last outcome."""
    for _ in range(most):
        found = list((folder / "run/checkpoints").glob("?????????.safetensors")) if (folder / "run").exists() else []
        outcome = run(["resume", folder / "run"] if found else train(folder))
        if outcome.returncode == 0:
            break
    return outcome


def tensors(path):
    """The data of a safetensors file without its header, which holds what the clock measured."""
    content = path.read_bytes()
    return content[8 + struct.unpack("<Q", content[:8])[0]:]


def lines(path):
    found = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [{name: value for name, value in line.items() if name not in MEASURED} for line in found]


def state(folder):
    """All that a run is to come out with."""
    run_folder = folder / "run"
    names = {path.name: tensors(path) for path in (run_folder / "checkpoints").glob("*.safetensors")}
    grids = {path.name: path.read_bytes() for path in (run_folder / "samples").glob("*.png")}
    return {"checkpoints": names, "grids": grids, "metrics": lines(run_folder / "metrics.jsonl"),
            "evaluations": lines(run_folder / "evaluations.jsonl"),
            "partial files": sorted(path.name for path in run_folder.rglob("*.partial"))}


def compare(folder, reference, what):
    global attacks
    attacks += 1
    found = state(folder)
    for name, value in reference.items():
        if found[name] != value:
            lost(f"{what}: other {name} than without")
    if run(["verify", folder / "run"]).returncode != 0:
        lost(f"{what}: verify finds damage")
    if (folder / "mine.partial").read_text() != "mine":
        lost(f"{what}: a file of somebody else is gone")


def fresh(top, name):
    folder = top / name
    (folder / "pictures").mkdir(parents=True)
    for i in range(6):
        write_png(folder / "pictures" / f"{i}.png", i)
    (folder / "mine.partial").write_text("mine")
    return folder


def chosen(numbers, count):
    return numbers if not short else sorted(random.Random(1).sample(numbers, min(count, len(numbers))))


def at_every_call(top, reference, name, count, fault, most):
    for call in chosen(list(range(1, count + 1)), most):
        folder = fresh(top, f"{name}-{call}")
        outcome = run(train(folder), FAULTY_UNDER=folder / "run", FAULTY_AT=call, **fault)
        what = f"{name} at call {call} of {count}"
        if "FAULTY_ERROR" in fault and outcome.returncode not in (0, 1, 2):
            lost(f"{what}: ended with {outcome.returncode}: {outcome.stderr[-300:]}")
        after = go_on(folder)
        if after.returncode != 0:
            lost(f"{what}: cannot go on: {after.stderr[-300:]}")
        else:
            compare(folder, reference, what)


def kills(top, reference, count):
    at_every_call(top, reference, "kill", count, {}, 4)


def faults(top, reference, count):
    for name, code in [("full disk", errno.ENOSPC), ("failing disk", errno.EIO)]:
        at_every_call(top, reference, f"{name} once", count, {"FAULTY_ERROR": code}, 2)
        at_every_call(top, reference, f"{name} from then on", count, {"FAULTY_ERROR": code, "FAULTY_CALLS": 10**6}, 1)


def moments(top, reference, count):
    for number in range(2 if short else 200):
        folder = fresh(top, f"moment-{number}")
        process = subprocess.Popen([PROGRAM, *map(str, train(folder))], env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.Random(number).uniform(0.2, 2.5))
        process.kill()
        process.wait()
        after = go_on(folder)
        if after.returncode != 0:
            lost(f"kill at a random moment: cannot go on: {after.stderr[-300:]}")
        else:
            compare(folder, reference, "kill at a random moment")


def pairs(top, reference, count):
    """Two processes in one run: one of them trains, the other is refused or finds nothing left to do."""
    for number in range(1 if short else 20):
        folder = fresh(top, f"pair-{number}")
        commands = [train(folder)] * 2
        if number % 2 == 0:
            run(train(folder), FAULTY_UNDER=folder / "run", FAULTY_AT=count * 2 // 3)
            commands = [["resume", folder / "run"]] * 2
        processes = [subprocess.Popen([PROGRAM, *map(str, command)], env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                     for command in commands]
        errors = [process.communicate()[1] for process in processes]
        if 0 not in [process.returncode for process in processes]:
            lost(f"two at once: neither came to its end: {errors}")
        else:
            compare(folder, reference, "two at once")


def numbers_of(process):
    memory = next(int(line.split()[1]) for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
                  if line.startswith("VmRSS:"))
    return {"memory in KB": memory, "descriptors": len(os.listdir(f"/proc/{process.pid}/fd")),
            "threads": len(os.listdir(f"/proc/{process.pid}/task"))}


def growth(top, reference, count):
    """After a tenth of its steps a training needs nothing more for the rest."""
    steps = 600 if short else 20_000
    folder = fresh(top, "growth")
    command = ["train", "--data", folder / "pictures", "--out", folder / "run", *SHAPE, "--steps", steps, "--log-every",
               1, "--sample-every", steps // 20, "--checkpoint-every", steps // 20]
    process = subprocess.Popen([PROGRAM, *map(str, command)], env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen = []
    while process.poll() is None:
        try:
            written = len(list((folder / "run/samples").glob("*.png")))
            seen.append((written, numbers_of(process)))
        except (OSError, StopIteration):
            pass
        time.sleep(0.05)
    early = [numbers for written, numbers in seen if written == 4]
    late = [numbers for written, numbers in seen if written == 18]
    if process.returncode != 0 or not early or not late:
        lost(f"growth: ended with {process.returncode}, {len(early)} and {len(late)} looks")
        return
    for name in early[0]:
        before, after = (max(numbers[name] for numbers in group) for group in (early, late))
        print(f"growth: {name} {before} after a fifth of {steps} steps, {after} at nine tenths")
        # Descriptors that are open for the length of a write come and go.
        if after > before + {"memory in KB": 8_000, "descriptors": 2, "threads": 0}[name]:
            lost(f"growth: {name} from {before} to {after}")


def main():
    random.seed(0)
    with tempfile.TemporaryDirectory(prefix="ganwright-soak-") as name:
        top = pathlib.Path(name)
        folder = fresh(top, "reference")
        outcome = run(train(folder), FAULTY_UNDER=folder / "run", FAULTY_COUNT=top / "count")
        if outcome.returncode != 0:
            sys.exit(f"the run without an attack failed: {outcome.stderr}")
        reference, count = state(folder), int((top / "count").read_text())
        print(f"a run of {STEPS} steps changes its files in {count} calls", flush=True)
        for attack in (kills, faults, moments, pairs, growth):
            if not parts or attack.__name__ in parts:
                start = time.monotonic()
                attack(top, reference, count)
                print(f"{attack.__name__}: done in {time.monotonic() - start:.0f} s", flush=True)
    print(f"{attacks} attacks survived, {losses} losses")
    sys.exit(1 if losses else 0)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
main()
