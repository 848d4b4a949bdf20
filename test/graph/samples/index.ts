// The samples of every operator. An operator without samples does not compile.
import type { OperatorName } from "../../../src/graph/index.ts";
import { convolution } from "./convolution.ts";
import { elementwise } from "./elementwise.ts";
import { normalization } from "./normalization.ts";
import { pooling } from "./pooling.ts";
import type { Sample } from "./sample.ts";
import { shapes } from "./shapes.ts";

export const samples: { readonly [K in OperatorName]: readonly Sample<K>[] } = {
  ...elementwise,
  ...shapes,
  ...convolution,
  ...pooling,
  ...normalization,
};
