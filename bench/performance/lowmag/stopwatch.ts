// Least CPU and wall time of repetitions, until a number of seconds is spent. The first one warms up and does not count, but
// for work that is done once (no seconds at all).

/** Least milliseconds of one repetition. */
export interface Times {
  readonly cpuMilliseconds: number;
  readonly wallMilliseconds: number;
}

/** Repetitions that count before the time is looked at, where more than one is wanted. */
const FEWEST = 2;

/** Milliseconds since some moment: of the processor's work for this process, and of the wall. */
export interface ClockReading {
  readonly cpu: number;
  readonly wall: number;
}

function readClocks(): ClockReading {
  const { user, system } = process.cpuUsage();
  return { cpu: (user + system) / 1000, wall: performance.now() };
}

/** Told of every repetition's end; knows when enough was seen. */
export class Stopwatch {
  #cpu = Number.POSITIVE_INFINITY;
  #wall = Number.POSITIVE_INFINITY;
  #marked: ClockReading | null = null;
  #counted = 0;
  #spent = 0;

  constructor(
    readonly seconds: number,
    private readonly read: () => ClockReading = readClocks,
  ) {
    if (seconds === 0) this.begin();
  }

  /** A repetition begins: nothing before this is counted. */
  begin(): void {
    this.#marked = this.read();
  }

  /** A repetition has ended and, unless `begin` is called, the next begins. The first call only begins. */
  lap(): void {
    const now = this.read();
    if (this.#marked !== null) {
      const { cpu, wall } = this.#marked;
      this.#cpu = Math.min(this.#cpu, now.cpu - cpu);
      this.#wall = Math.min(this.#wall, now.wall - wall);
      this.#spent += now.wall - wall;
      this.#counted++;
    }
    this.#marked = now;
  }

  get isEnough(): boolean {
    const fewest = this.seconds === 0 ? 1 : FEWEST;
    return this.#counted >= fewest && this.#spent >= 1000 * this.seconds;
  }

  /** Per unit of work, of which a repetition has `units`. */
  timesPer(units: number): Times {
    return { cpuMilliseconds: this.#cpu / units, wallMilliseconds: this.#wall / units };
  }
}
