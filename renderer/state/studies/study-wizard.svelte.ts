import type { DatasetDetail, DatasetSummary } from '../../../shared/dataset/dataset.ts';
import { MODEL_NAMES, type ModelInfo, type WeightSetSummary } from '../../../shared/study/models.ts';
import { PROTOCOLS, type Protocol } from '../../../shared/study/protocol.ts';
import type { LengthId } from '../../../shared/study/length.ts';
import { repeatedArm, studySpecSchema, type StudyEstimate, type StudySpec } from '../../../shared/study/study.ts';
import { studyTemplate } from '../../../shared/templates/templates.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import type { JobsState } from '../system/jobs.svelte.ts';
import { toArmInput } from './extra-arms.ts';
import { NO_INITS, proposeSet, type InitChoices } from './init-choices.ts';
import { Loadable } from '../system/loadable.svelte.ts';
import {
  EMPTY_STUDY,
  NO_OVERRIDES,
  STUDY_STEPS,
  toSpec,
  type ProtocolOverrides,
  type StudyInput,
  type StudyStep,
  type TemplateInput,
} from './study-input.ts';
import { studyDraft } from './study-draft.ts';
import { lengthChange } from './study-length.ts';
import { WizardLength } from './wizard-length.svelte.ts';
import { templateChoices, templateStudy, type TemplateOutcome } from './template-choice.ts';

/** Who changes one of these has a length of their own. */
const LENGTH_FIELDS = ['size', 'steps', 'epochs', 'evaluateEverySteps'] as const;

/** The study wizard: input, the models at the chosen size, and the estimate. */
export class StudyWizard {
  readonly #api: Api;
  readonly #jobs: JobsState;
  readonly #errors: ErrorCentre;
  #input = $state.raw<StudyInput>(studyDraft.read() ?? EMPTY_STUDY);
  #starting = $state(false);
  readonly #speedKnown: Promise<void>;
  /** Counts studies begun in this wizard: an answer that was asked for before the last reset is of no use any more. */
  #round = 0;
  readonly models = new Loadable<ModelInfo[]>();
  readonly length: WizardLength;
  readonly methods = new Loadable<string>();
  readonly estimate = new Loadable<StudyEstimate>();
  /** Of the chosen dataset, for the sizes of a template. */
  readonly data = new Loadable<DatasetDetail>();
  /** Names of the weight sets that were trained on images of it. */
  readonly seen = new Loadable<string[]>();

