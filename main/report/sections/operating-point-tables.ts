/** What frozen thresholds do on the test images: means of each arm, at other prevalences, and arms against each other. */
import { formatCount, formatNumber, formatP, formatRatio } from '../../../shared/words/numbers.ts';
import {
  meanPredictiveValues,
  pointOf,
  PRINTED_PREVALENCES,
  RATE_NAMES,
  RULE_WORDS,
  type StudyDetails,
} from '../../../shared/results/study-details.ts';
import { ARM_COLUMN, armName, estimateCell, meanGroups, type DetailsInput } from './detail-cells.ts';
import { markup, Markup, type MarkupValue } from '../markup.ts';
import { runLink } from '../run-link.ts';
import { groupedTable, noteMarks, type Column, type RowGroup } from '../table.ts';

const numbers = (heads: readonly MarkupValue[]): Column[] => heads.map((head) => ({ head, number: true }));

/** Means over the runs of each arm; the runs with their thresholds are in the table of calls, every rule is in details.csv. */
export function pointTable(input: DetailsInput): Markup {
  const { details, numbering } = input;
  const marks = noteMarks();
  const cell = estimateCell((text) => marks.mark(text));
  const textOf = (name: (typeof RATE_NAMES)[number]) => (name.startsWith('lr') ? formatRatio : formatNumber);
  const groups = meanGroups(input, (arm) => {
    const found = arm.rules.find(({ rule }) => rule === details.rule);
    return [
      thresholds(details, arm.armId, marks),
      ...RATE_NAMES.map((name) => (found === undefined ? '–' : cell(found.rates[name], textOf(name)))),
    ];
  });
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Operating points: the threshold of each run was chosen on its validation images (${RULE_WORDS[details.rule]}), frozen, and applied to the test images (by seed: threshold; ∞ calls nothing positive). Means over the runs of each arm, with 95 % intervals over seeds and patients (hierarchical bootstrap, ${formatCount(details.draws)} draws, seed ${details.seed}). Predictive values are at the prevalence of the test images, ${formatNumber(details.positives / (details.positives + details.negatives))}. LR: likelihood ratio.`,
    columns: [
      ARM_COLUMN,
      { head: 'Thresholds' },
      ...numbers(['Sensitivity', 'Specificity', 'PPV', 'NPV', 'LR+', 'LR−']),
    ],
    groups,
    notes: marks.list(),
  });
}

/** One line a seed, which leads to its run. */
function thresholds(details: StudyDetails, wanted: string, marks: ReturnType<typeof noteMarks>): Markup {
  const lines = details.runs
    .filter(({ armId }) => armId === wanted)
    .map((run, index) => {
      const { point, why } = pointOf(run, details.rule);
      const value = point === null ? '–' : formatNumber(point.threshold ?? Infinity);
      return markup`${index > 0 && new Markup('<br>')}${runLink(run.runId, `${run.seed}:`)} ${value}${point === null && marks.mark(why)}`;
    });
  return markup`<span class="arm">${lines}</span>`;
}

export function prevalenceTable(input: DetailsInput): Markup {
  const { details, numbering } = input;
  const groups = meanGroups(input, ({ armId }) =>
    PRINTED_PREVALENCES.map((prevalence) => {
      const { ppv, npv } = meanPredictiveValues({ details, armId, rule: details.rule, prevalence });
      return markup`${formatNumber(ppv)} <span class="quiet">/ ${formatNumber(npv)}</span>`;
    }),
  );
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Predictive values at other prevalences by Bayes’ rule, from sensitivity and specificity at the thresholds above (${RULE_WORDS[details.rule]}): PPV / NPV, means over the runs. It takes both rates as they are here, which another population may not have.`,
    columns: [
      ARM_COLUMN,
      ...numbers(PRINTED_PREVALENCES.map((prevalence) => markup`${String(Math.round(100 * prevalence))} %`)),
    ],
    groups,
  });
}

/** One heading a pair of arms, one row a seed. Null where no arm is compared with another. */
export function callTable(input: DetailsInput): Markup | null {
  const { details, numbering } = input;
  if (details.calls.length === 0) return null;
  const marks = noteMarks();
  const pairs = [...Map.groupBy(details.calls, ({ armA, armB }) => `${armA} ${armB}`).values()];
  const groups = pairs.map((calls): RowGroup => ({
    title: `${armName(input, calls[0]?.armA ?? '')}, against ${armName(input, calls[0]?.armB ?? '')}`,
    rows: calls.map(({ armA, seed, positive, negative, why }) => {
      const runId = details.runs.find((run) => run.armId === armA && run.seed === seed)?.runId;
      return {
        cells: [
          markup`${runId === undefined ? String(seed) : runLink(runId, seed)}${marks.mark(why)}`,
          ...[positive, negative].flatMap(({ patients, onlyA, onlyB, p, adjustedP }) => [
            markup`${formatCount(onlyA)}, ${formatCount(onlyB)} <span class="quiet">of ${formatCount(patients)}</span>`,
            markup`${formatP(p)} <span class="quiet">(${formatP(adjustedP)})</span>`,
          ]),
        ],
      };
    }),
  }));
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Arms at their frozen thresholds (${RULE_WORDS[details.rule]}), run against run of the same seed: patients that only the first, and only the second, called rightly, among patients with a positive image (sensitivity) and without (specificity). A patient is called positive with any image at or above the threshold. P: exact McNemar test, two-sided; in brackets adjusted by Holm’s method over all tests of this table. They are of these trained networks, not of the way to start.`,
    columns: [{ head: 'Seed' }, ...numbers(['Sensitivity: only one right', 'p', 'Specificity: only one right', 'p'])],
    groups,
    notes: marks.list(),
  });
}
