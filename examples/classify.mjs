// node classify.mjs student.onnx image.png: probabilities of an image at the model's µm per pixel, in the order of its
// classes (student.json, beside the model). Needs: npm install onnxruntime-node sharp
import ort from "onnxruntime-node";
import sharp from "sharp";

const [model, file] = process.argv.slice(2);
const { data, info } = await sharp(file, { ignoreIcc: true })
  .removeAlpha()
  .toColourspace("srgb")
  .raw()
  .toBuffer({ resolveWithObject: true });
const pixels = info.width * info.height;
const planes = Float32Array.from(
  { length: 3 * pixels },
  (_, i) => data[3 * (i % pixels) + Math.floor(i / pixels)] / 255,
);
const session = await ort.InferenceSession.create(model);
const image = new ort.Tensor("float32", planes, [1, 3, info.height, info.width]);
const { probabilities } = await session.run({ image }, ["probabilities"]);
console.log(JSON.stringify([...probabilities.data]));
