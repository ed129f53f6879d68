import type {
  ColumnMapping,
  ImportPreview,
  ImportRequest,
  Modality,
  PreviewRequest,
  SplitConfig,
} from '../../../shared/dataset/dataset.ts';
import type { LayoutId } from '../../../shared/dataset/layout-ids.ts';
import { MODALITY_WORDS } from '../../../shared/dataset/dataset-words.ts';
import type { ImportAnswer, ImportQuestion } from '../../../shared/dataset/import-question.ts';
import type { Job } from '../../../shared/system/system.ts';
import type { Api } from '../../api/client.ts';
import { errorShapeOf } from '../../api/error-shape.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import type { JobsState } from '../system/jobs.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';
import { SessionValue } from '../system/session-value.ts';

export const IMPORT_STEPS = ['folder', 'found', 'labels', 'split', 'done'] as const;
export type ImportStep = (typeof IMPORT_STEPS)[number];

/** Everything that the user has decided so far. */
export interface ImportInput {
  step: ImportStep;
  folder: string;
  layout: LayoutId | null;
  labelsFile: string | null;
  splitFile: string | null;
  columns: ColumnMapping | null;
  columnHints: NonNullable<PreviewRequest['columnHints']> | null;
  unknown: NonNullable<PreviewRequest['unknown']>;
  labelsAs: PreviewRequest['labelsAs'] | null;
  positive: string[] | null;
  missing: string[] | null;
  join: PreviewRequest['join'] | null;
  patients: PreviewRequest['patients'] | null;
  accept: PreviewRequest['accept'] | null;
  modality: PreviewRequest['modality'] | null;
  outputs: string[] | null;
  positiveFrom: number | null;
  views: 'frontal' | 'all' | null;
  split: SplitConfig;
  name: string;
  jobId: string | null;
}

/** Answers to questions, which may be taken back; they belong to the labels of one folder. */
const ANSWERS = ['columnHints', 'labelsAs', 'positive', 'missing', 'join', 'patients', 'accept', 'modality'] as const;
export type AnswerField = (typeof ANSWERS)[number];
const NO_ANSWERS = {
  columnHints: null,
  labelsAs: null,
  positive: null,
  missing: null,
  join: null,
  patients: null,
  accept: null,
  modality: null,
};

const EMPTY: ImportInput = {
  step: 'folder',
  folder: '',
  layout: null,
  labelsFile: null,
  splitFile: null,
  columns: null,
  unknown: {},
  ...NO_ANSWERS,
  outputs: null,
  positiveFrom: null,
  views: null,
  split: { train: 0.7, validation: 0.1, test: 0.2, seed: 0 },
  name: '',
  jobId: null,
};

const stored = new SessionValue<ImportInput>(
  'import',
  (value): value is ImportInput =>
    typeof value === 'object' && value !== null && Object.keys(EMPTY).every((key) => key in value),
);

/** `/data/eyepacs-2015/` becomes `eyepacs-2015`. */
export function nameFromFolder(folder: string): string {
  return folder.split(/[\\/]/).filter(Boolean).at(-1) ?? '';
}

function describeAnswer(field: AnswerField, value: NonNullable<ImportInput[AnswerField]>): string {
  const list = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ');
  const words = Array.isArray(value) ? list(value) : '';
  switch (field) {
    case 'columnHints':
      return `Columns: ${Object.values(value)
        .map((names) => list([names as string | string[]].flat()))
        .join('; ')}`;
    case 'labelsAs':
      return `The labels are ${String(value)}`;
    case 'positive':
      return `Positive: ${words}`;
    case 'missing':
      return words === '' ? 'Every word is a class' : `Not known: ${words}`;
    case 'join':
      return `Several rows of one image are joined by: ${String(value)}`;
    case 'patients':
      return value === 'names' ? 'Patients are as names say' : 'Names do not tell patients';
    case 'modality':
      return `The images show: ${MODALITY_WORDS[value as Modality]}`;
    case 'accept':
      return `Accepted: ${words.replaceAll('"', '').replaceAll('-', ' ')}`;
  }
}

