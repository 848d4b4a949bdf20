"""Makes the PyTorch goldens of single parts: losses, pooling and resizing, layers, optimisers, schedules. See ../models/README.md.

Run: /usr/bin/python3 test/golden/nn/make_goldens.py   (two seconds)
Arrays named in a `*Name` field come from the hash formula (2u-1, times `scale` where given) and are not stored.
"""
import os
import sys

import torch
import torch.nn.functional as F
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "models"))
from golden_format import array, number, write  # noqa: E402
from hash_weights import hash_array  # noqa: E402


def hashed(name, dims, scale=1.0):
    return (torch.from_numpy(hash_array(name, tuple(dims)).copy()) * scale).requires_grad_()


def both(value, value64):
    return {"float32": number(value), "float64": float(f"{float(value64):.15g}")}


# --- losses on logits ---

def cross_entropy(rows, classes, smoothing, weights):
    logits = hashed(f"ce/{rows}x{classes}", (rows, classes), 4.0)
    labels = [(2 * i + 1) % classes for i in range(rows)]
    weigh = lambda d: None if weights is None else torch.tensor(weights, dtype=d)
    loss = F.cross_entropy(logits, torch.tensor(labels), weight=weigh(torch.float32), label_smoothing=smoothing)
    loss.backward()
    exact = F.cross_entropy(logits.detach().double(), torch.tensor(labels), weight=weigh(torch.float64), label_smoothing=smoothing)
    return {
        "logits": array(logits), "labels": labels, "labelSmoothing": smoothing, "classWeights": weights,
        "loss": both(loss, exact), "gradient": array(logits.grad),
    }


def soft_loss(teacher, student, temperature):
    t, target = temperature, torch.tensor(teacher)
    z = torch.tensor(student, requires_grad=True)
    kl = lambda a, b: F.kl_div(F.log_softmax(a / t, 1), F.softmax(b / t, 1), reduction="batchmean") * t * t
    loss = kl(z, target)
    loss.backward()
    return {
        "teacherLogits": array(target), "studentLogits": array(z), "temperature": t,
        "loss": both(loss, kl(z.detach().double(), target.double())), "gradient": array(z.grad),
    }


def make_losses():
    weights = [0.5, 1.0, 2.0]
    entropy = [cross_entropy(n, 3, s, w) for n in (1, 4) for s in (0.0, 0.1) for w in (None, weights)] + [cross_entropy(7, 5, 0.2, None)]
    fixture = ([[2.0, 0.5, -1.0]], [[1.0, 1.0, 0.0]])
    far = (hashed("soft/teacher", (4, 5), 6.0).detach().tolist(), hashed("soft/student", (4, 5), 6.0).detach().tolist())
    extreme = ([[80.0, 0.0, -80.0]], [[-30.0, 0.0, 60.0]])
    soft = [soft_loss(*pair, t) for pair in (fixture, far, extreme) for t in (1.0, 4.0)]
    assert abs(soft[0]["loss"]["float64"] - 0.279523) < 1e-6 and abs(soft[1]["loss"]["float64"] - 0.373904) < 1e-6
    write(HERE, "losses.json", {"crossEntropy": entropy, "soft": soft})


# --- adaptive max pooling and bicubic interpolation ---

RESIZE = {
    "max": F.adaptive_max_pool2d,
    "bicubic": lambda x, size: F.interpolate(x, size=size, mode="bicubic", align_corners=False),
}


def resize(method, x, size):
    x = x.detach().requires_grad_()
    y = RESIZE[method](x, size)
    y.backward(hashed("upstream/resize", y.shape).detach())
    return {"method": method, "input": array(x), "output": array(y), "upstreamName": "upstream/resize", "inputGradient": array(x.grad)}


