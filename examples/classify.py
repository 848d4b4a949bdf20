"""python classify.py student.onnx image.png: probabilities of an image at the model's micrometres per pixel, by class.
Needs: pip install onnxruntime pillow numpy"""
import json, sys
import numpy, onnxruntime
from PIL import Image

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
pixels = numpy.asarray(Image.open(sys.argv[2]).convert("RGB"), dtype=numpy.float32) / 255
image = numpy.ascontiguousarray(pixels.transpose(2, 0, 1)[None])
[probabilities] = session.run(["probabilities"], {"image": image})
classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
print(json.dumps(dict(zip(classes, map(float, probabilities[0])))))
