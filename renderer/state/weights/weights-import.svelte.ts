import type { ErrorShape } from '../../../shared/system/errors.ts';
import type { ModelId } from '../../../shared/study/models.ts';
import type { Normalisation } from '../../../shared/study/protocol.ts';
import type { WeightsImportRequest, WeightsPreview } from '../../../shared/weights/weights.ts';
import type { Api } from '../../api/client.ts';
import { errorShapeOf } from '../../api/error-shape.ts';
import type { JobsState } from '../system/jobs.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';

/** One import of a weight file: choose, look at what matched, keep. */
export class WeightsImport {
  readonly #api: Api;
  readonly #jobs: JobsState;
  readonly preview = new Loadable<WeightsPreview>();
  file = $state('');
  /** Which of several networks in the file; empty: the only one. */
  part = $state('');
  name = $state('');
  licence = $state('');
  sourceNote = $state('');
  /** Null: as the file, or what is known of it, says. */
  normalisation = $state<Normalisation | null>(null);
  #model = $state<ModelId | null>(null);
  #saving = $state(false);
  #failure = $state.raw<ErrorShape | null>(null);

  constructor(api: Api, jobs: JobsState) {
    this.#api = api;
    this.#jobs = jobs;
  }

  get saving(): boolean {
    return this.#saving;
  }
  /** Why the last attempt to keep the weights failed. */
  get failure(): ErrorShape | null {
    return this.#failure;
  }
  get model(): ModelId | null {
    return this.#model;
  }
  get canSave(): boolean {
    return this.preview.value !== null && !this.preview.loading && this.name.trim() !== '';
  }

  /** Reads the file and shows what an import would keep; the fields then hold what is known of it. */
  async read(model: ModelId | null = null): Promise<void> {
    this.#model = model;
    this.#failure = null;
    const file = this.file.trim();
    this.preview.set(null);
    await this.preview.load(() =>
      this.#api.weights.inspect.mutate({ file, ...this.#partOfFile(), ...(model === null ? {} : { model }) }),
    );
    const found = this.preview.value;
    if (found === null) return;
    this.name = found.name;
    this.licence = found.licenceNote;
    this.normalisation = null;
  }

  /** True when the weight set is there. */
  async save(): Promise<boolean> {
    this.#saving = true;
    this.#failure = null;
    try {
      const { jobId } = await this.#api.weights.import.mutate(this.#request());
      await this.#jobs.result(jobId);
      return true;
    } catch (error) {
      this.#failure = errorShapeOf(error);
      return false;
    } finally {
      this.#saving = false;
    }
  }

  #partOfFile(): Pick<WeightsImportRequest, 'part'> {
    return this.part.trim() === '' ? {} : { part: this.part.trim() };
  }

  #request(): WeightsImportRequest {
    return {
      file: this.file.trim(),
      ...this.#partOfFile(),
      name: this.name.trim(),
      licence: this.licence.trim(),
      sourceNote: this.sourceNote.trim(),
      ...(this.preview.value === null ? {} : { model: this.preview.value.model }),
      ...(this.normalisation === null ? {} : { normalisation: this.normalisation }),
    };
  }
}
