// Programs on a device: stages run one after another, what passes from one to the next stays there.
import { fail } from "../base/index.ts";
import type { Device } from "./device.ts";
import { DeviceSession, type DeviceTensor, type DeviceTensors, hostTensor } from "./device-session.ts";
import type { Outputs } from "./executor.ts";
import { gradientOutput, type PoolPlan, type Stage } from "./program.ts";
import type { Tensor } from "./tensor.ts";

/** What a run leaves: outputs on the CPU, and gradients wherever the device keeps them, for the caller to release. */
export interface DeviceRun {
  readonly outputs: Outputs;
  readonly gradients: DeviceTensors;
}

/** Loads each graph of a plan when it is first asked for. */
export class DevicePrograms {
  readonly #sessions = new Map<Stage, Promise<DeviceSession>>();
  readonly #gradients: readonly string[];

  constructor(
    readonly plan: PoolPlan,
    readonly device: Device,
  ) {
    const trainable = plan.parameters.entries.filter(({ offset }) => offset < plan.trainable);
    this.#gradients = trainable.map(({ name }) => gradientOutput(name));
  }

  /** Runs a program over parameters by name. @throws LowmagError as `Pool.run` */
  async run(
    name: string,
    feeds: Readonly<Record<string, Tensor>>,
    parameters: DeviceTensors,
  ): Promise<DeviceRun> {
    const program = this.plan.programs[name];
    if (program === undefined)
      throw fail("invalid-argument", {
        where: `program \`${name}\``,
        expected: `one of ${Object.keys(this.plan.programs).join(", ")}`,
        got: "an unknown program",
      });
    const values: Record<string, DeviceTensor> = {};
    for (const [input, tensor] of Object.entries(feeds)) values[input] = hostTensor(tensor);
    const gradients: Record<string, DeviceTensor> = {};
    try {
      for (const stage of program.stages) {
        const session = await this.#session(stage);
        const outputs = await session.run(stage.takesParameters ? { ...values, ...parameters } : values);
        for (const [output, tensor] of Object.entries(outputs))
          (this.#isGradient(stage, output) ? gradients : values)[output] = tensor;
      }
      return {
        outputs: program.returns.reduce((read, output) => returned(read, values, output), {}),
        gradients,
      };
    } catch (error) {
      release(gradients);
      throw error;
    } finally {
      release(values);
    }
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values())
      await session.then(
        (loaded) => loaded.release(),
        () => undefined,
      );
  }

  #session(stage: Stage): Promise<DeviceSession> {
    const known = this.#sessions.get(stage);
    if (known !== undefined) return known;
    const staying = [...(stage.passes ?? []), ...(stage.givesGradients ? this.#gradients : [])];
    const made = DeviceSession.create(stage.model, this.device, staying);
    this.#sessions.set(stage, made);
    return made;
  }

  #isGradient(stage: Stage, output: string): boolean {
    return stage.givesGradients && this.#gradients.includes(output);
  }
}

function returned(read: Outputs, values: DeviceTensors, name: string): Outputs {
  const value = values[name];
  if (value === undefined)
    throw fail("invalid-argument", {
      where: "program",
      expected: `a stage that puts out \`${name}\``,
      got: Object.keys(values).join(", ") || "no output at all",
    });
  return { ...read, [name]: value.read() };
}

/** Gives the device's memory of some tensors back. */
export function release(tensors: DeviceTensors): void {
  for (const tensor of Object.values(tensors)) tensor.release();
}
