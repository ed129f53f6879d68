import { CONFIRMED, confirmKey, type StudyQuestionnaire } from '../../../shared/study/questionnaire.ts';
import type { Api } from '../../api/client.ts';
import type { ErrorCentre } from '../system/errors.svelte.ts';
import { Loadable } from '../system/loadable.svelte.ts';

/** A pause in typing of this length saves. */
const SAVE_AFTER_MS = 800;

/** The authors' answers for one study's checklists, saved while they are written. */
export class QuestionnaireState {
  readonly #api: Api;
  readonly #errors: ErrorCentre;
  readonly #studyId: string;
  readonly found = new Loadable<StudyQuestionnaire>();
  /** Typed and not saved yet, by key. */
  #waiting: Record<string, string> = {};
  #timer: ReturnType<typeof setTimeout> | null = null;
  #saving: Promise<void> = Promise.resolve();
  #saved = $state<'all' | 'waiting' | 'failed'>('all');

  constructor(api: Api, errors: ErrorCentre, studyId: string) {
    this.#api = api;
    this.#errors = errors;
    this.#studyId = studyId;
  }

  get saved(): 'all' | 'waiting' | 'failed' {
    return this.#saved;
  }

  /** Loads the answers; the returned clean-up saves what is still waiting. */
  start(): () => void {
    void this.found.load(() => this.#api.questionnaire.get.query({ studyId: this.#studyId }));
    return () => void this.save();
  }

  answer(question: string, text: string): void {
    this.#waiting[question] = text;
    this.#saved = 'waiting';
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), SAVE_AFTER_MS);
  }

  async confirm(statement: string, confirmed: boolean): Promise<void> {
    this.#waiting[confirmKey(statement)] = confirmed ? CONFIRMED : '';
    await this.save();
  }

  /** Writes what is waiting, after what is being written. What could not be written waits on. */
  save(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#saving = this.#saving.then(() => this.#write());
    return this.#saving;
  }

  async #write(): Promise<void> {
    const answers = this.#waiting;
    if (Object.keys(answers).length === 0) return;
    this.#waiting = {};
    try {
      this.found.set(await this.#api.questionnaire.save.mutate({ studyId: this.#studyId, answers }));
      this.#saved = Object.keys(this.#waiting).length === 0 ? 'all' : 'waiting';
    } catch (error) {
      this.#waiting = { ...answers, ...this.#waiting };
      this.#saved = 'failed';
      this.#errors.handleError(error, 'The answers could not be saved.');
    }
  }
}
