"""The networks of the goldens: torchvision's own ResNet code, filled with hash weights."""
import torch
from torch import nn
from torchvision.models.resnet import BasicBlock, ResNet

from hash_weights import hash_entry, state_kind

CLASSES = 3


def group_norm(channels):
    return nn.GroupNorm(32, channels)


class ThinResNet(ResNet):
    """torchvision's ResNet with free planes: (1,1,1,1) blocks of (32,64,128,256) is ResNet-10-thin."""

    def __init__(self, layers, planes, norm_layer):
        nn.Module.__init__(self)
        self._norm_layer, self.inplanes, self.dilation, self.groups, self.base_width = norm_layer, planes[0], 1, 1, 64
        self.conv1 = nn.Conv2d(3, planes[0], 7, 2, 3, bias=False)
        self.bn1 = norm_layer(planes[0])
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        for index, (blocks, width) in enumerate(zip(layers, planes)):
            setattr(self, f"layer{index + 1}", self._make_layer(BasicBlock, width, blocks, 1 if index == 0 else 2))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(planes[-1], CLASSES)


def build(architecture):
    if architecture == "resnet10-thin-gn":
        return ThinResNet((1, 1, 1, 1), (32, 64, 128, 256), group_norm)
    depth, norm = architecture.split("-")
    layers = {"resnet18": [2, 2, 2, 2], "resnet34": [3, 4, 6, 3]}[depth]
    return ResNet(BasicBlock, layers, num_classes=CLASSES, norm_layer=group_norm if norm == "gn" else nn.BatchNorm2d)


def state_entries(network):
    return [
        {"name": name, "dims": list(value.shape), "kind": state_kind(name, value.shape)}
        for name, value in network.state_dict().items()
    ]


def hash_network(architecture, dtype, prefix=""):
    """A network of hash weights; `prefix` goes before the parameter's name in the hash."""
    network = build(architecture)
    state = {
        e["name"]: torch.from_numpy(hash_entry(prefix + e["name"], tuple(e["dims"]), e["kind"]).copy())
        for e in state_entries(network)
    }
    network.load_state_dict(state)
    return network.to(dtype)


def forward(network, x):
    """(feature map after the last ReLU, logits)."""
    n = network
    x = n.maxpool(n.relu(n.bn1(n.conv1(x))))
    features = n.layer4(n.layer3(n.layer2(n.layer1(x))))
    return features, n.fc(torch.flatten(n.avgpool(features), 1))


def perturb(network, x, seed):
    """Rounding-sized noise (3e-7 relative) on weights and input, as another order of summation would make; seed 0 adds none."""
    if seed == 0:
        return x
    noise = torch.Generator().manual_seed(seed)
    relative = lambda v: 1 + 3e-7 * torch.randn(v.shape, generator=noise).to(v.dtype)
    with torch.no_grad():
        for p in network.parameters():
            p.mul_(relative(p))
    return x * relative(x)
