"""PyTorch's side of the comparison: the same pieces of work as lowmag/main.ts, and the same figures, as one JSON line.

Usage: main.py forward|train|distill|product SIZE[,STUDENT_SIZE] [--batch N] [--micro N] [--workers THREADS] [--seconds S] [--channels-last]

What is fairest to PyTorch is what counts: a batch is taken whole or in parts of `--micro` images, whichever is faster here;
so is Adam's loop over the parameters or its form for many at once; gradients are set to None and not to zero; CPU time is
never more than the time on the clock when there is one thread. `--channels-last` lays the teacher and its images out in
another order of memory than PyTorch's default, which is faster for a forward pass.
"""
import argparse
import json
import os
import resource
import time

# Before torch is loaded: OpenBLAS's idle thread spins, which would count as CPU time and take a core from the others.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
parser = argparse.ArgumentParser()
parser.add_argument("kind", choices=["forward", "train", "distill", "product"])
parser.add_argument("sizes")
parser.add_argument("--batch", type=int, default=1)
parser.add_argument("--micro", type=int)
parser.add_argument("--workers", type=int, default=1)
parser.add_argument("--seconds", type=float, default=1.5)
parser.add_argument("--channels-last", action="store_true")
options = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(options.workers)

import torch
import torch.nn.functional as F
from network import Network

torch.set_num_threads(options.workers)
torch.manual_seed(1)
sizes = [int(size) for size in options.sizes.split(",")]
size, student_size = sizes[0], sizes[-1]
PRODUCT_SIDE = 1024
# From here on a cold start is lost in the time of a step.
LONG_SECONDS = 0.5


def lap(work):
    """Seconds of CPU and of the clock."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def least(work, seconds):
    """Least seconds of CPU and of the clock, until the time is spent and never of fewer than two."""
    laps, started = [], time.perf_counter()
    while len(laps) < 2 or time.perf_counter() - started < seconds:
        laps.append(lap(work))
    return [min(values) for values in zip(*laps)]


def faster(candidates):
    """The one that takes less time on the clock. All are warm then, but where the first takes long enough not to care."""
    _, cold = lap(candidates[0])
    if len(candidates) == 1:
        return candidates[0]
    if cold < LONG_SECONDS:
        for work in candidates[1:]:
            work()
    return min(candidates, key=lambda work: lap(work)[1])


def distillation_loss(teacher_map, teacher_logits, feature_map, logits):
    shape = feature_map.shape[2:]
    bicubic = F.interpolate(teacher_map, size=shape, mode="bicubic", align_corners=False)
    pixel = (F.mse_loss(feature_map, F.adaptive_max_pool2d(teacher_map, shape)) + F.mse_loss(feature_map, bicubic)) / 2
    return F.kl_div(F.log_softmax(logits, 1), F.softmax(teacher_logits, 1), reduction="batchmean") + pixel


def frozen_teacher():
    """The teacher and its images."""
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    images = torch.randn(options.batch, 3, size, size).contiguous(memory_format=layout)
    return Network().eval().requires_grad_(False).to(memory_format=layout), images


def forward_work():
    teacher, images = frozen_teacher()

    def in_parts_of(count):
        def work():
            with torch.no_grad():
                for part in images.split(count):
                    teacher(part)
        return work

    return faster([in_parts_of(count) for count in parts()])


def step_work():
    student = Network()
    teacher, large = frozen_teacher() if options.kind == "distill" else (None, None)
    small, labels = torch.randn(options.batch, 3, student_size, student_size), torch.arange(options.batch) % 3

    def loss_of(part):
        feature_map, logits = student(small[part])
        if options.kind == "train":
            return F.cross_entropy(logits, labels[part])
        with torch.no_grad():
            teacher_map, teacher_logits = teacher(large[part])
        return distillation_loss(teacher_map, teacher_logits, feature_map, logits)

    def in_parts_of(count, optimiser):
        def work():
            optimiser.zero_grad(set_to_none=True)
            for start in range(0, options.batch, count):
                part = slice(start, min(start + count, options.batch))
                (loss_of(part) * ((part.stop - start) / options.batch)).backward()
            optimiser.step()
        return work

    def adam(**form):
        return torch.optim.Adam(student.parameters(), lr=1e-5, weight_decay=1e-4, **form)

    for parameter in student.parameters():
        parameter.grad = torch.randn_like(parameter)
    forms = [adam(foreach=False), adam(foreach=True)]
    # Which form is faster is asked of Adam alone: beside a large step the difference would drown.
    optimiser = min(forms, key=lambda form: least(form.step, 0.05)[1])
    forms.clear()  # the other one's memory goes
    return faster([in_parts_of(count, optimiser) for count in parts()])


def product_work(side):
    a, b = torch.randn(side, side), torch.randn(side, side)
    return lambda: torch.mm(a, b)


def parts():
    """Images that go through the network together: all, or a few."""
    return sorted({options.batch, min(options.batch, options.micro or options.batch)}, reverse=True)


works = {"forward": forward_work, "train": step_work, "distill": step_work, "product": lambda: product_work(size)}
cpu, wall = least(works[options.kind](), options.seconds)
measured = {
    "cpuMilliseconds": 1000 * (min(cpu, wall) if options.workers == 1 else cpu) / options.batch,
    "wallMilliseconds": 1000 * wall / options.batch,
    "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
}
if options.kind == "forward" and options.workers == 1:
    product = product_work(PRODUCT_SIDE)
    product()
    measured["productGflops"] = 2 * PRODUCT_SIDE ** 3 / min(least(product, 0.3)) / 1e9
print(json.dumps(measured))
