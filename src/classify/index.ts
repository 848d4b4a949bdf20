// What the classify room offers: a network and an open slide in, the slide's answer and its maps out. Nothing here needs Node.
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