/** The import wizard: input, the preview it leads to, and the job at its end. */
export class ImportWizard {
  readonly #api: Api;
  readonly #jobs: JobsState;
  readonly #errors: ErrorCentre;
  #input = $state.raw<ImportInput>(stored.read() ?? EMPTY);
  #datasetId = $state<string | null>(null);
  #starting = $state(false);
  /** The job that reads the folder, null while none does or its id is not known yet. */
  #readingId = $state<string | null>(null);
  /** Counts readings, so that a late answer knows it is one. */
  #turn = 0;
  /** What an import asked after it had begun: a preview does not decode images. */
  #asked = $state.raw<ImportQuestion[]>([]);
  /** What the preview that is shown was read with. */
  #settled: ImportInput | null = null;
  readonly preview = new Loadable<ImportPreview>();

  constructor(api: Api, jobs: JobsState, errors: ErrorCentre) {
    this.#api = api;
    this.#jobs = jobs;
    this.#errors = errors;
    if (this.#input.jobId !== null) void this.#follow(this.#input.jobId);
    else if (this.#input.folder !== '' && this.#input.step !== 'folder') void this.#preview();
  }

  get input(): ImportInput {
    return this.#input;
  }
  get datasetId(): string | null {
    return this.#datasetId;
  }
  get starting(): boolean {
    return this.#starting;
  }
  /** The job that reads the folder. */
  get reading(): Job | null {
    return this.#jobs.get(this.#readingId);
  }
  /** What has to be answered before the import. */
  get questions(): ImportQuestion[] {
    const shown = this.preview.value?.questions ?? [];
    const late = this.#asked.filter(({ id }) => !shown.some((question) => question.id === id));
    return [...shown, ...late];
  }
  /** What has been answered, in words. */
  get answered(): { field: AnswerField; text: string }[] {
    return ANSWERS.flatMap((field) => {
      const value = this.#input[field];
      return value === null || value === undefined ? [] : [{ field, text: describeAnswer(field, value) }];
    });
  }
  get stepIndex(): number {
    return IMPORT_STEPS.indexOf(this.#input.step);
  }

  set(change: Partial<ImportInput>): void {
    this.#input = { ...this.#input, ...change };
    stored.write(this.#input);
  }

  goTo(step: ImportStep): void {
    this.set({ step });
  }

  back(): void {
    const previous = IMPORT_STEPS[this.stepIndex - 1];
    if (previous) this.goTo(previous);
  }

  /** Reads the folder anew; what depended on the previous folder is forgotten. */
  async readFolder(folder: string): Promise<void> {
    const same = folder === this.#input.folder && this.preview.value?.folder === folder;
    if (!same) {
      const { split } = this.#input;
      this.#asked = [];
      this.set({ ...EMPTY, split, folder, name: nameFromFolder(folder).replace(/\.npz$/i, '') });
      this.preview.set(null);
    }
    this.goTo('found');
    await this.#preview();
  }

  /** A decision that changes what would be imported: the counts and problems are read anew. */
  async decide(change: Partial<Omit<ImportInput, 'step' | 'folder' | 'split' | 'name' | 'jobId'>>): Promise<void> {
    const layoutChanged = change.layout !== undefined || change.labelsFile !== undefined;
    const reset = { columns: null, outputs: null, positiveFrom: null, unknown: {}, ...NO_ANSWERS };
    this.set({ ...(layoutChanged ? reset : {}), ...change });
    await this.#preview();
  }

  async answer({ change }: ImportAnswer): Promise<void> {
    const accepted = change.accept ?? [];
    this.#asked = this.#asked.filter(
      ({ id }) => !(accepted.some((loss) => loss === id) || (id === 'modality' && change.modality !== undefined)),
    );
    // Both lists of accepted losses hold: one question knows nothing of the other.
    const before = this.#input.accept ?? [];
    const accept = change.accept && [...before, ...accepted.filter((loss) => !before.includes(loss))];
    const hints = change.columnHints && {
      columns: null,
      columnHints: { ...this.#input.columnHints, ...change.columnHints },
    };
    await this.decide({ ...(change as Partial<ImportInput>), ...hints, ...(accept ? { accept } : {}) });
  }

  async takeBack(field: AnswerField): Promise<void> {
    await this.decide({ [field]: null });
  }

  /** Stops reading; what was decided since the last whole reading is taken back. */
  cancelReading(): void {
    this.#stopReading();
    const { value } = this.preview;
    // A new object: what the user has ticked meanwhile is drawn anew.
    this.preview.set(value === null ? null : { ...value });
    if (value === null || this.#settled === null) this.goTo('folder');
    else this.set({ ...this.#settled, step: this.#input.step });
  }

  /** What `datasets.import` gets. */
  request(): ImportRequest {
    const { split, name } = this.#input;
    const layout = this.#input.layout ?? this.preview.value?.layout;
    return { ...this.#reading(), ...(layout === undefined ? {} : { layout }), split, name: name.trim() };
  }

  async start(): Promise<void> {
    this.#starting = true;
    try {
      const { jobId } = await this.#api.datasets.import.mutate(this.request());
      this.set({ jobId, step: 'done' });
      void this.#follow(jobId);
    } catch (error) {
      this.#errors.handleError(error, 'The import could not be started.');
    } finally {
      this.#starting = false;
    }
  }

  reset(): void {
    this.#stopReading();
    stored.clear();
    this.#input = EMPTY;
    this.#datasetId = null;
    this.preview.set(null);
  }

  async #preview(): Promise<void> {
    this.#stopReading();
    const turn = this.#turn;
    const input = this.#input;
    await this.preview.load(async () => {
      const { jobId } = await this.#api.datasets.preview.mutate(this.#reading());
      if (turn === this.#turn) this.#readingId = jobId;
      else void this.#jobs.cancel(jobId);
      const preview = (await this.#jobs.result(jobId)) as ImportPreview;
      if (turn === this.#turn) this.#settled = input;
      return preview;
    });
    if (turn === this.#turn) this.#readingId = null;
  }

  #stopReading(): void {
    this.#turn++;
    if (this.#readingId !== null) void this.#jobs.cancel(this.#readingId);
    this.#readingId = null;
  }

  /** How the folder is to be read. */
  #reading(): PreviewRequest {
    const { folder, layout, labelsFile, splitFile, columns, unknown, outputs, positiveFrom, views } = this.#input;
    const { columnHints, labelsAs, positive, missing, join, patients, accept, modality } = this.#input;
    return {
      folder,
      unknown,
      ...(layout === null ? {} : { layout }),
      ...(labelsFile === null ? {} : { labelsFile }),
      ...(splitFile === null ? {} : { splitFile }),
      ...(columns === null ? (columnHints === null ? {} : { columnHints }) : { columns }),
      ...(labelsAs === null ? {} : { labelsAs }),
      ...(positive === null ? {} : { positive }),
      ...(missing === null ? {} : { missing }),
      ...(join === null ? {} : { join }),
      ...(patients === null ? {} : { patients }),
      ...(accept === null ? {} : { accept }),
      ...(modality === null ? {} : { modality }),
      ...(outputs === null ? {} : { outputs }),
      ...(positiveFrom === null ? {} : { positiveFrom }),
      ...(views === null ? {} : { views }),
    };
  }

  async #follow(jobId: string): Promise<void> {
    try {
      const result = (await this.#jobs.result(jobId)) as { datasetId: string };
      this.#datasetId = result.datasetId;
      stored.clear();
    } catch (error) {
      this.#asked = errorShapeOf(error).questions ?? [];
      const asks = this.#asked.length > 0;
      if (!asks) this.#errors.handleError(error, 'The import did not finish.');
      this.set({ jobId: null, step: asks ? 'found' : 'split' });
      if (this.preview.value === null) void this.#preview();
    }
  }
}
