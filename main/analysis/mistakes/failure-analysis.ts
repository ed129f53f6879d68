/**
 * Cross-tabulation of calls against the reference standard, and which errors runs and arms share. A threshold belongs to a trained
 * network, so everything is of single runs: tables of an arm are means of its runs' tables, not the table of an ensemble
 * (`image-errors.ts` has that one).
 */
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import type {
  ErrorCounts,
  FailureAnalysis,
  FailureArm,
  FailureImage,
  FailureOverlap,
  FailureSubgroup,
} from './failures.ts';
import type { CalledRun } from '../../../shared/results/details-tables/calls.ts';
import type { ThresholdRuleName } from '../../../shared/results/study-details.ts';
import { alignRuns } from '../study/aligned-runs.ts';
import { knownItems } from '../bootstrap/plan.ts';
import { confusionAt } from '../statistics/confusion.ts';
import { endpointLabel, endpointScore } from '../study/endpoints.ts';
import { groupImages, type ImageAttributes } from '../study/image-attributes.ts';
import type { DetailedRun } from '../study/study-details.ts';
import { LEAST_IN_CLASS } from '../statistics/subgroups.ts';
import { chooseThreshold, parseThresholdRule } from '../statistics/thresholds.ts';

/** Images that every run gets wrong are listed up to this many. */
export const LISTED_IMAGES = 20;

export interface FailureInput {
  endpoint: Endpoint;
  rule: ThresholdRuleName;
  /** In the order of arms and seeds. */
  runs: readonly DetailedRun[];
  /** By image id. */
  attributes: ReadonlyMap<string, ImageAttributes>;
  /** Image ids that are marked as probable label noise. */
  marked: ReadonlySet<string>;
}

/** A test image with a known answer. */
interface Item {
  id: string;
  patient: number;
  label: 0 | 1;
}

interface Judged extends CalledRun {
  scores: number[];
  /** By item; null without a threshold. */
  wrong: boolean[] | null;
}

/** On the images of the study's results: those that every run scored. Null without a run. */
export function analyseFailures(input: FailureInput): FailureAnalysis | null {
  const { endpoint, rule, attributes, marked } = input;
  const { rowsByRun, common } = alignRuns(input.runs.map(({ runId, test }) => ({ runId, predictions: test })));
  if (common.length === 0) return null;
  const answers = common.map(({ labels }) => endpointLabel(endpoint, labels));
  const items = common.flatMap(({ imageId: id, patient }, index): Item[] => {
    const label = answers[index];
    return label === 0 || label === 1 ? [{ id, patient, label }] : [];
  });
  const runs = input.runs.map((run) => {
    const rows = (rowsByRun.get(run.runId) ?? []).filter((_, index) => answers[index] !== null);
    const scores = rows.map(({ probabilities }) => endpointScore(endpoint, probabilities));
    return judge({ endpoint, rule, run, items, scores });
  });
  const arms = armErrors(runs, items);
  const wrongRuns = items.map((_, item) => runs.filter(({ wrong }) => wrong?.[item] === true).length);
  const image = (item: number): FailureImage => {
    const { id, label } = items[item] as Item;
    return { id, label, wrongRuns: wrongRuns[item] as number };
  };
  return {
    endpointId: endpoint.id,
    rule,
    ...countClasses(items),
    unknown: common.length - items.length,
    runs: runs.map(({ scores: _scores, wrong: _wrong, ...run }) => run),
    arms: arms.map(({ byMost: _byMost, ...arm }) => arm),
    subgroups: subgroupErrors(runs, items, attributes),
    overlap: overlapOf({ runs, items, arms, wrongRuns, image }),
    marked: items.flatMap(({ id }, item) => (marked.has(id) ? [image(item)] : [])),
    leastInClass: LEAST_IN_CLASS,
  };
}

/** The run's threshold from its validation images, and its calls on the test images. */
function judge(params: {
  endpoint: Endpoint;
  rule: ThresholdRuleName;
  run: DetailedRun;
  items: readonly Item[];
  scores: number[];
}): Judged {
  const { endpoint, rule, run, items, scores } = params;
  const { runId, armId, seed } = run;
  const validation = knownItems({
    labels: run.validation.map(({ labels }) => endpointLabel(endpoint, labels)),
    scores: run.validation.map(({ probabilities }) => endpointScore(endpoint, probabilities)),
  });
  const chosen = chooseThreshold(validation.labels, validation.scores, parseThresholdRule(rule));
  const judged = { runId, armId, seed, scores };
  if (!chosen.defined) {
    return { ...judged, threshold: null, validation: null, counts: null, why: chosen.why, wrong: null };
  }
  const { threshold } = chosen;
  const { sensitivity, specificity } = chosen.validation;
  const labels = items.map(({ label }) => label);
  const wrong = labels.map((label, item) => {
    const called = threshold !== null && (scores[item] as number) >= threshold;
    return called !== (label === 1);
  });
  return {
    ...judged,
    threshold,
    validation: { sensitivity, specificity },
    counts: confusionAt(labels, scores, threshold),
    why: null,
    wrong,
  };
}