def make_resize():
    fixture = torch.tensor([[[[((7 * i + 3 * j) % 11) / 10 for j in range(5)] for i in range(5)]]])
    expected = {
        "max": [[1.0, 1.0, 0.9], [1.0, 1.0, 0.8], [1.0, 0.9, 0.8]],
        "bicubic": [[0.343004, 0.435185, 0.505487], [0.377778, 0.9, 0.261111], [0.756207, 0.203704, 0.511283]],
    }
    sizes = [((4, 5), (2, 3)), ((7, 7), (3, 2)), ((4, 4), (4, 4)), ((3, 3), (1, 1)), ((2, 2), (5, 4)), ((9, 13), (4, 5)), ((1, 6), (1, 4))]
    cases = []
    for method in RESIZE:
        case = resize(method, fixture, (3, 3))
        assert torch.allclose(RESIZE[method](fixture, (3, 3))[0, 0], torch.tensor(expected[method]), atol=6e-7)
        cases.append(case)
        for (h, w), size in sizes:
            cases.append(resize(method, hashed(f"resize/{h}x{w}", (2, 3, h, w)), size))
    write(HERE, "resize.json", {"cases": cases})


# --- layers, with gradients of everything ---

def layer_case(name, layer, dims, settings, training=True):
    """Weights are hash arrays (norm weights 1 + 0.3 * them); the upstream gradient is a hash array."""
    weights = {}
    with torch.no_grad():
        for key, p in layer.named_parameters():
            value = hashed(f"{name}/{key}", p.shape)
            p.copy_(1 + 0.3 * value if key == "weight" and p.dim() == 1 else value)
            weights[key] = array(p)
        for key, b in layer.named_buffers():
            if key != "num_batches_tracked":
                b.copy_(0.2 * hashed(f"{name}/{key}", b.shape) + (1 if key == "running_var" else 0))
                weights[key] = array(b)
    layer.train(training)
    x = hashed(f"{name}/input", dims, 2.0).detach().requires_grad_()
    y = layer(x)
    y.backward(hashed(f"{name}/upstream", y.shape).detach())
    return {
        "name": name, **settings, "training": training, "weights": weights, "input": array(x), "output": array(y),
        "upstream": array(hashed(f"{name}/upstream", y.shape)), "inputGradient": array(x.grad),
        "gradients": {k: array(p.grad) for k, p in layer.named_parameters()},
        "statistics": {k: array(b) for k, b in layer.named_buffers() if k != "num_batches_tracked"},
    }


def convolution(name, dims, out, kernel, stride, padding, bias=False):
    layer = nn.Conv2d(dims[1], out, kernel, stride, padding, bias=bias)
    return layer_case(name, layer, dims, {"layer": "conv", "kernel": kernel, "stride": stride, "padding": padding})


def make_layers():
    cases = [
        convolution("conv7-s2-even", (1, 3, 12, 10), 4, 7, 2, 3),
        convolution("conv7-s2-odd", (2, 3, 11, 9), 4, 7, 2, 3),
        convolution("conv3-s1", (2, 4, 5, 6), 3, 3, 1, 1),
        convolution("conv3-s1-1px", (2, 4, 1, 1), 3, 3, 1, 1),
        convolution("conv3-s2-even", (1, 4, 6, 8), 5, 3, 2, 1),
        convolution("conv3-s2-odd", (2, 4, 7, 5), 5, 3, 2, 1),
        convolution("conv3-s2-1px", (1, 4, 1, 2), 5, 3, 2, 1),
        convolution("conv1-s2-even", (1, 4, 6, 4), 5, 1, 2, 0),
        convolution("conv1-s2-odd", (2, 4, 5, 7), 5, 1, 2, 0),
        convolution("conv3-bias", (2, 3, 4, 5), 2, 3, 1, 1, bias=True),
        layer_case("group-norm", nn.GroupNorm(4, 8), (2, 8, 3, 5), {"layer": "groupNorm", "groups": 4}),
        layer_case("group-norm-instance", nn.GroupNorm(6, 6), (2, 6, 4, 3), {"layer": "groupNorm", "groups": 6}),
        layer_case("batch-norm-train", nn.BatchNorm2d(5), (3, 5, 4, 3), {"layer": "batchNorm", "momentum": 0.1}),
        layer_case("batch-norm-eval", nn.BatchNorm2d(5), (3, 5, 4, 3), {"layer": "batchNorm", "momentum": 0.1}, training=False),
        layer_case("max-pool-even", nn.MaxPool2d(3, 2, 1), (2, 3, 8, 6), {"layer": "maxPool", "kernel": 3, "stride": 2, "padding": 1}),
        layer_case("max-pool-odd", nn.MaxPool2d(3, 2, 1), (2, 3, 7, 5), {"layer": "maxPool", "kernel": 3, "stride": 2, "padding": 1}),
        layer_case("max-pool-1px", nn.MaxPool2d(3, 2, 1), (1, 3, 1, 1), {"layer": "maxPool", "kernel": 3, "stride": 2, "padding": 1}),
        layer_case("relu", nn.ReLU(), (2, 3, 4, 5), {"layer": "relu"}),
        layer_case("global-average", nn.AdaptiveAvgPool2d(1), (2, 3, 4, 5), {"layer": "globalAveragePool"}),
        layer_case("linear", nn.Linear(6, 3), (4, 6), {"layer": "linear"}),
    ]
    write(HERE, "layers.json", {"cases": cases})


