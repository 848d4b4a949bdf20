"""The same three kinds of work as network.ts, in PyTorch, for comparison in the same run.

Usage: pytorch_peer.py forward|train|distill SIZE[,STUDENT_SIZE] [--batch N] [--repeat N] [--threads N]; prints one JSON line.
"""
import argparse, json, resource, time
import torch, torch.nn.functional as F
from pytorch_network import Network

parser = argparse.ArgumentParser()
parser.add_argument("kind", choices=["forward", "train", "distill"])
parser.add_argument("sizes")
parser.add_argument("--batch", type=int, default=1)
parser.add_argument("--repeat", type=int, default=5)
parser.add_argument("--threads", type=int, default=1)
options = parser.parse_args()
torch.set_num_threads(options.threads)
sizes = [int(size) for size in options.sizes.split(",")]
size, student_size = sizes[0], sizes[-1]
teacher, student = Network().eval(), Network()
for parameter in teacher.parameters():
    parameter.requires_grad = False
large, small = torch.randn(options.batch, 3, size, size), torch.randn(options.batch, 3, student_size, student_size)
labels = torch.zeros(options.batch, dtype=torch.long)


def work():
    if options.kind == "forward":
        with torch.no_grad():
            teacher(large)
        return
    student.zero_grad()
    if options.kind == "train":
        F.cross_entropy(student(small)[1], labels).backward()
        return
    with torch.no_grad():
        teacher_map, teacher_logits = teacher(large)
    feature_map, logits = student(small)
    shape = feature_map.shape[2:]
    pixel = F.mse_loss(feature_map, F.adaptive_max_pool2d(teacher_map, shape))
    pixel = (pixel + F.mse_loss(feature_map, F.interpolate(teacher_map, size=shape, mode="bicubic", align_corners=False))) / 2
    soft = F.kl_div(F.log_softmax(logits, 1), F.softmax(teacher_logits, 1), reduction="batchmean")
    (soft + pixel).backward()


work()
cpu, wall = [], []
for _ in range(options.repeat):
    started = time.process_time(), time.perf_counter()
    work()
    cpu.append(time.process_time() - started[0])
    wall.append(time.perf_counter() - started[1])
print(json.dumps({
    "kind": options.kind, "size": size, "studentSize": student_size, "batch": options.batch, "threads": options.threads,
    "cpuMilliseconds": 1000 * min(cpu), "wallMilliseconds": 1000 * min(wall),
    "wallMillisecondsPerImage": 1000 * sum(wall) / len(wall) / options.batch,
    "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
}))
