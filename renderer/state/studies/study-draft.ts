/** The study that is being set up in this tab. */
import { NO_INITS } from './init-choices.ts';
import { SessionValue } from '../system/session-value.ts';
import { EMPTY_STUDY, NO_OVERRIDES, type StudyInput } from './study-input.ts';

/** What the wizard has collected in this tab; what an earlier version of the page stored may lack a field. */
export const studyDraft = new SessionValue<StudyInput>(
  'study',
  (value): value is StudyInput =>
    hasKeysOf(EMPTY_STUDY, value) &&
    hasKeysOf(NO_OVERRIDES, (value as StudyInput).overrides) &&
    hasKeysOf(NO_INITS, (value as StudyInput).inits),
);

/** A study that is being set up in this tab, once its first step is done. */
export function readDraft(): StudyInput | null {
  const draft = studyDraft.read();
  return draft === null || draft.step === 'data' ? null : draft;
}
function hasKeysOf(model: object, value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(model).every((key) => key in value);
}
