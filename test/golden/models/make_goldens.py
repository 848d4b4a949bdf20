"""Makes the PyTorch goldens of the networks: logits, feature maps, every gradient, first ten losses. See README.md.

Run: /usr/bin/python3 test/golden/models/make_goldens.py   (a few minutes on one core)
"""
import hashlib
import os

import numpy as np
import torch
import torch.nn.functional as F

from golden_format import array, deviation, gradients, number, summary, write
from hash_weights import hash_entry, hash_image, hash_uniform
from networks import CLASSES, build, forward, hash_network, perturb, state_entries

HERE = os.path.dirname(os.path.abspath(__file__))
CLASS_WEIGHTS = [0.5, 1.0, 2.0]
PRECISIONS = (torch.float32, torch.float64)
PERTURBATIONS, GRADIENT_LIMIT, LOSS_LIMIT = 16, 3e-5, 1e-5  # float32 under noise against float64
DRAWS = [a + b for a in "abcdefgh" for b in "abcdefghijklmnopqrstuvwxyz"]


class Unstable(Exception):
    """A result that hinges on a ReLU within rounding of zero: no float32 program could be held to 1e-4 of it."""


def first_stable(make):
    """The golden of the first draw of inputs that is stable under rounding-sized noise."""
    for draw in DRAWS:
        try:
            return make(draw)
        except Unstable:
            pass
    raise SystemExit("no stable draw of inputs")


def spread(limit, measure):
    """The largest of `measure(noise)` over the perturbations."""
    worst = 0.0
    for noise in range(PERTURBATIONS + 1):
        worst = max(worst, measure(noise))
        if worst > limit:
            raise Unstable()
    return worst


def image_batch(names, height, width, dtype):
    return torch.from_numpy(np.stack([hash_image(n, height, width) for n in names])).to(dtype)


def both(values):
    return {"float32": number(values[0]), "float64": float(f"{float(values[1]):.15g}")}


def numbers64(tensor):
    return [float(f"{v:.15g}") for v in tensor.detach().reshape(-1).tolist()]


# --- networks: logits, feature map, cross-entropy and all its gradients ---

def cross_entropy_run(architecture, case, options, dtype, noise=0):
    network = hash_network(architecture, dtype).train(case["mode"] == "train")
    x = perturb(network, image_batch(case["images"], case["height"], case["width"], dtype), noise)
    features, logits = forward(network, x)
    weights = None if options["classWeights"] is None else torch.tensor(options["classWeights"], dtype=dtype)
    loss = F.cross_entropy(logits, torch.tensor(case["labels"]), weight=weights, label_smoothing=options["labelSmoothing"])
    loss.backward()
    return loss, features, logits, network


def loss_golden(run):
    """The golden of one loss; `run(dtype, noise)` returns (loss, ..., network)."""
    first, exact = run(torch.float32), run(torch.float64)
    worst = spread(GRADIENT_LIMIT, lambda noise: deviation(run(torch.float32, noise)[-1], exact[-1]))
    return {"loss": both((first[0], exact[0])), "gradientDeviation": worst, "gradients": gradients(first[-1])}, first, exact


def network_case(architecture, case, options_list):
    losses = []
    for options in options_list:
        run = lambda dtype, noise=0: cross_entropy_run(architecture, case, options, dtype, noise)
        golden, first, exact = loss_golden(run)
        losses.append({**options, **golden})
    _, features, logits, network = first
    golden = {
        **case,
        "logits": array(logits),
        "logitsFloat64": numbers64(exact[2]),
        "featureMap": array(features),
        "losses": losses,
    }
    statistics = {k: summary(k, v) for k, v in network.state_dict().items() if k.endswith(("running_mean", "running_var"))}
    return {**golden, "runningStatistics": statistics} if statistics else golden


def case(draw, images, height, width, mode="train"):
    names = [f"input/{height}x{width}/{draw}/{i}" for i in range(images)]
    return {"images": names, "height": height, "width": width, "labels": [(2 * i + 1) % CLASSES for i in range(images)], "mode": mode}


def eval_case(architecture, spec):
    with torch.no_grad():
        outs = [forward(hash_network(architecture, d).eval(), image_batch(spec["images"], spec["height"], spec["width"], d)) for d in PRECISIONS]
    (features, logits), (_, logits64) = outs
    return {**spec, "logits": array(logits), "logitsFloat64": numbers64(logits64), "featureMap": array(features), "losses": []}


def network_golden(architecture, cases):
    network = build(architecture)
    return {
        "architecture": architecture,
        "classes": CLASSES,
        "parameters": sum(p.numel() for p in network.parameters()),
        "state": state_entries(network),
        "cases": cases,
    }


def loss_options(*pairs):
    return [{"labelSmoothing": s, "classWeights": CLASS_WEIGHTS if w else None} for s, w in pairs]


