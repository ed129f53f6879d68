/** From what is labelled to what a model learns and by which yes/no questions it is scored. */
import type { Endpoint, Target } from '../../shared/dataset/dataset.ts';
import { AppError } from '../../shared/system/errors.ts';

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

/** Grades in order, one output each; the headline is 'at or above `positiveFrom`', scored by the share of probability there. */
export function ordinalTarget(params: {
  grades: number;
  positiveFrom: number;
  id: string;
  name: string;
  mapping: string;
}): Target {
  const { grades, positiveFrom, id, name, mapping } = params;
  if (positiveFrom < 1 || positiveFrom >= grades) {
    throw new AppError(
      'bad-input',
      `Expected the lowest positive grade between 1 and ${grades - 1}, got ${positiveFrom}.`,
      { action: 'Choose the grade from which an image counts as positive.' },
    );
  }
  const outputs = Array.from({ length: grades }, (_, grade) => String(grade));
  const positiveOutputs = outputs.map(Number).filter((grade) => grade >= positiveFrom);
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

/** Exclusive classes: the second of two is the positive one; of more, each against all others. */
export function classesTarget(outputs: readonly string[]): Target {
  const endpoints = perOutput(outputs, 'share');
  const [first, second] = outputs;
  return {
    kind: 'classes',
    outputs: [...outputs],
    endpoints: outputs.length === 2 ? endpoints.slice(1) : endpoints,
    mapping:
      outputs.length === 2
        ? `Two exclusive classes; "${second}" is positive and "${first}" is negative.`
        : `${outputs.length} exclusive classes; each is scored against all others.`,
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

const NEGATIVE_NAME =
  /^(0|no|none|normal|negative|neg|healthy|control|controls|benign|absent|non[-_ ].*|no[-_ ].*|not[-_ ].*)$/i;

/** Classes in natural order, but a name that means 'nothing found' comes first, so that the other of two is positive. */
export function orderClasses(names: Iterable<string>): string[] {
  const collator = new Intl.Collator('en', { numeric: true });
  return [...names].sort(
    (a, b) =>
      Number(NEGATIVE_NAME.test(b)) - Number(NEGATIVE_NAME.test(a)) || collator.compare(a, b) || (a < b ? -1 : 1),
  );
}
