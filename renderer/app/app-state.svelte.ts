import { getContext, setContext } from 'svelte';
import type { MarkKind } from '../../shared/dataset/image-marks.ts';
import type { HostBridge } from '../../shared/system/host.ts';
import { createApi, type Api } from '../api/client.ts';
import { DatasetsState } from '../state/datasets/datasets.svelte.ts';
import { DemoState } from '../state/datasets/demo.svelte.ts';
import { ErrorCentre } from '../state/system/errors.svelte.ts';
import { FolderDialogState } from '../state/datasets/folder-dialog.svelte.ts';
import { GalleryState } from '../state/datasets/gallery.svelte.ts';
import { ExplanationState } from '../state/results/explanation.svelte.ts';
import { MistakesState } from '../state/results/mistakes.svelte.ts';
import { ImageMarksState } from '../state/datasets/image-marks.svelte.ts';
import { ImportWizard } from '../state/datasets/import-wizard.svelte.ts';
import { JobsState } from '../state/system/jobs.svelte.ts';
import { LiveState } from '../state/system/live.svelte.ts';
import { PicturePairsState } from '../state/datasets/picture-pairs.svelte.ts';
import { QuestionnaireState } from '../state/studies/questionnaire.svelte.ts';
import { QueueState } from '../state/studies/queue.svelte.ts';
import { SimilarityState } from '../state/results/similarity.svelte.ts';
import { StudiesState } from '../state/studies/studies.svelte.ts';
import { StudyWizard } from '../state/studies/study-wizard.svelte.ts';
import { StudyState } from '../state/studies/study.svelte.ts';
import { SystemState } from '../state/system/system.svelte.ts';
import { WeightAnalysisState } from '../state/results/weight-changes.svelte.ts';
import { WeightsState } from '../state/weights/weights.svelte.ts';
import { chooseHost } from './host.ts';
import { Router } from './router.svelte.ts';

/** The composition root of the renderer: every state object, made once. */
export class AppState {
  readonly #api: Api = createApi();
  readonly router = new Router();
  readonly errors = new ErrorCentre();
  readonly jobs = new JobsState(this.#api, this.errors);
  readonly queue = new QueueState(this.#api, this.errors);
  readonly live = new LiveState(this.#api, {
    onQueue: (status) => this.queue.receive(status),
    onJob: (job) => this.jobs.receive(job),
  });
  readonly system = new SystemState(this.#api);
  readonly datasets = new DatasetsState(this.#api, this.jobs, this.errors);
  readonly studies = new StudiesState(this.#api, this.errors, this.jobs);
  readonly weights = new WeightsState(this.#api, this.jobs, this.errors);
  readonly folderDialog = new FolderDialogState((path, endings) => this.system.folders(path, endings), this.errors);
  readonly host: HostBridge = chooseHost(this.folderDialog);
  readonly demo = new DemoState(this.#api, this.jobs, this.errors, () => void this.datasets.refresh());

  openImport(): ImportWizard {
    return new ImportWizard(this.#api, this.jobs, this.errors);
  }
  openStudyWizard(): StudyWizard {
    return new StudyWizard(this.#api, this.jobs, this.errors);
  }
  openStudy(id: string): StudyState {
    return new StudyState(this.#api, this.errors, this.jobs, this.live, id);
  }
  openSimilarity(studyId: string): SimilarityState {
    return new SimilarityState(this.#api, this.jobs, this.errors, studyId);
  }
  openMistakes(datasetId: string): MistakesState {
    return new MistakesState(this.#api, this.errors, datasetId);
  }
  openWeightAnalysis(studyId: string): WeightAnalysisState {
    return new WeightAnalysisState(this.#api, studyId);
  }
  openQuestionnaire(studyId: string): QuestionnaireState {
    return new QuestionnaireState(this.#api, this.errors, studyId);
  }
  openExplanations(): ExplanationState {
    return new ExplanationState(this.#api, this.jobs, this.errors);
  }
  openImageMarks(datasetId: string, kind: MarkKind): ImageMarksState {
    return new ImageMarksState(this.#api, this.errors, { datasetId, kind });
  }
  openPicturePairs(datasetId: string): PicturePairsState {
    return new PicturePairsState(this.#api, this.errors, datasetId);
  }
  openGallery(datasetId: string): GalleryState {
    return new GalleryState(this.#api, this.errors, datasetId);
  }

  /** Opens the live stream; returns its clean-up. */
  start(): () => void {
    const stops = [this.router.start(), this.live.start()];
    void this.system.refresh();
    void this.datasets.refresh();
    void this.studies.refresh();
    this.demo.resume();
    return () => stops.forEach((stop) => stop());
  }
}

const KEY = Symbol('app');

export function provideApp(app: AppState): void {
  setContext(KEY, app);
}

export const useApp = (): AppState => getContext<AppState>(KEY);