def stable_case(architecture, options, *size):
    return first_stable(lambda draw: network_case(architecture, case(draw, *size), options))


def make_networks():
    every = loss_options((0.0, False), (0.1, False), (0.0, True), (0.1, True))
    plain = every[:1]  # class weights and smoothing need no second network
    thin = "resnet10-thin-gn"
    write(HERE, thin + ".json", network_golden(thin, [stable_case(thin, every, *size) for size in ((1, 64, 96), (1, 75, 53), (3, 64, 64))]))
    for depth, *batch in (("resnet18", 4, 64, 64), ("resnet34", 3, 48, 48)):
        gn, bn = depth + "-gn", depth + "-bn"
        write(HERE, gn + ".json", network_golden(gn, [stable_case(gn, plain, 2, 64, 64), stable_case(gn, plain, 1, 75, 53)]))
        write(HERE, bn + ".json", network_golden(bn, [stable_case(bn, plain, *batch), eval_case(bn, case("aa", 1, 75, 53, "eval"))]))


# --- distillation (method.md, section 4) ---

VARIANTS = [
    {"name": "default", "resizers": ["max", "bicubic"], "distance": "l2", "temperature": 1, "softWeight": 1, "pixelWeight": 1, "published": False},
    {"name": "max", "resizers": ["max"]},
    {"name": "bicubic", "resizers": ["bicubic"]},
    {"name": "l1", "distance": "l1"},
    {"name": "published", "published": True},
    {"name": "temperature-4", "temperature": 4},
    {"name": "weighted", "softWeight": 20, "pixelWeight": 0.5, "temperature": 2},
]
VARIANTS = [{**VARIANTS[0], **v} for v in VARIANTS]
RESIZE = {
    "max": F.adaptive_max_pool2d,
    "bicubic": lambda f, size: F.interpolate(f, size=size, mode="bicubic", align_corners=False),
}


def distillation_loss(variant, student, teacher):
    """(loss, soft, pixel); `published` is the authors' default mode: the bicubic term is never added, yet the sum is halved."""
    (f_s, z_s), (f_t, z_t), t = student, teacher, variant["temperature"]
    soft = F.kl_div(F.log_softmax(z_s / t, 1), F.softmax(z_t / t, 1), reduction="batchmean") * t * t
    distance = F.l1_loss if variant["distance"] == "l1" else F.mse_loss
    terms = [distance(f_s, RESIZE[r](f_t, f_s.shape[2:])) for r in (["max"] if variant["published"] else variant["resizers"])]
    pixel = sum(terms) / (2 if variant["published"] else len(terms))
    return variant["softWeight"] * soft + variant["pixelWeight"] * pixel, soft, pixel


def distillation_run(variant, spec, dtype, noise=0):
    student, teacher = hash_network("resnet10-thin-gn", dtype), hash_network("resnet10-thin-gn", dtype, "teacher/").eval()
    with torch.no_grad():
        taught = forward(teacher, perturb(teacher, image_batch(**spec["teacher"], dtype=dtype), noise))
    learned = forward(student, perturb(student, image_batch(**spec["student"], dtype=dtype), noise))
    loss, soft, pixel = distillation_loss(variant, learned, taught)
    loss.backward()
    return loss, soft, pixel, learned, taught, student


def distillation_variant(variant, spec):
    run = lambda dtype, noise=0: distillation_run(variant, spec, dtype, noise)
    golden, first, exact = loss_golden(run)
    parts = {"softLoss": both((first[1], exact[1])), "pixelLoss": both((first[2], exact[2]))}
    return {**variant, **parts, **golden}, first[3:5]


def distillation_case(draw, name, count, teacher_size, student_size):
    side = lambda role, size: {"names": [f"{role}/{name}/{draw}/{i}" for i in range(count)], "height": size[0], "width": size[1]}
    spec = {"teacher": side("teacher-input", teacher_size), "student": side("student-input", student_size)}
    made = [distillation_variant(v, spec) for v in VARIANTS]
    (f_s, z_s), (f_t, z_t) = made[0][1]
    public = lambda s: {"images": s["names"], "height": s["height"], "width": s["width"]}
    return {
        "name": name,
        "teacher": {**public(spec["teacher"]), "logits": array(z_t), "featureMapDims": list(f_t.shape), "featureMap": summary(f"teacher-map/{name}", f_t)},
        "student": {**public(spec["student"]), "logits": array(z_s), "featureMapDims": list(f_s.shape), "featureMap": summary(f"student-map/{name}", f_s)},
        "variants": [m[0] for m in made],
    }


def make_distillation():
    wanted = (("half", 2, (128, 160), (64, 80)), ("fractional", 1, (100, 100), (40, 40)))
    cases = [first_stable(lambda draw: distillation_case(draw, *w)) for w in wanted]
    write(HERE, "distillation.json", {"architecture": "resnet10-thin-gn", "teacherPrefix": "teacher/", "cases": cases})


