"""Where the cells of a residual network's last feature map look, by PyTorch: cells.json.

Sizes of the map for sides of images, and for some cells the first and the last image pixel that can change them (the
receptive field, from the gradient of the cell with all weights 1 and average instead of maximum pooling, which has the
same reach). Weights and images are constants: no seed. Tolerance: none, whole numbers.

    /usr/bin/python3 test/golden/classify/make_cells.py
"""
import json
import os

import torch
from torch import nn

HERE = os.path.dirname(__file__)
STAGES = [1, 2, 2, 2]
CHANNELS = 2


def conv(kernel, stride):
    layer = nn.Conv2d(CHANNELS, CHANNELS, kernel, stride, kernel // 2, bias=False)
    nn.init.constant_(layer.weight, 1e-2)
    return layer


class Block(nn.Module):
    def __init__(self, stride):
        super().__init__()
        self.first, self.second = conv(3, stride), conv(3, 1)
        self.straight = conv(1, stride)

    def forward(self, x):
        return self.second(self.first(x)) + self.straight(x)


network = nn.Sequential(
    conv(7, 2),
    nn.AvgPool2d(3, 2, 1),
    *[block for stride in STAGES for block in (Block(stride), Block(1))],
).double()

sizes = []
for side in [1, 31, 32, 33, 64, 75, 100, 127, 128, 129, 1000]:
    with torch.no_grad():
        out = network(torch.zeros(1, CHANNELS, side, 40, dtype=torch.float64))
    sizes.append([side, out.shape[2]])

image = torch.zeros(1, CHANNELS, 1216, 1216, dtype=torch.float64, requires_grad=True)
out = network(image)
fields = []
for row, column in [(18, 18), (17, 20), (20, 16)]:
    (gradient,) = torch.autograd.grad(out[0, 0, row, column], image, retain_graph=True)
    seen = gradient[0].abs().sum(0) > 0
    rows, columns = seen.any(1).nonzero().flatten(), seen.any(0).nonzero().flatten()
    fields.append(
        {
            "row": row,
            "column": column,
            "rows": [int(rows[0]), int(rows[-1])],
            "columns": [int(columns[0]), int(columns[-1])],
        }
    )

golden = {"versions": {"torch": torch.__version__}, "sizes": sizes, "fields": fields}
with open(os.path.join(HERE, "cells.json"), "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