  constructor(api: Api, jobs: JobsState, errors: ErrorCentre) {
    this.#api = api;
    this.#jobs = jobs;
    this.#errors = errors;
    this.length = new WizardLength(api, jobs, () => {
      const [spec, data, models] = [this.draftSpec, this.data.value, this.models.value];
      return spec && data && models && { spec, data, models, protocol: this.paper };
    });
    void this.loadModels();
    this.#speedKnown = this.#loadSpeed(studyDraft.read() === null);
    if (this.#input.step === 'review') void this.review();
  }

  get input(): StudyInput {
    return this.#input;
  }
  get starting(): boolean {
    return this.#starting;
  }
  /** What the choices that need no user rest on is still on its way. */
  get choosing(): boolean {
    return this.models.pending || (this.#input.datasetId !== null && (this.data.pending || this.seen.pending));
  }
  get stepIndex(): number {
    return STUDY_STEPS.indexOf(this.#input.step);
  }
  /** The values to start from: the paper's, and softmax for exclusive classes. */
  get paper(): Protocol {
    const protocol = PROTOCOLS[this.#input.protocol];
    return this.data.value?.target.kind === 'classes' ? { ...protocol, head: 'softmax' } : protocol;
  }
  get size(): number {
    return this.#input.overrides.size ?? this.paper.size;
  }
  get batch(): number {
    return this.#input.overrides.batch ?? this.paper.batch;
  }
  get hasOverrides(): boolean {
    return Object.values(this.#input.overrides).some((value) => value !== null);
  }
  /** Null while a choice is missing or the schema refuses one. */
  get spec(): StudySpec | null {
    return this.#parse(this.#input);
  }
  /** The same before the last step has asked for a name. */
  get draftSpec(): StudySpec | null {
    return this.#parse({ ...this.#input, name: this.#input.name.trim() || 'draft' });
  }

  #parse(choices: StudyInput): StudySpec | null {
    const input = toSpec(choices);
    const parsed = input === null ? null : studySpecSchema.safeParse(input);
    return parsed?.success && repeatedArm(parsed.data) === null ? parsed.data : null;
  }

  set(change: Partial<StudyInput>): void {
    this.#input = { ...this.#input, ...change };
    studyDraft.write(this.#input);
  }
  setInits(change: Partial<InitChoices>): void {
    this.set({ inits: { ...this.#input.inits, ...change } });
  }
  /** Fills in the weights that a model has only one choice of. */
  proposeWeights(sets: readonly WeightSetSummary[]): void {
    const { models, inits } = this.#input;
    const fair = sets.filter(({ name }) => this.seen.value?.includes(name) === false);
    const proposed = (this.models.value ?? [])
      .filter(({ id }) => models.includes(id) && inits.weights[id] === undefined)
      .flatMap((model) => {
        const name = proposeSet(model, fair);
        return name === null ? [] : [[model.id, name] as const];
      });
    if (proposed.length > 0) this.setInits({ weights: { ...inits.weights, ...Object.fromEntries(proposed) } });
  }
  setOverrides(change: Partial<ProtocolOverrides>): void {
    const own = LENGTH_FIELDS.some((field) => field in change);
    this.set({ overrides: { ...this.#input.overrides, ...change }, ...(own ? { length: null } : {}) });
    if ('size' in change || 'batch' in change) void this.loadModels();
  }
  useProtocol(protocol: Protocol['id']): void {
    this.set({ protocol, protocolTouched: true, overrides: NO_OVERRIDES });
    this.#fitLength();
    void this.loadModels();
  }

  useLength(length: LengthId): void {
    this.set({ length });
    this.#fitLength();
  }
  /** Takes a shorter preset in the last step, and estimates it. */
  shorten(length: LengthId): void {
    this.useLength(length);
    void this.review();
  }
  #fitLength(): void {
    const { length, overrides } = this.#input;
    const fitted = length === null ? null : this.length.of(length);
    if (length === null || fitted === null) return;
    const change = lengthChange(length, fitted);
    this.set({ ...change, overrides: { ...overrides, ...change.overrides } });
    if (change.overrides.size !== overrides.size) void this.loadModels();
  }

  /** Chest x-rays start from the paper's chest x-ray protocol, unless the user has chosen one. */
  chooseDataset(dataset: DatasetSummary): void {
    const fitting = dataset.modality === 'cxr' ? 'chexpert' : 'retina';
    const { protocolTouched, protocol } = this.#input;
    this.set({ datasetId: dataset.id, protocol: protocolTouched ? protocol : fitting });
    void this.loadModels();
    void this.loadData();
  }

  /** The chosen dataset's detail, once. */
  async loadData(): Promise<void> {
    const { datasetId } = this.#input;
    if (datasetId === null || this.data.value?.id === datasetId) return;
    this.data.set(null);
    void this.seen.load(() => this.#api.weights.trainedOn.query({ datasetId }));
    await this.data.load(() => this.#api.datasets.get.query({ id: datasetId }));
    this.#fitLength();
  }

  async #loadSpeed(isNew: boolean): Promise<void> {
    await this.length.load();
    // A graphics card gets further in an hour than a processor in a day.
    if (isNew && this.length.speed.value?.device === 'gpu' && this.#input.length === 'quick')
      this.set({ length: 'hour' });
    this.#fitLength();
  }

  /** Starts from a table or figure of the paper, or, with null, from nothing: what a template had filled in is taken back. */
  useTemplate(template: Omit<TemplateInput, 'applied'> | null): void {
    if (template !== null) {
      const { applied = null } = this.#input.template ?? {};
      this.set({ template: { ...template, applied } });
      return;
    }
    if (this.#input.template?.applied == null) {
      this.set({ template: null });
      return;
    }
    const { models, inits, arms, overrides, length, seeds, trainSizes } = EMPTY_STUDY;
    this.set({ template: null, models, inits, arms, overrides, length, seeds, trainSizes });
  }

  /** What the chosen template becomes on the chosen data; null while one of them, or the list of models, is missing. */
  templateOutcome(sets: readonly WeightSetSummary[]): TemplateOutcome | null {
    const { template, datasetId } = this.#input;
    const data = this.data.value;
    const models = this.models.value;
    if (template === null || models === null || data === null || data.id !== datasetId) return null;
    return templateStudy(template, data, templateChoices(template, models, sets));
  }

  /** Fills the later steps from the template, unless they were filled from just this one. */
  applyTemplate(sets: readonly WeightSetSummary[]): void {
    const { template, datasetId } = this.#input;
    const outcome = this.templateOutcome(sets);
    if (template === null || outcome?.ok !== true) return;
    const { id, scale, weights } = template;
    const applied = JSON.stringify([id, scale, weights, datasetId]);
    if (template.applied === applied) return;
    const {
      protocol = 'retina',
      size,
      steps,
      evaluateEverySteps,
      models = [],
      arms,
      seeds,
      train_sizes,
    } = outcome.spec;
    this.set({
      ...{ template: { ...template, applied }, models, arms: arms.map(toArmInput), protocol, protocolTouched: true },
      inits: { ...NO_INITS, random: true, acceptSeen: this.#input.inits.acceptSeen },
      overrides: {
        ...NO_OVERRIDES,
        ...{ size: size ?? null, steps: steps ?? null, evaluateEverySteps: evaluateEverySteps ?? null },
      },
      length: null,
      seeds: seeds.join(', '),
      trainSizes: (train_sizes ?? ['all']).join(', '),
    });
    void this.loadModels();
  }

  goTo(step: StudyStep): void {
    this.set({ step });
    this.#fitLength();
    if (step === 'review') void this.review();
  }
  back(): void {
    const previous = STUDY_STEPS[this.stepIndex - 1];
    if (previous) this.goTo(previous);
  }
  next(): void {
    const following = STUDY_STEPS[this.stepIndex + 1];
    if (following) this.goTo(following);
  }

  async loadModels(): Promise<void> {
    const { size, batch } = this;
    if (!Number.isInteger(size) || !Number.isInteger(batch) || size < 16 || batch < 1) return;
    await this.models.load(() => this.#api.models.list.query({ size, batch }));
    this.#fitLength();
  }

  /** Proposes a name, and asks for the methods sentence and the estimate of exactly this study. */
  async review(): Promise<void> {
    await Promise.all([this.#speedKnown, this.loadData()]);
    if (this.#input.step !== 'review') return;
    if (!this.#input.nameTouched) this.set({ name: this.proposeName(this.data.value?.name ?? null) });
    const spec = this.spec;
    if (spec === null) return;
    void this.methods.load(async () => (await this.#api.studies.methods.query(spec)).text);
    await this.#estimate(spec);
  }

  proposeName(datasetName: string | null): string {
    const { models: grid, arms, template } = this.#input;
    if (template !== null && datasetName !== null) return `${studyTemplate(template.id).shows}: ${datasetName}`;
    const all = [...grid, ...arms.map((arm) => arm.model)];
    const once = all.filter((model, index) => all.indexOf(model) === index);
    const models = once.map((model) => MODEL_NAMES[model]).join(', ');
    if (datasetName !== null) return `${datasetName}: ${models}`;
    return this.#input.name === '' ? models : this.#input.name;
  }

  /** Calibrates again, as on the first visit of the last step. */
  async estimateAgain(): Promise<void> {
    this.set({ estimate: null });
    if (this.spec) await this.#estimate(this.spec);
  }

  /** The new study's id, or null where it was refused. */
  async start(): Promise<string | null> {
    const spec = this.spec;
    if (spec === null) return null;
    this.#starting = true;
    try {
      const { studyId } = await this.#api.studies.create.mutate(spec);
      // Its measurement would only slow the runs down.
      const { estimate } = this.#input;
      if (estimate) void this.#jobs.cancel(estimate.jobId);
      this.reset();
      return studyId;
    } catch (error) {
      this.#errors.handleError(error, 'The study could not be started.');
      return null;
    } finally {
      this.#starting = false;
    }
  }

  reset(): void {
    this.#round++;
    studyDraft.clear();
    this.#input = EMPTY_STUDY;
    this.estimate.set(null);
    this.methods.set(null);
  }

  async #estimate(spec: StudySpec): Promise<void> {
    // Neither the name nor the margin changes what a study costs.
    const fingerprint = JSON.stringify({ ...spec, name: '', margin: undefined });
    const known = this.#input.estimate;
    if (known?.fingerprint === fingerprint && this.estimate.value !== null) return;
    const round = this.#round;
    this.estimate.set(null);
    await this.estimate.load(async () => {
      const jobId = known?.fingerprint === fingerprint ? known.jobId : await this.#startEstimate(spec, fingerprint);
      return (await this.#jobs.result(jobId)) as StudyEstimate;
    });
    const { value } = this.estimate;
    if (value !== null) this.length.learn(value, spec, spec.size ?? this.paper.size);
    if (this.estimate.error && round === this.#round) this.set({ estimate: null });
  }

  async #startEstimate(spec: StudySpec, fingerprint: string): Promise<string> {
    const old = this.#input.estimate;
    if (old) void this.#jobs.cancel(old.jobId);
    const round = this.#round;
    const { jobId } = await this.#api.studies.estimate.mutate(spec);
    if (round === this.#round) this.set({ estimate: { jobId, fingerprint } });
    else void this.#jobs.cancel(jobId);
    return jobId;
  }
}
