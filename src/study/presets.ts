// The paper's three data sets as study files: classes by the names in the authors' code, magnifications, their folder
// layout, the published recipe, and as margin what was claimed. DiPalma et al. 2021, arXiv 2101.04170 and Artificial
// Intelligence in Medicine 119:102136; code: jdipalma2/ResolutionDistillation. The data themselves are not public.

/** The data sets of the paper. */
export const STUDY_PRESETS = ["celiac", "luad", "rcc"] as const;

/** A data set of the paper, by name. */
export type StudyPresetName = (typeof STUDY_PRESETS)[number];

/** What is particular to a data set of the paper. */
export interface StudyPreset {
  readonly title: string;
  /** As the authors' `evaluate_kd.py` names them, in its order. */
  readonly classes: readonly string[];
  /** Folder of the teacher's images: the authors' `data_<objective>`, with train, val and test folders of class folders. */
  readonly folder: string;
  /** µm per pixel; the group's convention is 40x = 0.25. */
  readonly teacherMpp: number;
  readonly studentMpps: readonly number[];
  /** Non-inferiority margin in accuracy. */
  readonly margin: number;
  /** Where the margin comes from, in words. */
  readonly marginSays: string;
  /** The claims that this study tests, in words. */
  readonly claims: readonly string[];
  /** Folder of further tissue without labels, where a claim needs it. */
  readonly unlabelled: string | null;
}

const PRESETS: Readonly<Record<StudyPresetName, StudyPreset>> = {
  celiac: {
    title: "Resolution-based distillation: celiac disease",
    classes: ["Abnormal", "Normal", "Sprue"],
    folder: "data_10x",
    teacherMpp: 1,
    studentMpps: [2, 4, 8, 16],
    margin: 0.01,
    marginSays: "not from the paper, which claims more: the 5x student beats the teacher",
    claims: [
      "the student at 5x (2 µm/px, a quarter of the cost) beats the teacher at 10x",
      "at 0.625x (16 µm/px), adding unlabelled tissue gains 4% accuracy over the baseline",
      "more unlabelled tissue keeps helping",
    ],
    unlabelled: "unlabelled_10x",
  },
  luad: {
    title: "Resolution-based distillation: lung adenocarcinoma",
    classes: ["Acinar", "Lepidic", "Micropapillary", "Papillary", "Solid"],
    folder: "data_10x",
    teacherMpp: 1,
    studentMpps: [2, 4, 8, 16],
    margin: 0.03,
    marginSays: "the claim of arXiv 2101.04170; the journal's is 0.015",
    claims: [
      "the student at 1.25x (8 µm/px, 1/64 of the cost) is within 3% (arXiv) or 1.5% (journal) of the teacher at 10x",
    ],
    unlabelled: null,
  },
  rcc: {
    title: "Resolution-based distillation: renal cell carcinoma",
    classes: ["Clearcell", "Chromophobe", "Papillary"],
    folder: "data_5x",
    teacherMpp: 2,
    studentMpps: [4, 8, 16],
    margin: 0.01,
    marginSays: "the claim of the journal version",
    claims: [
      "the student at 1.25x (8 µm/px, 1/16 of the cost) is within 1% of the teacher at 5x (journal version)",
    ],
    unlabelled: null,
  },
};

/** The data set of a name. */
export function studyPreset(name: StudyPresetName): StudyPreset {
  return PRESETS[name];
}

/**
 * The study file of a data set of the paper, commented, to be written beside the authors' folders.
 *
 * @example
 * parseStudyFile(presetStudyFile("luad"), { path: "luad.yaml" }).content.students.mpp; // [2, 4, 8, 16]
 */
export function presetStudyFile(name: StudyPresetName): string {
  const preset = studyPreset(name);
  return `${[header(preset), dataSection(preset), RECIPE, networks(preset), arms(preset), comparison(preset)].join("\n")}`;
}

function header({ title, claims, folder, classes }: StudyPreset): string {
  return [
    "# A study of the paper's own question on its own data, which its authors hold (they are not public).",
    "# What was claimed, and what this study tests:",
    ...claims.map((claim) => `#   - ${claim}`),
    "# Folders beside this file, as the authors' code has them:",
    `#   ${folder}/{train,val,test}/{${classes.join(",")}}/*.png`,
    "# Students see the same images, brought to their resolution by lowmag: the authors' other folders are not needed.",
    `title: "${title}"`,
    "",
  ].join("\n");
}

function dataSection({ folder, teacherMpp, classes, unlabelled }: StudyPreset): string {
  const more =
    unlabelled === null
      ? ["  # unlabelled: [more/]   # further tissue without labels, for every distilled arm"]
      : [
          `  unlabelled: [${unlabelled}]   # further tissue without labels, at the same resolution, in any folders`,
        ];
  return [
    "data:",
    `  data: ${folder}   # ${10 / teacherMpp}x: ${teacherMpp} µm per pixel`,
    `  dataMpp: ${teacherMpp}`,
    `  classes: [${classes.join(", ")}]`,
    "  # patientPattern: '/([^/]+)_\\d+\\.png$'   # how a file name tells the patient, who must be in one split",
    ...more,
    "",
  ].join("\n");
}

const RECIPE = [
  "# The published recipe. How the teacher was trained is not published; the group's DeepSlide uses the same optimiser and",
  "# augmentation with `schedule: exponential, gamma: 0.85`.",
  "training:",
  "  batch: 32",
  "  optimizer: adam",
  "  learningRate: 0.001",
  "  weightDecay: 0.0001   # L2, added to the gradient",
  "  schedule: constant",
  "  jitterBrightness: 0.5",
  "  jitterContrast: 0.5",
  "  jitterSaturation: 0.5",
  "  jitterHue: 0.2",
  "budget: { epochs: 100 }   # { steps: 5000 } instead gives every network equally many steps",
  "",
].join("\n");

function networks({ teacherMpp, studentMpps, unlabelled }: StudyPreset): string {
  return [
    `teacher: { mpp: ${teacherMpp} }`,
    `students: { mpp: [${studentMpps.join(", ")}] }   # ${studentMpps.map((mpp) => `${10 / mpp}x`).join(", ")}`,
    "fineTuning: { budget: { epochs: 10 }, learningRate: 0.0003 }   # whether the paper tuned its students is not known",
    ...(unlabelled === null ? [] : ["unlabelledFractions: [0, 0.25, 0.5, 1]"]),
    "seeds: [1, 2, 3]",
    "",
  ].join("\n");
}

function arms({ unlabelled }: StudyPreset): string {
  const whole = unlabelled === null ? "" : ", unlabelledFractions: [1]";
  return [
    "arms:",
    "  - baseline      # the same network from the labels alone",
    `  - distilled     # no label at all${unlabelled === null ? "" : ", with each share of the unlabelled tissue"}`,
    "  # The loss as the published code computes it: half the max-pooled term, the bicubic one never added.",
    `  - { name: published loss, kind: distilled, options: { loss: published }${whole} }`,
    `  - { name: fine-tuned, kind: fine-tuned, from: distilled${whole} }`,
    "",
  ].join("\n");
}

function comparison({ margin, marginSays }: StudyPreset): string {
  return [
    "# The paper reports accuracy; its script's variant counts true negatives wrongly, so the top-1 accuracy is used here.",
    `comparison: { primary: accuracy, margin: ${margin} }   # ${marginSays}`,
    "",
  ].join("\n");
}