# --- optimisers on a vector of five ---

OPTIMIZERS = [
    ("adam", torch.optim.Adam, {"lr": 0.01}),
    ("adam", torch.optim.Adam, {"lr": 0.01, "weight_decay": 0.1}),
    ("adam", torch.optim.Adam, {"lr": 0.003, "betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 1e-4}),
    ("adamw", torch.optim.AdamW, {"lr": 0.01, "weight_decay": 0.1}),
    ("sgd", torch.optim.SGD, {"lr": 0.1}),
    ("sgd", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.05}),
    ("sgd", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.05, "nesterov": True}),
]
OPTION_NAMES = {"lr": "learningRate", "weight_decay": "weightDecay", "eps": "epsilon"}


def optimizer_steps(make, options, start, gradients, dtype):
    p = start.to(dtype).clone().requires_grad_()
    stepper, after = make([p], **options), []
    for g in gradients.to(dtype):
        p.grad = g.clone()
        stepper.step()
        after.append(p.detach().clone())
    return torch.stack(after)


def make_optimizers():
    start, gradients = hashed("optimizer/start", (5,)).detach(), hashed("optimizer/gradients", (5, 5)).detach()
    # Entry 4 sees no gradient at all and entry 3 tiny ones: where epsilon and weight decay alone decide.
    gradients[:, 4] = 0
    gradients[:, 3] *= 1e-7
    cases = []
    for name, make, options in OPTIMIZERS:
        after, exact = (optimizer_steps(make, options, start, gradients, d) for d in (torch.float32, torch.float64))
        cases.append({
            "optimizer": name, "options": {OPTION_NAMES.get(k, k): v for k, v in options.items()},
            "after": array(after), "afterFloat64": [float(f"{v:.15g}") for v in exact.reshape(-1).tolist()],
        })
    write(HERE, "optimizers.json", {"start": array(start), "gradients": array(gradients), "cases": cases})


# --- learning-rate schedules ---

def rates(make, steps, lr):
    stepper = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    schedule, values = make(stepper), []
    for _ in range(steps):
        values.append(float(f"{stepper.param_groups[0]['lr']:.15g}"))
        stepper.step()
        schedule.step()
    return values


def warm_cosine(warmup, steps):
    """Step s of S, warm-up w: (s+1)/w for s < w, then (1 + cos(pi (s-w)/(S-w))) / 2; 0 would be reached at s = S."""
    S = torch.optim.lr_scheduler

    def make(stepper):
        cosine = S.CosineAnnealingLR(stepper, T_max=steps - warmup)
        if warmup == 0:
            return cosine
        linear = S.LinearLR(stepper, start_factor=1 / warmup, end_factor=1.0, total_iters=warmup - 1)
        return S.SequentialLR(stepper, [linear, cosine], milestones=[warmup])

    return make


def make_schedules():
    exponential = lambda stepper: torch.optim.lr_scheduler.ExponentialLR(stepper, gamma=0.85)
    cases = [{"schedule": "exponential", "learningRate": 1e-3, "gamma": 0.85, "unit": "epoch", "rates": rates(exponential, 12, 1e-3)}]
    for warmup, steps in ((0, 10), (3, 12), (5, 20)):
        cases.append({
            "schedule": "cosine", "learningRate": 2e-3, "warmupSteps": warmup, "totalSteps": steps, "unit": "step",
            "rates": rates(warm_cosine(warmup, steps), steps, 2e-3),
        })
    write(HERE, "schedules.json", {"cases": cases})


if __name__ == "__main__":
    torch.set_num_threads(1)
    make_losses()
    make_resize()
    make_layers()
    make_optimizers()
    make_schedules()
