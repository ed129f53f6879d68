import type { ArmWeightMovement, RunWeights } from '../../../shared/weights/weight-changes.ts';
import type { Api } from '../../api/client.ts';
import { Loadable } from '../system/loadable.svelte.ts';

/** What training did to the weights of one study's runs. */
export class WeightAnalysisState {
  readonly #api: Api;
  readonly #studyId: string;
  readonly movement = new Loadable<ArmWeightMovement[]>();
  /** Of the run that is shown. */
  readonly run = new Loadable<RunWeights>();

  constructor(api: Api, studyId: string) {
    this.#api = api;
    this.#studyId = studyId;
  }

  async loadWeightMovement(): Promise<void> {
    await this.movement.load(() => this.#api.representations.movement.query({ studyId: this.#studyId }));
  }

  async loadRun(runId: string): Promise<void> {
    if (this.run.value?.runId !== runId) this.run.set(null);
    await this.run.load(() => this.#api.representations.runWeights.query({ runId }));
  }
}
