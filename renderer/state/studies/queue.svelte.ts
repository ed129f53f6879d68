import type { QueueStatus } from '../../../shared/run/run.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';

/** The run queue, live. */
export class QueueState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  #status = $state.raw<QueueStatus | null>(null);

  constructor(api: Api, errors: ErrorCentre) {
    this.#api = api;
    this.#errors = errors;
  }

  get status(): QueueStatus | null {
    return this.#status;
  }
  receive(status: QueueStatus): void {
    this.#status = status;
  }

  async setParallel(runs: number): Promise<void> {
    try {
      this.#status = await this.#api.queue.setParallel.mutate({ runs });
    } catch (error) {
      this.#errors.handleError(error, 'The number of runs at a time could not be changed.');
    }
  }

  async setPaused(paused: boolean): Promise<void> {
    try {
      await (paused ? this.#api.queue.pause.mutate() : this.#api.queue.resume.mutate());
      if (this.#status) this.#status = { ...this.#status, paused };
    } catch (error) {
      this.#errors.handleError(error, paused ? 'The queue could not be paused.' : 'The queue could not be resumed.');
    }
  }
}
