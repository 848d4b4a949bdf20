// The library's surface, pinned: a name that comes or goes is a decision, not an accident.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import * as lowmag from "../../src/index.ts";
import * as portable from "../../src/portable.ts";
import * as slides from "../../src/slides.ts";

const VALUES = [
  "LowmagError",
  "convert",
  "demo",
  "distill",
  "doctor",
  "evaluate",
  "exportModel",
  "isLowmagError",
  "leaks",
  "openModel",
  "predict",
  "prepare",
  "profile",
  "serve",
  "slideAssociated",
  "slideInfo",
  "slideRegion",
  "slideThumbnail",
  "slideTissue",
  "split",
  "study",
  "studyInit",
  "synthesize",
  "train",
];

const PORTABLE = [
  "ANNOTATION_LIMITS",
  "LowmagError",
  "STAIN_TARGETS",
  "TISSUE_METHODS",
  "USUAL_RULES",
  "applyColourTable",
  "applySlideRule",
  "blobSource",
  "blurScore",
  "bytesSource",
  "chooseThreshold",
  "classifySlide",
  "compileDecoders",
  "createDecoders",
  "createSlide",
  "csvText",
  "drawOverlay",
  "estimateStain",
  "failureReason",
  "findPen",
  "findPieces",
  "findTissue",
  "heatColour",
  "heatLegend",
  "heatPicture",
  "inflatePortable",
  "isLowmagError",
  "labelByArea",
  "levelForMpp",
  "normaliseStain",
  "openDicomSlide",
  "openSlideContent",
  "openTiffSlide",
  "outlinePieces",
  "outputSize",
  "overlayJson",
  "parseOverlay",
  "parsePrediction",
  "parseRememberedRules",
  "pieceColumns",
  "pieceMaskAt",
  "pieceRows",
  "polygonArea",
  "predictionGeoJson",
  "predictionJson",
  "rasteriseRegions",
  "readAnnotations",
  "readAtMpp",
  "regionsAsPieces",
  "resampleArea",
  "rgbImage",
  "slideColumns",
  "slideRow",
  "toLevelZero",
  "whiteOutside",
  "writeGeoJson",
];

const SLIDES = [
  "fileSource",
  "findSlides",
  "loadDecoders",
  "openSlide",
  "openslideVersion",
  "readColourTable",
  "readGrid",
];

const TYPES = [
  "ConvertResult",
  "DemoOptions",
  "DemoResult",
  "DistillOptions",
  "DoctorCheck",
  "DoctorOptions",
  "DoctorResult",
  "ErrorCode",
  "EvaluateOptions",
  "EvaluateResult",
  "EvaluationRecord",
  "ExportOptions",
  "ExportResult",
  "ExportedQuantisation",
  "PredictFiles",
  "Interval",
  "LeaksOptions",
  "LeaksResult",
  "MetricEstimate",
  "ModelCost",
  "ModelEvaluation",
  "ModelProfile",
  "ModelRole",
  "OperationContext",
  "PairedComparison",
  "PredictOptions",
  "PredictResult",
  "Prediction",
  "PrepareOptions",
  "PrepareResult",
  "PreparedResolution",
  "ProfileOptions",
  "ProfileResult",
  "Progress",
  "ProgressListener",
  "ServeOptions",
  "ServeResult",
  "SlideAssociatedOptions",
  "SlideInfoLevel",
  "SlideInfoOptions",
  "SlideInfoResult",
  "SlidePicture",
  "SlideRegionOptions",
  "SlideThumbnailOptions",
  "SlideTissueOptions",
  "SlideTissuePiece",
  "SlideTissueResult",
  "SplitOptions",
  "SplitResult",
  "StudyInitOptions",
  "StudyEvaluation",
  "StudyInitResult",
  "StudyOptions",
  "StudyRecord",
  "StudyResult",
  "SynthesizeOptions",
  "SynthesizeResult",
  "TrainOptions",
  "TrainingResult",
];

describe("the public API", () => {
  it("exports these values", () => {
    expect(Object.keys(lowmag).sort()).toEqual(VALUES);
  });

  it("exports these types", () => {
    const text = readFileSync(fileURLToPath(new URL("../../src/index.ts", import.meta.url)), "utf8");
    const lists = [...text.matchAll(/export( type)? \{([^}]*)\}/g)].flatMap(([, whole, names = ""]) =>
      names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "" && (whole !== undefined || name.startsWith("type ")))
        .map((name) => name.replace(/^type /, "")),
    );
    expect(lists.sort()).toEqual([...TYPES].sort());
  });

  it("has one function per command", () => {
    const exported = new Map<string, unknown>(Object.entries(lowmag));
    for (const { name } of commands) {
      const camelCase = name.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
      const key = name === "export" ? "exportModel" : camelCase;
      expect(typeof exported.get(key), name).toBe("function");
    }
  });

  it("has the reader of slides beside it, and the part of that which needs no Node", () => {
    expect(Object.keys(portable).sort()).toEqual(PORTABLE);
    expect(Object.keys(slides).sort()).toEqual([...PORTABLE, ...SLIDES].sort());
  });

  it("is what package.json points at", () => {
    const text = readFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), "utf8");
    const { exports: entries, bin } = JSON.parse(text) as {
      exports: Record<string, { types: string; default: string }>;
      bin: Record<string, string>;
    };
    expect(entries["."]).toEqual({ types: "./dist/index.d.ts", default: "./dist/index.js" });
    for (const name of ["slides", "portable"])
      expect(entries[`./${name}`]).toEqual({
        types: `./dist/${name}.d.ts`,
        default: `./dist/${name}.js`,
      });
    expect(bin).toEqual({ lowmag: "./bin/lowmag.js" });
  });
});
