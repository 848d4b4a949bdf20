"""PyTorch's side: the same optimiser steps on CUDA (or the CPU where there is none), as one JSON line.

Usage: peer.py train|distill SIZE[,STUDENT_SIZE] cuda|cpu [--batch N] [--seconds S] [--tf32]
"""
import argparse
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "performance", "pytorch"))
import torch
import torch.nn.functional as F
from network import Network

parser = argparse.ArgumentParser()
parser.add_argument("kind", choices=["train", "distill"])
parser.add_argument("sizes")
parser.add_argument("device", choices=["cuda", "cpu"])
parser.add_argument("--batch", type=int, default=1)
parser.add_argument("--seconds", type=float, default=1.5)
parser.add_argument("--tf32", action="store_true")
options = parser.parse_args()

torch.backends.cuda.matmul.allow_tf32 = options.tf32
torch.backends.cudnn.allow_tf32 = options.tf32
torch.backends.cudnn.benchmark = True  # sizes do not change: let cuDNN choose its fastest kernels
device = torch.device(options.device)
sizes = [int(size) for size in options.sizes.split(",")]
size, student_size = sizes[0], sizes[-1]
student, teacher = Network().to(device), Network().eval().requires_grad_(False).to(device)
optimiser = torch.optim.Adam(student.parameters(), lr=1e-5, weight_decay=1e-4)
labels = torch.arange(options.batch) % 3
small = torch.randn(options.batch, 3, student_size, student_size)
large = torch.randn(options.batch, 3, size, size)


def loss_of():
    # Pixels go up in every step, as they do for lowmag.
    feature_map, logits = student(small.to(device))
    if options.kind == "train":
        return F.cross_entropy(logits, labels.to(device))
    with torch.no_grad():
        teacher_map, teacher_logits = teacher(large.to(device))
    shape = feature_map.shape[2:]
    bicubic = F.interpolate(teacher_map, size=shape, mode="bicubic", align_corners=False)
    pixel = (F.mse_loss(feature_map, F.adaptive_max_pool2d(teacher_map, shape)) + F.mse_loss(feature_map, bicubic)) / 2
    return F.kl_div(F.log_softmax(logits, 1), F.softmax(teacher_logits, 1), reduction="batchmean") + pixel


def step():
    started = time.perf_counter()
    optimiser.zero_grad(set_to_none=True)
    loss = loss_of()
    loss.backward()
    optimiser.step()
    loss.item()  # waits for the device, and brings the loss down
    return time.perf_counter() - started


for _ in range(3 if options.seconds > 0 else 1):
    step()
laps, started = [], time.perf_counter()
while len(laps) < 2 or time.perf_counter() - started < options.seconds:
    laps.append(step())
print(json.dumps({"milliseconds": 1000 * min(laps) / options.batch, "torch": torch.__version__}))
