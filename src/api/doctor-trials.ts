// The checks of `doctor` that try something real: a tiny graph through the engine, one small image of each format.
import { floatTensor, runtimeInfo, Session } from "../engine/index.ts";
import { encodeOnnx, Graph, relu } from "../graph/index.ts";
import { DECODER_VERSION, decodeImage } from "../image/index.ts";
import type { DoctorCheck } from "./doctor.ts";

/** A 2 x 2 image of one colour (R, G, B = 200, 100, 150; JPEG within a few grey levels) in each format. */
const SAMPLES: Readonly<Record<string, string>> = {
  PNG: "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEklEQVQImWM4kTLtRMo0BggFADIOBwl1WBwLAAAAAElFTkSuQmCC",
  JPEG: "/9j/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wAARCAACAAIDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAABAb/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCsAlav/9k=",
  WebP: "UklGRh4AAABXRUJQVlA4TBEAAAAvAUAAAAdQsiLXsv+BiOh/AAA=",
  TIFF: "SUkqABQAAADIZJbIZJbIZJbIZJYPAAABAwABAAAAAgAAAAEBAwABAAAAAgAAAAIBAwADAAAA3gAAAAMBAwABAAAAAQAAAAYBAwABAAAAAgAAABEBBAABAAAACAAAABIBAwABAAAAAQAAABUBAwABAAAAAwAAABYBAwABAAAAAAEAABcBBAABAAAADAAAABoBBQABAAAAzgAAABsBBQABAAAA1gAAABwBAwABAAAAAQAAACgBAwABAAAAAgAAAFMBAwADAAAA5AAAAAAAAAAzM8sAAAAIADMzywAAAAgACAAIAAgAAQABAAEA",
};
const SAMPLE_COLOUR = [200, 100, 150];
const JPEG_TOLERANCE = 6;

/** The smallest tile that a slide could hold. */
export const JPEG_SAMPLE = { base64: SAMPLES.JPEG!, colour: SAMPLE_COLOUR, tolerance: JPEG_TOLERANCE };

/** Runs max(x, 0) of two numbers through ONNX Runtime. */
export async function checkEngine(): Promise<DoctorCheck> {
  const name = "ONNX Runtime";
  try {
    const graph = new Graph();
    graph.output("y", relu(graph.input("x", [2])));
    const session = await Session.create(encodeOnnx(graph));
    const { y } = await session.run({ x: floatTensor([2], Float32Array.of(-1, 2)) });
    await session.release();
    const { version, backends } = runtimeInfo();
    const right = y?.data[0] === 0 && y.data[1] === 2;
    return {
      name,
      status: right ? "ok" : "fail",
      detail: `${version} (built with: ${backends.join(", ")}); a test graph ${right ? "gave the right numbers" : `gave ${y?.data.join(", ")} for 0, 2`}`,
      fix: right ? "" : "Reinstall lowmag; if it stays, report the processor model with this output.",
    };
  } catch (error) {
    return failed(
      name,
      error,
      "Reinstall lowmag on this machine (`npm ci`): the native part may be missing.",
    );
  }
}

/** Decodes one small image of each format and compares its colour. */
export async function checkDecoder(): Promise<DoctorCheck> {
  const name = "image decoder";
  try {
    const wrong: string[] = [];
    for (const [format, base64] of Object.entries(SAMPLES)) {
      const { image } = await decodeImage(Buffer.from(base64, "base64"), { name: `a ${format} sample` });
      const near = image.data.every((value, i) => Math.abs(value - SAMPLE_COLOUR[i % 3]!) <= JPEG_TOLERANCE);
      if (!near || image.width !== 2 || image.height !== 2) wrong.push(format);
    }
    const formats = Object.keys(SAMPLES).join(", ");
    return {
      name,
      status: wrong.length === 0 ? "ok" : "fail",
      detail: `${DECODER_VERSION}, ${wrong.length === 0 ? `decodes ${formats}` : `wrong pixels from ${wrong.join(", ")}`}`,
      fix: wrong.length === 0 ? "" : "Reinstall lowmag on this machine (`npm ci`).",
    };
  } catch (error) {
    return failed(
      name,
      error,
      "Reinstall lowmag on this machine (`npm ci`): the native part may be missing.",
    );
  }
}

function failed(name: string, error: unknown, fix: string): DoctorCheck {
  return { name, status: "fail", detail: error instanceof Error ? error.message : String(error), fix };
}
