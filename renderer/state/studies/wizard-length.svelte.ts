import {
  fitLength,
  REFERENCE_SIDE,
  type LengthFacts,
  type LengthId,
  type MachineSpeed,
  type StudyLength,
} from '../../../shared/study/length.ts';
import type { DatasetDetail } from '../../../shared/dataset/dataset.ts';
import type { ModelInfo } from '../../../shared/study/models.ts';
import { expandArms, type StudyEstimate, type StudySpec } from '../../../shared/study/study.ts';
import type { Api } from '../../api/client.ts';
import type { JobsState } from '../system/jobs.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';
import {
  lengthFacts,
  measuredCosts,
  shorterLengths,
  stepSeconds,
  type LengthSources,
  type StepCosts,
} from './study-length.ts';

/** What the study wizard knows about time on this machine. */
export class WizardLength {
  readonly #api: Api;
  readonly #jobs: JobsState;
  readonly #sources: () => Omit<LengthSources, 'speed' | 'measured'> | null;
  readonly speed = new Loadable<MachineSpeed>();
  /** What steps of the models took when a study with them was last estimated. */
  #measured = $state.raw<StepCosts>({});

  /** `sources`: the study as it stands; null while a choice, the models or the data are missing. */
  constructor(api: Api, jobs: JobsState, sources: () => Omit<LengthSources, 'speed' | 'measured'> | null) {
    this.#api = api;
    this.#jobs = jobs;
    this.#sources = sources;
  }

  /** Measures the machine; once, the host remembers it. */
  load(): Promise<void> {
    return this.speed.load(async () => {
      const { jobId } = await this.#api.studies.speed.mutate();
      return (await this.#jobs.result(jobId)) as MachineSpeed;
    });
  }

  /** Keeps what an estimate of a study of this side has measured. */
  learn(estimate: StudyEstimate, spec: StudySpec, size: number): void {
    this.#measured = { ...this.#measured, ...measuredCosts(estimate, expandArms(spec), size) };
  }

  /** What a preset means for this study; null while something is missing. */
  of(id: LengthId): StudyLength | null {
    const facts = this.#facts;
    return facts === null ? null : fitLength(id, facts);
  }

  /** Shorter studies in place of one that was estimated at `seconds`, where that is longer than was asked for. */
  shorter(current: LengthId | null, seconds: number): ReturnType<typeof shorterLengths> {
    const facts = this.#facts;
    return facts === null ? [] : shorterLengths(current, seconds, facts);
  }

  /** Seconds of one pass over the training images of a dataset at this side; null while the machine is being measured. */
  passSeconds(model: ModelInfo, size: number, data: DatasetDetail | null): number | null {
    const train = data?.splits.find(({ split }) => split === 'train')?.images;
    if (this.speed.value === null || train === undefined) return null;
    const step = this.#measured[model.id] ?? stepSeconds(model, this.speed.value);
    return (step * (size / REFERENCE_SIDE) ** 2 * train) / model.batch;
  }

  get #facts(): LengthFacts | null {
    const sources = this.#sources();
    return sources && lengthFacts({ ...sources, speed: this.speed.value, measured: this.#measured });
  }
}
