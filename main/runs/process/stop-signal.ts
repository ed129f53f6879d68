/**
 * How a run is told to stop: one number in shared memory, so that the training thread sees it between two steps without
 * having to read messages.
 */

export type StopReason = 'pause' | 'cancel';

const CODES: Record<StopReason, number> = { pause: 1, cancel: 2 };

/** Thrown by {@link StopSignal.check} to leave whatever is going on. */
export class Stopped extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`Stopped: ${reason}.`);
    this.name = 'Stopped';
    this.reason = reason;
  }
}

export class StopSignal {
  readonly memory: SharedArrayBuffer;
  readonly #word: Int32Array;

  constructor(memory = new SharedArrayBuffer(4)) {
    this.memory = memory;
    this.#word = new Int32Array(memory);
  }

  /** A cancellation overrides a pause, never the other way round. */
  request(reason: StopReason): void {
    const code = CODES[reason];
    if (Atomics.load(this.#word, 0) < code) Atomics.store(this.#word, 0, code);
  }

  get requested(): StopReason | null {
    const code = Atomics.load(this.#word, 0);
    return code === 0 ? null : code === CODES.pause ? 'pause' : 'cancel';
  }

  /** @throws Stopped when a stop was requested. */
  check(): void {
    const reason = this.requested;
    if (reason !== null) throw new Stopped(reason);
  }
}
