"""python to_torchscript.py FOLDER: makes FOLDER/torchscript_model.pt, which WSInfer and QuPath's WSInfer extension run,
from the FOLDER/model.safetensors that `lowmag export --wsinfer FOLDER` wrote. Needs: pip install torch numpy"""
import json
import os
import sys

import numpy
import torch
from torch import nn

THIN, WIDE = (32, 64, 128, 256), (64, 128, 256, 512)
SHAPES = {  # blocks per stage, channels per stage
    "resnet10-thin-gn": ((1, 1, 1, 1), THIN),
    "resnet18-bn": ((2, 2, 2, 2), WIDE),
    "resnet18-gn": ((2, 2, 2, 2), WIDE),
    "resnet34-bn": ((3, 4, 6, 3), WIDE),
    "resnet34-gn": ((3, 4, 6, 3), WIDE),
}


def read(path):
    """Tensors and description of a lowmag model: 8 bytes with the header's length, the header as JSON, the numbers."""
    with open(path, "rb") as file:
        content = file.read()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    described = json.loads(header.pop("__metadata__")["model"])
    tensors = {}
    for name, entry in header.items():
        first, last = (start + offset for offset in entry["data_offsets"])
        numbers = numpy.frombuffer(content[first:last], dtype="<f4").reshape(entry["shape"])
        tensors[name] = torch.from_numpy(numbers.copy())
    return tensors, described


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, norm):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), norm(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), norm(outputs)
        self.downsample = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), norm(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + self.downsample(x))


class Network(nn.Module):
    def __init__(self, architecture, classes):
        super().__init__()
        blocks, planes = SHAPES[architecture]
        norm = nn.BatchNorm2d if architecture.endswith("-bn") else lambda channels: nn.GroupNorm(32, channels)
        self.conv1, self.bn1 = nn.Conv2d(3, planes[0], 7, 2, 3, bias=False), norm(planes[0])
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inputs = planes[0]
        for stage, (count, channels) in enumerate(zip(blocks, planes), 1):
            layers = []
            for index in range(count):
                layers.append(Block(inputs, channels, 2 if stage > 1 and index == 0 else 1, norm))
                inputs = channels
            setattr(self, f"layer{stage}", nn.Sequential(*layers))
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        """Standardised images to logits; WSInfer adds the softmax."""
        x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean(dim=(2, 3)))


def main(folder):
    tensors, described = read(os.path.join(folder, "model.safetensors"))
    network = Network(described["architecture"], len(described["classes"]))
    network.load_state_dict(tensors, strict=False)
    missing = [name for name, _ in network.named_parameters() if name not in tensors]
    if missing:
        sys.exit(f"model.safetensors lacks {', '.join(missing)}")
    scripted = torch.jit.script(network.eval())
    scripted.save(os.path.join(folder, "torchscript_model.pt"))
    print(os.path.join(folder, "torchscript_model.pt"))


if __name__ == "__main__":
    main(sys.argv[1])
