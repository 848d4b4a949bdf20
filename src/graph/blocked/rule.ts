// What a lowering to blocks is given, and what it answers.

import type { Attributes } from "../operators/attributes.ts";
import type { OperatorName, TensorType } from "../types.ts";
import type { Blocks } from "./blocks.ts";
import type { Form, LoweredValue } from "./lowered-value.ts";

/** What a lowering to blocks is given. */
export interface BlockedContext<K extends OperatorName> {
  readonly blocks: Blocks;
  readonly inputs: readonly LoweredValue[];
  readonly outputTypes: readonly TensorType[];
  readonly attributes: Attributes[K];
  readonly outputUsed: readonly boolean[];
  /** What was worked out before in this graph and may be wanted again. */
  readonly memo: Map<unknown, unknown>;
}

/** The outputs in blocks, or null where the operator is better left in plain layout. */
export type BlockedRule<K extends OperatorName> = (
  context: BlockedContext<K>,
) => readonly (Form | LoweredValue | undefined)[] | null;
