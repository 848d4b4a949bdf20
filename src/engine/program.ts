// A program: graphs run one after another for one micro-batch. What a stage puts out, later stages can take by name.
import type { Layout } from "./layout.ts";

/** The name of the output that holds the gradient of a parameter. */
export const gradientOutput = (parameter: string): string => `gradient:${parameter}`;

/** One graph of a program. */
export interface Stage {
  /** The bytes of an ONNX file. */
  readonly model: Uint8Array;
  /** True if the current parameters are inputs of the graph, under their names. */
  readonly takesParameters: boolean;
  /** True if the graph puts out a gradient for every trainable parameter (`gradientOutput(name)`). */
  readonly givesGradients: boolean;
  /** Outputs that nobody but later stages reads: on a device they stay there. Default none. */
  readonly passes?: readonly string[];
}

/** Stages and the outputs that the caller wants back. */
export interface Program {
  readonly stages: readonly Stage[];
  readonly returns: readonly string[];
  /** Programs that take turns often are of one phase; see `onePhaseAtATime`. */
  readonly phase?: string;
}

/** What programs of one pool share. */
export interface PoolPlan {
  readonly programs: Readonly<Record<string, Program>>;
  /** Trainable parameters first, stored statistics after; one vector holds all. */
  readonly parameters: Layout;
  /** Numbers of the trainable part: the length of a gradient. */
  readonly trainable: number;
  /** Keep no memory for programs of another phase than the one that runs; changing between phases takes longer. Default: no. */
  readonly onePhaseAtATime?: boolean;
}
