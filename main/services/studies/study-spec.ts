/** A specification as it was typed, into a StudySpec; or the first field that cannot be used: expected, got. */
import { countOf } from '../../../shared/words/numbers.ts';
import type { z } from 'zod';
import { studySpecSchema, type StudySpec } from '../../../shared/study/study.ts';
import { SpecError } from './spec-error.ts';

/** @throws SpecError */
export function parseSpec(input: unknown): StudySpec {
  const parsed = studySpecSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw specError(parsed.error.issues[0] as z.core.$ZodIssue, input);
}

type PathKey = string | number;

function specError(issue: z.core.$ZodIssue, input: unknown): SpecError {
  const path = issue.path.filter((key): key is PathKey => typeof key !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(studySpecSchema.shape).join(', ');
    const key = issue.keys[0] ?? '';
    const action = path.length === 0 ? `Known fields: ${known}.` : 'Remove it.';
    return new SpecError([...path, key], 'expected a field of a study, got one that is not known.', action);
  }
  const got = shortValue(input, path);
  const init = initPath(path);
  if (init !== null && (issue.code === 'invalid_union' || path.length === init.length)) {
    return new SpecError(init, `expected an initialisation, got ${shortValue(input, init)}.`, INIT_FORMS);
  }
  if (path.length === 0) {
    return new SpecError([], `expected fields of a study (name, dataset, models, inits, seeds), got ${got}.`);
  }
  return new SpecError(path, `expected ${expectation(issue)}, got ${got}.`);
}

/** The initialisation that a field belongs to: `inits[1]`, or `arms[0].init`. */
function initPath([field, index, within]: readonly PathKey[]): PathKey[] | null {
  if (typeof index !== 'number') return null;
  if (field === 'inits') return [field, index];
  return field === 'arms' && within === 'init' ? [field, index, within] : null;
}

const INIT_FORMS =
  'Write random, gabor, {transfer: WEIGHTS}, {mean-var: WEIGHTS}, {sampling: WEIGHTS}, {shuffled: WEIGHTS} or {transfusion: WEIGHTS, upto: block1}; freeze: block1 may be added to random, transfer and transfusion, bn: identity to mean-var, sampling and shuffled.';

/** What the schema wanted, without what it received: that is said once, from the input itself. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `a value of type ${issue.expected === 'int' ? 'whole number' : issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? JSON.stringify(issue.values[0])
        : `one of ${issue.values.map((value) => String(value)).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `at least ${countOf(Number(issue.minimum), 'entry', 'entries')}`
        : issue.origin === 'string'
          ? 'some text'
          : `a number ${issue.inclusive === false ? 'above' : 'of at least'} ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `at most ${issue.maximum} characters`
        : `a number ${issue.inclusive === false ? 'below' : 'of at most'} ${issue.maximum}`;
    case 'invalid_union':
      return 'one of the forms that this field can have';
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return `another value (${issue.message})`;
  }
}

function shortValue(input: unknown, path: readonly PathKey[]): string {
  const value = valueAt(input, path);
  return value === undefined ? 'nothing' : shorten(JSON.stringify(value));
}

function valueAt(input: unknown, path: readonly PathKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return (value as Record<PathKey, unknown>)[key];
  }, input);
}

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text);
