/** From what is labelled to what a model learns and by which yes/no questions it is scored. */
import { wordFor } from '../../../shared/words/numbers.ts';
import type { Endpoint, Target } from '../../../shared/dataset/dataset.ts';
import { AppError } from '../../../shared/system/errors.ts';

/** A stable id for an endpoint; distinct names give distinct ids. */
export function endpointId(name: string, taken: ReadonlySet<string> = new Set()): string {
  const base =
    name
      .toLowerCase()
      .normalize('NFKD')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'output';
  let id = base;
  for (let i = 2; taken.has(id); i++) id = `${base}-${i}`;
  return id;
}

/**
 * Grades in order from `lowest`, one output each; the headline is 'at or above `positiveFrom`', scored by the share of probability
 * there.
 */
export function ordinalTarget(params: {
  /** How many. */
  grades: number;
  lowest?: number;
  positiveFrom: number;
  id: string;
  name: string;
  mapping: string;
}): Target {
  const { grades, lowest = 0, positiveFrom, id, name, mapping } = params;
  const highest = lowest + grades - 1;
  if (positiveFrom <= lowest || positiveFrom > highest) {
    throw new AppError(
      'bad-input',
      `Expected the lowest positive grade between ${lowest + 1} and ${highest}, got ${positiveFrom}.`,
      { action: 'Choose the grade from which an image counts as positive.' },
    );
  }
  const outputs = Array.from({ length: grades }, (_, i) => String(lowest + i));
  const positiveOutputs = outputs.flatMap((grade, i) => (Number(grade) >= positiveFrom ? [i] : []));
  return {
    kind: 'ordinal',
    outputs,
    mapping,
    endpoints: [{ id, name, positiveOutputs, score: 'share', headline: true }],
  };
}

/** Independent findings, every one a headline. */
export function multilabelTarget(outputs: readonly string[], mapping: string): Target {
  return { kind: 'multilabel', outputs: [...outputs], endpoints: perOutput(outputs, 'probability'), mapping };
}

/**
 * Exclusive classes: of two the second is positive; of more, each is scored against all others, or `positive` (positions) together against
 * the rest.
 */
export function classesTarget(outputs: readonly string[], positive?: readonly number[]): Target {
  const endpoints = perOutput(outputs, 'share');
  const [first, second] = outputs;
  const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
  const base = { kind: 'classes' as const, outputs: [...outputs] };
  if (outputs.length === 2) {
    return {
      ...base,
      endpoints: endpoints.slice(1),
      mapping: `Two exclusive classes; "${second}" is positive and "${first}" is negative.`,
    };
  }
  if (positive === undefined) {
    return { ...base, endpoints, mapping: `${outputs.length} exclusive classes; each is scored against all others.` };
  }
  const names = positive.map((i) => outputs[i] as string);
  const name = names.join(' or ');
  return {
    ...base,
    endpoints: [{ id: endpointId(name), name, positiveOutputs: [...positive], score: 'share', headline: true }],
    mapping: `${outputs.length} exclusive classes; ${list(names)} ${wordFor(names.length, 'is', 'are')} positive, all others negative.`,
  };
}

function perOutput(outputs: readonly string[], score: Endpoint['score']): Endpoint[] {
  const taken = new Set<string>();
  return outputs.map((name, output) => {
    const id = endpointId(name, taken);
    taken.add(id);
    return { id, name, positiveOutputs: [output], score, headline: true };
  });
}

/** The user's choice of outputs, checked against what there is. */
export function chooseOutputs(
  chosen: readonly string[] | undefined,
  available: readonly string[],
  fallback: readonly string[],
): string[] {
  if (chosen === undefined) return [...fallback];
  const unknown = chosen.filter((name) => !available.includes(name));
  if (unknown.length > 0) {
    throw new AppError(
      'bad-input',
      `Expected outputs out of ${available.map((name) => `"${name}"`).join(', ')}; got ${unknown.map((name) => `"${name}"`).join(', ')}.`,
      { action: 'Spell the outputs as the data set does.' },
    );
  }
  if (new Set(chosen).size < chosen.length) {
    throw new AppError('bad-input', 'Expected each output once, got one twice.', {
      action: 'Remove the repeated output.',
    });
  }
  return [...chosen];
}
