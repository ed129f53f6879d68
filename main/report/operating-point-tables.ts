/** What frozen thresholds do on the test images: by run, by rule, at other prevalences, and arms against each other. */
import { formatCount, formatP } from '../../shared/format.ts';
import {
  meanPredictiveValues,
  pointOf,
  PRINTED_PREVALENCES,
  RATE_NAMES,
  RULE_WORDS,
  THRESHOLD_RULES,
} from '../../shared/study-details.ts';
import { armCell, armGroups, estimateCell, ratio, runGroups, share, type DetailsInput } from './detail-cells.ts';
import { markup, type Markup, type MarkupValue } from './markup.ts';
import { initCell } from './swatch.ts';
import { groupedTable, noteMarks, type Column, type Row } from './table.ts';

export const RUN_HEADS: Column[] = [{ head: 'Initialisation' }, { head: 'Seed', number: true }];
const numbers = (heads: readonly MarkupValue[]): Column[] => heads.map((head) => ({ head, number: true }));

export function pointTable(input: DetailsInput): Markup {
  const { details, numbering } = input;
  const marks = noteMarks();
  const cell = estimateCell((text) => marks.mark(text));
  const textOf = (name: (typeof RATE_NAMES)[number]) => (name.startsWith('lr') ? ratio : share);
  const groups = runGroups(input, {
    run(run) {
      const { point, why } = pointOf(run, details.rule);
      if (point === null) return [markup`–${marks.mark(why)}`, ...RATE_NAMES.map(() => '–')];
      return [
        point.threshold === null ? '∞' : point.threshold.toFixed(3),
        ...RATE_NAMES.map((name) => cell(point.rates[name], textOf(name))),
      ];
    },
    mean(arm) {
      const found = arm.rules.find(({ rule }) => rule === details.rule);
      return ['', ...RATE_NAMES.map((name) => (found === undefined ? '–' : cell(found.rates[name], textOf(name))))];
    },
  });
  const kind =
    details.intervalKind === 'wilson'
      ? 'Wilson’s intervals'
      : `intervals by bootstrap of patients (${formatCount(details.draws)} draws, seed ${details.seed})`;
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Operating points: the threshold of each run was chosen on its validation images (${RULE_WORDS[details.rule]}), frozen, and applied to the test images; 95 % ${kind}, of means over seeds and patients (hierarchical bootstrap). Predictive values are at the prevalence of the test images, ${(details.positives / (details.positives + details.negatives)).toFixed(3)}.`,
    columns: [...RUN_HEADS, ...numbers(['Threshold', 'Sensitivity', 'Specificity', 'PPV', 'NPV', 'LR+', 'LR−'])],
    groups,
    notes: marks.list(),
  });
}

/** Sensitivity and specificity, mean over the runs of each arm, by every rule. */
export function ruleTable(input: DetailsInput): Markup {
  const marks = noteMarks();
  const cell = estimateCell((text) => marks.mark(text));
  const groups = armGroups(input, (arm, { rules }) =>
    THRESHOLD_RULES.map((name, index): Row => {
      const rates = rules.find(({ rule }) => rule === name)?.rates;
      const shown = ['sensitivity', 'specificity', 'ppv', 'npv'] as const;
      return {
        startsPart: index === 0,
        cells: [
          index === 0 ? initCell(arm.initLabel, input.slots) : '',
          RULE_WORDS[name],
          ...shown.map((rate) => (rates === undefined ? '–' : cell(rates[rate], share))),
        ],
      };
    }),
  );
  return groupedTable({
    caption: markup`<b>Table ${input.numbering.table()}.</b> Operating points by every rule: means over the runs of each arm, with 95 % intervals over seeds and patients. Targets were met on validation images, by each run’s own threshold; on test images they need not be.`,
    columns: [
      { head: 'Initialisation' },
      { head: 'Threshold with' },
      ...numbers(['Sensitivity', 'Specificity', 'PPV', 'NPV']),
    ],
    groups,
    notes: marks.list(),
  });
}

export function prevalenceTable(input: DetailsInput): Markup {
  const { details, numbering } = input;
  const groups = armGroups(input, (arm, { armId }) => [
    {
      cells: [
        initCell(arm.initLabel, input.slots),
        ...PRINTED_PREVALENCES.map((prevalence) => {
          const { ppv, npv } = meanPredictiveValues({ details, armId, rule: details.rule, prevalence });
          return markup`${ppv === null ? '–' : share(ppv)}<br><span class="quiet">${npv === null ? '–' : share(npv)}</span>`;
        }),
      ],
    },
  ]);
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Predictive values at other prevalences by Bayes’ rule, from sensitivity and specificity at the thresholds above (${RULE_WORDS[details.rule]}): PPV, beneath it NPV, means over the runs. It takes both rates as they are here, which another population may not have.`,
    columns: [
      { head: 'Initialisation' },
      ...numbers(PRINTED_PREVALENCES.map((prevalence) => markup`${String(Math.round(100 * prevalence))} %`)),
    ],
    groups,
  });
}

/** Null where no arm is compared with another. */
export function callTable(input: DetailsInput): Markup | null {
  const { details, numbering } = input;
  if (details.calls.length === 0) return null;
  const marks = noteMarks();
  const rows = details.calls.map(({ armA, armB, seed, positive, negative, why }, index): Row => ({
    startsPart: index > 0 && details.calls[index - 1]?.armA !== armA,
    cells: [
      armCell(input, armA),
      armCell(input, armB),
      markup`${String(seed)}${marks.mark(why)}`,
      ...[positive, negative].flatMap(({ patients, onlyA, onlyB, p, adjustedP }) => [
        markup`${formatCount(onlyA)}, ${formatCount(onlyB)}<br><span class="quiet">of ${formatCount(patients)}</span>`,
        markup`${formatP(p)}<br><span class="quiet">${formatP(adjustedP)}</span>`,
      ]),
    ],
  }));
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Arms at their frozen thresholds (${RULE_WORDS[details.rule]}), run against run of the same seed: patients that only the first, and only the second, called rightly, among patients with a positive image (sensitivity) and without (specificity). A patient is called positive with any image at or above the threshold. Exact McNemar tests, two-sided; beneath each p-value the one adjusted by Holm’s method over all tests of this table. They are of these trained networks, not of the way to start.`,
    columns: [
      { head: 'Arm' },
      { head: 'against' },
      ...numbers(['Seed', 'Sensitivity: only one right', 'p', 'Specificity: only one right', 'p']),
    ],
    groups: [{ title: '', rows }],
    notes: marks.list(),
  });
}