# --- the first ten losses ---

STEPS, ACCUMULATION = 10, 2
TRAIN_SIZE, TEACHER_SIZE = (48, 64), (96, 128)
OPTIMIZERS = {
    "adam": (torch.optim.Adam, {"lr": 1e-3, "weight_decay": 1e-4}),
    "adamw": (torch.optim.AdamW, {"lr": 1e-3, "weight_decay": 1e-2}),
    "sgd": (torch.optim.SGD, {"lr": 1e-2, "momentum": 0.9, "weight_decay": 1e-4}),
}


def train(names, optimizer, distil, dtype, noise=0):
    """Ten steps; each adds the gradients of two batch-1 losses, each halved. Returns the losses (mean of two) and the network."""
    network = hash_network("resnet10-thin-gn", dtype)
    perturb(network, torch.zeros(1), noise)
    teacher = hash_network("resnet10-thin-gn", dtype, "teacher/").eval()
    make, options = OPTIMIZERS[optimizer]
    stepper, losses = make(network.parameters(), **options), []
    for step in range(STEPS):
        stepper.zero_grad()
        total = 0.0
        for i in range(ACCUMULATION):
            learned = forward(network, image_batch([names["images"][step][i]], *TRAIN_SIZE, dtype))
            if distil:
                with torch.no_grad():
                    taught = forward(teacher, image_batch([names["teacherImages"][step][i]], *TEACHER_SIZE, dtype))
                loss = distillation_loss(VARIANTS[0], learned, taught)[0]
            else:
                loss = F.cross_entropy(learned[1], torch.tensor([(step + i) % CLASSES]))
            (loss / ACCUMULATION).backward()
            total += float(loss) / ACCUMULATION
        stepper.step()
        losses.append(total)
    return losses, network


def training_run(draw, task, optimizer):
    sides = ("images", "teacherImages") if task == "distillation" else ("images",)
    names = {side: [[f"train/{side}/{draw}/{step}/{i}" for i in range(ACCUMULATION)] for step in range(STEPS)] for side in sides}
    run = lambda dtype, noise=0: train(names, optimizer, task == "distillation", dtype, noise)
    (losses32, network), (losses64, network64) = run(torch.float32), run(torch.float64)
    loss_spread = spread(LOSS_LIMIT, lambda noise: max(abs(a / b - 1) for a, b in zip(run(torch.float32, noise)[0], losses64)))
    options = {{"lr": "learningRate", "weight_decay": "weightDecay"}.get(k, k): v for k, v in OPTIMIZERS[optimizer][1].items()}
    apart = max(float((a.double() - b).norm() / b.norm()) for a, b in zip(network.parameters(), network64.parameters()))
    return {
        "task": task,
        "optimizer": optimizer,
        "options": options,
        **names,
        "labels": [[(step + i) % CLASSES for i in range(ACCUMULATION)] for step in range(STEPS)],
        "losses": [both(pair) for pair in zip(losses32, losses64)],
        "lossDeviation": float(f"{loss_spread:.2g}"),
        "parameterDeviation": float(f"{apart:.2g}"),
        "finalParameters": {name: summary(name, p) for name, p in network.named_parameters()},
    }


def make_training():
    wanted = [("supervised", o) for o in OPTIMIZERS] + [("distillation", "adam")]
    runs = [first_stable(lambda draw: training_run(draw, *w)) for w in wanted]
    size = lambda s: {"height": s[0], "width": s[1]}
    common = {"architecture": "resnet10-thin-gn", "steps": STEPS, "accumulation": ACCUMULATION, "image": size(TRAIN_SIZE), "teacherImage": size(TEACHER_SIZE)}
    write(HERE, "training.json", {**common, "runs": runs})


# --- the formula itself ---

def make_hash_values():
    """Every kind of entry, bit for bit: SHA-256 of the little-endian bytes."""
    digest = lambda a: hashlib.sha256(np.ascontiguousarray(a, "<f4").tobytes()).hexdigest()
    entries = [e for e in state_entries(build("resnet18-bn")) if e["name"].startswith(("bn1", "layer4.0", "fc"))]
    hashed = [{**e, "prefix": p, "sha256": digest(hash_entry(p + e["name"], tuple(e["dims"]), e["kind"]))} for p in ("", "teacher/") for e in entries]
    uniform = [{"name": n, "values": hash_uniform(n, 6).tolist()} for n in ("", "conv1.weight", "größe")]
    image = {"name": "input/75x53/aa/0", "height": 75, "width": 53, "sha256": digest(hash_image("input/75x53/aa/0", 75, 53))}
    write(HERE, "hash-weights.json", {"uniform": uniform, "entries": hashed, "image": image})


if __name__ == "__main__":
    torch.set_num_threads(1)
    make_hash_values()
    make_networks()
    make_distillation()
    make_training()
