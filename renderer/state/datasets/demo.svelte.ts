import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import type { JobsState } from '../system/jobs.svelte.ts';
import { SessionValue } from '../system/session-value.ts';
import type { PhantomKind } from '../../../shared/dataset/phantom.ts';

export interface DemoSet {
  kind: PhantomKind;
  name: string;
  patients: number;
  /** What `patients` counts, in words. */
  unit: string;
  size: number;
  /** What it is for, one sentence. */
  purpose: string;
}

/** Small enough for two cores, large enough for an AUC that says something. */
export const DEMO_SETS: readonly DemoSet[] = [
  {
    kind: 'fundus',
    name: 'Synthetic fundus photographs',
    patients: 300,
    unit: 'patients',
    size: 224,
    purpose: 'Two eyes per patient, five grades of diabetic retinopathy.',
  },
  {
    kind: 'cxr',
    name: 'Synthetic chest x-rays',
    patients: 300,
    unit: 'patients',
    size: 224,
    purpose: 'Five findings, with uncertain and blank labels.',
  },
  {
    kind: 'natural',
    name: 'Synthetic natural images',
    patients: 100,
    unit: 'images per class',
    size: 96,
    purpose: 'Ten classes, to pretrain on: a stand-in for ImageNet.',
  },
];

interface Stage {
  kind: PhantomKind;
  step: 'drawing' | 'importing';
  jobId: string;
}

const stored = new SessionValue<Stage>(
  'demo',
  (value): value is Stage => typeof value === 'object' && value !== null && 'jobId' in value && 'step' in value,
);

/** Draws a synthetic set and imports it: two jobs in a row, which a reload does not interrupt. */
export class DemoState {
  readonly #api: Api;
  readonly #jobs: JobsState;
  readonly #errors: ErrorCentre;
  readonly #onImported: (datasetId: string) => void;
  #stage = $state.raw<Stage | null>(stored.read());

  constructor(api: Api, jobs: JobsState, errors: ErrorCentre, onImported: (datasetId: string) => void) {
    this.#api = api;
    this.#jobs = jobs;
    this.#errors = errors;
    this.#onImported = onImported;
  }

  get stage(): Stage | null {
    return this.#stage;
  }

  /** Goes on where a reload has interrupted. */
  resume(): void {
    if (this.#stage) void this.#follow(this.#stage);
  }

  async make(set: DemoSet): Promise<void> {
    try {
      const { kind, patients, size } = set;
      const { jobId } = await this.#api.phantoms.create.mutate({ kind, patients, size, seed: 0 });
      await this.#follow({ kind, step: 'drawing', jobId });
    } catch (error) {
      this.#fail(error);
    }
  }

  async #follow(stage: Stage): Promise<void> {
    this.#set(stage);
    try {
      const result = await this.#jobs.result(stage.jobId);
      if (stage.step === 'drawing') {
        const { jobId } = await this.#import(stage.kind, (result as { folder: string }).folder);
        await this.#follow({ kind: stage.kind, step: 'importing', jobId });
      } else {
        this.#set(null);
        this.#onImported((result as { datasetId: string }).datasetId);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #import(kind: PhantomKind, folder: string): Promise<{ jobId: string }> {
    const name = DEMO_SETS.find((set) => set.kind === kind)?.name ?? 'Synthetic images';
    return this.#api.datasets.import.mutate({ folder, name });
  }

  #fail(error: unknown): void {
    this.#set(null);
    this.#errors.handleError(error, 'The demo data could not be made.');
  }

  #set(stage: Stage | null): void {
    this.#stage = stage;
    if (stage) stored.write(stage);
    else stored.clear();
  }
}
