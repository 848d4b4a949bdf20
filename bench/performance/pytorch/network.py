"""ResNet-10-thin with group normalisation in PyTorch, for the peers."""
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.GroupNorm(32, outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.GroupNorm(32, outputs)
        projected = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.GroupNorm(32, outputs))
        self.downsample = None if stride == 1 else projected

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)), inplace=True)))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)), inplace=True)


class Network(nn.Module):
    """ResNet-10-thin with group normalisation (DiPalma et al. 2021)."""

    def __init__(self, classes=3):
        super().__init__()
        self.conv1, self.bn1, self.pool = nn.Conv2d(3, 32, 7, 2, 3, bias=False), nn.GroupNorm(32, 32), nn.MaxPool2d(3, 2, 1)
        self.layers = nn.Sequential(Block(32, 32, 1), Block(32, 64, 2), Block(64, 128, 2), Block(128, 256, 2))
        self.fc = nn.Linear(256, classes)

    def forward(self, x):
        x = self.layers(self.pool(F.relu(self.bn1(self.conv1(x)), inplace=True)))
        return x, self.fc(x.mean((2, 3)))