function countClasses(items: readonly Item[]): { positives: number; negatives: number } {
  const positives = items.filter(({ label }) => label === 1).length;
  return { positives, negatives: items.length - positives };
}

interface ArmWithItems extends FailureArm {
  /** By item: more than half of the arm's runs are wrong. */
  byMost: boolean[] | null;
}

function armErrors(runs: readonly Judged[], items: readonly Item[]): ArmWithItems[] {
  const arms = [...Map.groupBy(runs, ({ armId }) => armId)].map(([armId, own]) => {
    const calls = own.map(({ wrong }) => wrong).filter((wrong) => wrong !== null);
    const complete = calls.length === own.length;
    const most = (item: number): boolean => 2 * calls.filter((wrong) => wrong[item]).length > own.length;
    const byMost = complete ? items.map((_, item) => most(item)) : null;
    return { armId, runs: own.length, byMost };
  });
  return arms.map((arm) => {
    const others = arms.filter(({ armId }) => armId !== arm.armId).map(({ byMost }) => byMost);
    return {
      ...arm,
      wrong: arm.byMost === null ? null : countErrors(items, (item) => arm.byMost?.[item] === true),
      alone:
        arm.byMost === null || others.includes(null)
          ? null
          : arm.byMost.filter((wrong, item) => wrong && others.every((other) => other?.[item] !== true)).length,
    };
  });
}

function countErrors(items: readonly Item[], wrong: (item: number) => boolean): ErrorCounts {
  const of = (label: 0 | 1): number => items.filter((item, index) => item.label === label && wrong(index)).length;
  return { fn: of(1), fp: of(0) };
}

function overlapOf(params: {
  runs: readonly Judged[];
  items: readonly Item[];
  arms: readonly ArmWithItems[];
  wrongRuns: readonly number[];
  image: (item: number) => FailureImage;
}): FailureOverlap | null {
  const { runs, items, arms, wrongRuns, image } = params;
  if (runs.some(({ wrong }) => wrong === null)) return null;
  const { positives, negatives } = countClasses(items);
  const expected = (cell: 'fn' | 'fp', of: number): number =>
    of === 0 ? 0 : runs.reduce((product, { counts }) => (product * (counts?.[cell] ?? 0)) / of, of);
  const doubt = (item: number): number =>
    runs.reduce((sum, { scores }) => sum + Math.abs((items[item] as Item).label - (scores[item] as number)), 0);
  const shared = items.map((_, item) => item).filter((item) => wrongRuns[item] === runs.length);
  return {
    runs: runs.length,
    everyArm: countErrors(items, (item) => arms.every(({ byMost }) => byMost?.[item] === true)),
    everyRun: countErrors(items, (item) => wrongRuns[item] === runs.length),
    expected: { fn: expected('fn', positives), fp: expected('fp', negatives) },
    noRun: wrongRuns.filter((count) => count === 0).length,
    // Items come by id, and sorting is stable: ties stay in that order.
    images: shared
      .sort((a, b) => doubt(b) - doubt(a))
      .slice(0, LISTED_IMAGES)
      .map(image),
  };
}

/** The subgroups of the study's details, with a floor for each class of its own. */
function subgroupErrors(
  runs: readonly Judged[],
  items: readonly Item[],
  attributes: ReadonlyMap<string, ImageAttributes>,
): FailureSubgroup[] {
  const byArm = [...Map.groupBy(runs, ({ armId }) => armId)];
  const imageIds = items.map(({ id }) => id);
  return groupImages(imageIds, attributes).flatMap(({ variable, groupOf: groups, names }) =>
    names.map((name): FailureSubgroup => {
      const members = items.filter((_, item) => groups[item] === name);
      const { positives, negatives } = countClasses(members);
      const arms = byArm.map(([armId, own]) => {
        const errors = own.map(({ wrong }) =>
          wrong === null ? null : countErrors(items, (item) => groups[item] === name && wrong[item] === true),
        );
        const mean = (cell: keyof ErrorCounts, members: number): number | null =>
          members < LEAST_IN_CLASS || errors.includes(null)
            ? null
            : errors.reduce((sum, counts) => sum + (counts?.[cell] ?? 0), 0) / errors.length;
        return { armId, fn: mean('fn', positives), fp: mean('fp', negatives) };
      });
      const patients = new Set(members.map(({ patient }) => patient)).size;
      return { variable, name, positives, negatives, patients, arms };
    }),
  );
}
