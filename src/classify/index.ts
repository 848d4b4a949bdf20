// What the classify room offers: a network and an open slide in, the slide's answer and its maps out. Nothing here needs Node.
export { CELL_PIXELS, cellBox } from "./activation-map.ts";
export { type ClassifiedSlide, type ClassifySlideOptions, classifySlide } from "./classify-slide.ts";
export { classColour, type PredictionGeoJsonOptions, predictionGeoJson, probabilityName } from "./geojson.ts";
export { type HeatStop, heatColour, heatLegend } from "./heat-colours.ts";
export { type HeatOptions, type HeatPicture, heatPicture } from "./heat-picture.ts";
export { ANSWER_OUTPUTS, networkAnswers } from "./network-answers.ts";
export { overlayJson, parseOverlay } from "./overlay-json.ts";
export { lookAtSlide, type PlanningOptions, type SlideOutlook } from "./plan-for-model.ts";
export { parsePrediction, predictionJson } from "./prediction-json.ts";
export {
  csvText,
  pieceColumns,
  pieceRows,
  ruleInWords,
  slideColumns,
  slideRow,
  type TableCell,
} from "./rows.ts";
export { type RulesOfModel, rulesOfModel } from "./rules-of-model.ts";
export { slideFacts } from "./slide-facts.ts";
export { applySlideRule, checkSlideRule, type JudgedPiece, USUAL_RULE } from "./slide-rule.ts";
export { type ChosenThreshold, chooseThreshold } from "./threshold.ts";
export type {
  ActivationMap,
  ModelFacts,
  NetworkAnswer,
  PiecePrediction,
  SlideAnswer,
  SlideFacts,
  SlideNetwork,
  SlideOverlay,
  SlidePrediction,
  SlideRefusal,
  SlideRule,
  SlideSeconds,
} from "./types.ts";
