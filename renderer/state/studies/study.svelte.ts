import type { MistakePicturesRequest } from '../../../shared/mistakes/mistake-pictures.ts';
import type { Margin, MarginState } from '../../../shared/study/margin.ts';
import type { ConvergenceCurve, FilterView, StudyResults } from '../../../shared/results/results.ts';
import type { MetricEvent, RunEvent, RunSummary } from '../../../shared/run/run.ts';
import type { StudySimilarity } from '../../../shared/similarity/similarity.ts';
import type { DetailsRequest, StudyDetails } from '../../../shared/results/study-details.ts';
import type { StudyDetail } from '../../../shared/study/study.ts';
import type { AppendixId } from '../../../shared/study/report-request.ts';
import type { ExportedFile, Job } from '../../../shared/system/system.ts';
import type { TensorOrigin } from '../../../shared/weights/tensor-origins.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import type { JobsState } from '../system/jobs.svelte.ts';
import type { LiveState } from '../system/live.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';
import { mergeCurves, mergeRun } from './live-merge.ts';

/** Charts and progress follow a run this often; more would cost processor time that training needs. */
const FLUSH_MS = 1000;

/** One study, live: its runs, their curves, and what its finished runs say. */
export class StudyState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly #jobs: JobsState;
  readonly #live: LiveState;
  readonly id: string;
  readonly detail = new Loadable<StudyDetail>();
  readonly runs = new Loadable<RunSummary[]>();
  readonly curves = new Loadable<ConvergenceCurve[]>();
  readonly results = new Loadable<StudyResults>();
  /** What was computed of it last; for the verdict. */
  readonly similarity = new Loadable<{ found: StudySimilarity | null }>();
  /** Of the endpoint and rule asked for last; null where no run has finished. */
  readonly details = new Loadable<StudyDetails | null>();
  readonly margin = new Loadable<MarginState>();
  readonly filters = new Loadable<FilterView[]>();
  /** Of the run that is shown. */
  readonly tensors = new Loadable<TensorOrigin[]>();
  #tensorsOf: string | null = null;
  #exporting = $state(false);
  #exportJob = $state<string | null>(null);
  #bundling = $state(false);
  #files = $state.raw<ExportedFile[] | null>(null);
  #waiting: RunEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(api: Api, errors: ErrorCentre, jobs: JobsState, live: LiveState, id: string) {
    this.#api = api;
    this.#errors = errors;
    this.#jobs = jobs;
    this.#live = live;
    this.id = id;
  }

  get exporting(): boolean {
    return this.#exporting;
  }
  /** The job that writes a report with images, while there is one. */
  get drawing(): Job | null {
    return this.#jobs.get(this.#exportJob);
  }
  get bundling(): boolean {
    return this.#bundling;
  }
  /** Files of the last export in this window, null before. */
  get files(): readonly ExportedFile[] | null {
    return this.#files;
  }

  /** Loads all and follows the runs until the returned clean-up is called. */
  start(): () => void {
    const stop = this.#live.followStudy({
      id: this.id,
      receive: (event) => this.#receive(event),
      refresh: () => void this.#loadAll(),
    });
    return () => {
      stop();
      if (this.#timer !== null) clearTimeout(this.#timer);
    };
  }

  /** Of one arm: reading the weights of all runs takes long. */
  async loadFilters(armId: string): Promise<void> {
    await this.filters.load(() => this.#api.studies.filters.query({ id: this.id, armId }));
  }

  async loadDetails(wanted: Omit<DetailsRequest, 'id'>): Promise<void> {
    await this.details.load(() => this.#api.studies.details.query({ id: this.id, ...wanted }));
  }

  async loadTensors(runId: string): Promise<void> {
    if (this.#tensorsOf !== runId) this.tensors.set(null);
    this.#tensorsOf = runId;
    await this.tensors.load(() => this.#api.runs.tensors.query({ id: runId }));
  }

  async act(action: 'pause' | 'resume' | 'cancel'): Promise<void> {
    await this.#attempt(() => this.#api.studies[action].mutate({ id: this.id }), `The study could not ${action}.`);
  }

  async rename(name: string): Promise<void> {
    await this.#attempt(
      () => this.#api.studies.rename.mutate({ id: this.id, name }),
      'The study could not be renamed.',
    );
  }

  async actOnRun(action: 'resume' | 'cancel', runId: string): Promise<void> {
    await this.#attempt(() => this.#api.runs[action].mutate({ id: runId }), `The run could not ${action}.`);
  }

  /** False where it was refused; the reason is shown. */
  async declareMargin(margin: Margin): Promise<boolean> {
    try {
      this.margin.set(await this.#api.studies.declareMargin.mutate({ id: this.id, ...margin }));
      await this.#loadResults();
      return true;
    } catch (error) {
      this.#errors.handleError(error, 'The margin could not be declared.');
      return false;
    }
  }

  /** Writes the report; `folder` null leaves it in the library for download. `images` null: without images of the dataset. */
  async exportReport(
    folder: string | null,
    { images, appendices }: { images: MistakePicturesRequest | null; appendices: AppendixId[] },
  ): Promise<void> {
    this.#exporting = true;
    const request = { studyId: this.id, appendices, ...(folder === null ? {} : { folder }) };
    try {
      this.#files =
        images === null
          ? await this.#api.reports.export.mutate(request)
          : await this.#exportWith({ ...request, images });
    } catch (error) {
      this.#errors.handleError(error, 'The report could not be written.');
    } finally {
      this.#exporting = false;
      this.#exportJob = null;
    }
  }

  async cancelExport(): Promise<void> {
    if (this.#exportJob !== null) await this.#jobs.cancel(this.#exportJob);
  }

  async #exportWith(request: {
    studyId: string;
    folder?: string;
    appendices: AppendixId[];
    images: MistakePicturesRequest;
  }): Promise<ExportedFile[]> {
    const { jobId } = await this.#api.reports.exportWithImages.mutate(request);
    this.#exportJob = jobId;
    return (await this.#jobs.result(jobId)) as ExportedFile[];
  }

  /** Writes the study bundle into the library's reports, for download; null where that failed. */
  async exportBundle(): Promise<ExportedFile | null> {
    this.#bundling = true;
    try {
      return await this.#api.bundles.export.mutate({ studyId: this.id });
    } catch (error) {
      this.#errors.handleError(error, 'The study bundle could not be written.');
      return null;
    } finally {
      this.#bundling = false;
    }
  }

  async #attempt(call: () => Promise<unknown>, title: string): Promise<void> {
    try {
      await call();
      await Promise.all([this.#loadDetail(), this.#loadRuns()]);
    } catch (error) {
      this.#errors.handleError(error, title);
    }
  }

  async #loadAll(): Promise<void> {
    const { id } = this;
    await Promise.all([
      this.#loadDetail(),
      this.#loadRuns(),
      this.curves.load(() => this.#api.studies.convergence.query({ id })),
      this.#loadResults(),
      this.similarity.load(async () => ({ found: await this.#api.representations.similarity.query({ studyId: id }) })),
    ]);
  }
  #loadDetail(): Promise<void> {
    const { id } = this;
    void this.margin.load(() => this.#api.studies.margin.query({ id }));
    return this.detail.load(() => this.#api.studies.get.query({ id }));
  }
  #loadRuns(): Promise<void> {
    return this.runs.load(() => this.#api.runs.list.query({ studyId: this.id }));
  }
  #loadResults(): Promise<void> {
    const { id } = this;
    return this.results.load(() => this.#api.studies.results.query({ id })).then(() => this.#loadBootstrap());
  }

  /** The bootstrap takes seconds: the other numbers do not wait for it. */
  async #loadBootstrap(): Promise<void> {
    const before = this.results.value;
    if (before === null || before.bootstrap !== null || before.arms.every((arm) => arm.runsFinished === 0)) return;
    try {
      const full = await this.#api.studies.complete.query({ id: this.id });
      this.results.update((now) => (now === before ? full : now));
    } catch (error) {
      this.#errors.handleError(error, 'The bootstrap intervals could not be computed.');
    }
  }

  #receive(event: RunEvent): void {
    this.#waiting.push(event);
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  #flush(): void {
    const events = this.#waiting;
    this.#waiting = [];
    this.#timer = null;
    const before = Object.fromEntries((this.runs.value ?? []).map((run) => [run.id, run.state]));
    this.runs.update((runs) => events.reduce(mergeRun, runs));
    const metrics = events.flatMap((event): { runId: string; metric: MetricEvent }[] =>
      event.type === 'metric' ? [event] : [],
    );
    if (metrics.length > 0) this.curves.update((curves) => mergeCurves(curves, metrics, this.runs.value ?? []));
    const changed = events.some((event) => event.type === 'state' && before[event.runId] !== event.run.state);
    if (changed) void Promise.all([this.#loadDetail(), this.#loadResults()]);
  }
}
