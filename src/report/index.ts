// What the report room offers: an evaluation record in, one page, figures and tables out. It never runs a model.
export { describeFinding, type Finding } from "./finding.ts";
export type {
  ExampleTissue,
  ExampleView,
  Fact,
  Report,
  ReportFigure,
  ReportInput,
  ReportTable,
  RunFacts,
} from "./input.ts";
export { type LeakPicture, renderLeakPage } from "./leak-page.ts";
export { metricName } from "./metrics.ts";
export {
  type PredictedSlide,
  type PredictionPace,
  type PredictionPageInput,
  summarisePrediction,
} from "./predictions/input.ts";
export { drawPredictionOverlay } from "./predictions/overlay-picture.ts";
export { renderPredictionPage } from "./predictions/page.ts";
export { PICTURE_SIDE, shrinkThumbnail } from "./predictions/shrink.ts";
export { renderReport, writeReport } from "./render-report.ts";
export type { StudyExample, StudyReport, StudyReportInput } from "./study/input.ts";
export { renderStudyReport, writeStudyReport } from "./study/render-study.ts";
export { type Verdict, verdictOf } from "./verdict.ts";
