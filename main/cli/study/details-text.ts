/** The details of a study as text. */
import {
  type NumberText,
  formatCoefficient,
  formatCount,
  formatEstimate,
  formatNumber,
  formatP,
  formatRatio,
  formatSigned,
} from '../../../shared/words/numbers.ts';
import {
  calibrationSentence,
  pointOf,
  PROBABILITY_WORDS,
  RULE_WORDS,
  type ArmDetails,
  type ArmMean,
  type CalibrationMeans,
  type DetailEstimate,
  type OperatingPoint,
  type StudyDetails,
  type TestedDifference,
} from '../../../shared/results/study-details.ts';
import { formatTable } from '../output/output.ts';

/** Threshold probabilities of a decision curve that are printed; all of them are in --json and --csv. */
const PRINTED_THRESHOLDS = 10;

export function detailsText(details: StudyDetails): string {
  const notes = new Set<string>();
  const cell: Cell = (found, text) => {
    if (found?.why != null) notes.add(found.why);
    return formatEstimate(found, text);
  };
  const part = (title: string, table: string | null): string[] => (table === null ? [] : ['', title, table]);
  const { armsOf } = byArm(details);
  const kind = details.intervalKind === 'wilson' ? "Wilson's intervals" : 'intervals by bootstrap of patients';
  return [
    `Operating points for ${details.endpointId}: thresholds chosen on validation images (${RULE_WORDS[details.rule]}), frozen on test; ${kind} (${formatCount(details.draws)} draws, seed ${details.seed}). Means: interval over seeds and patients.`,
    pointTable(details, cell, notes, armsOf),
    ...part('Every rule, means over runs.', ruleTable(details, cell)),
    ...part(
      'Average precision and calibration, as trained. Ideal: intercept 0, slope 1.',
      scoreTable(details, cell, armsOf),
    ),
    ...part(
      'Recalibration (model updating): fitted on the validation images of each run, applied to its test images; means over runs. The AUC stays as it is.',
      recalibrationTable(details, cell),
    ),
    ...part(
      `Decision curves: net benefit, means over runs, probabilities ${PROBABILITY_WORDS[details.decision.probabilities]}; acting on nobody is 0. They need calibrated probabilities.`,
      decisionTable(details, cell, notes),
    ),
    ...details.arms.map((arm) => `  ${arm.armId}: ${calibrationSentence(arm, details.decision.probabilities)}.`),
    ...part(
      'Two arms at these thresholds, run by run: exact McNemar tests on patients (adjusted: by Holm over all of these tests).',
      callTable(details, notes),
    ),
    ...part(
      'Subgroups: means over seeds, intervals over seeds and patients; sensitivity and specificity at the threshold of each run. Adjusted: by Holm over all subgroups that were compared, for each arm.',
      subgroupTable(details, cell, notes),
    ),
    ...part(
      'Does the gain differ between subgroups? AUC difference inside, and that minus the same of the rest.',
      gainTable(details, cell),
    ),
    ...notes,
  ].join('\n');
}

type Cell = (found: DetailEstimate | undefined | null, text?: NumberText) => string;
type ArmsOf = <T>(rows: (armId: string) => T[], mean: (armId: string) => T) => T[];

/** Runs of each arm, then its mean. */
function byArm(details: StudyDetails): { armsOf: ArmsOf } {
  return { armsOf: (rows, mean) => details.arms.flatMap(({ armId }) => [...rows(armId), mean(armId)]) };
}

function pointTable(details: StudyDetails, cell: Cell, notes: Set<string>, armsOf: ArmsOf): string {
  const { prevalence } = details;
  const extra = prevalence === null ? [] : [`PPV at ${prevalence}`, `NPV at ${prevalence}`];
  const rateCells = (found: OperatingPoint | ArmDetails['rules'][number] | null | undefined): string[] => {
    const { rates, atPrevalence } = found ?? {};
    return [
      ...[cell(rates?.sensitivity), cell(rates?.specificity), cell(rates?.ppv), cell(rates?.npv)],
      ...(prevalence === null ? [] : [cell(atPrevalence?.ppv), cell(atPrevalence?.npv)]),
      ...[cell(rates?.lrPositive, formatRatio), cell(rates?.lrNegative, formatRatio)],
    ];
  };
  return formatTable({
    header: ['arm', 'seed', 'threshold', 'sensitivity', 'specificity', 'PPV', 'NPV', ...extra, 'LR+', 'LR-'],
    rows: armsOf(
      (armId) =>
        details.runs
          .filter((run) => run.armId === armId)
          .map((run) => {
            const { point, why } = pointOf(run, details.rule);
            if (why !== null) notes.add(why);
            const threshold = point === null ? '–' : formatNumber(point.threshold ?? Infinity);
            return [armId, String(run.seed), threshold, ...rateCells(point)];
          }),
      (armId) => {
        const arm = details.arms.find((candidate) => candidate.armId === armId);
        return [armId, 'mean', '', ...rateCells(arm?.rules.find(({ rule }) => rule === details.rule))];
      },
    ),
    rightAligned: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  });
}

function ruleTable(details: StudyDetails, cell: Cell): string {
  return formatTable({
    header: ['arm', 'threshold with', 'sensitivity', 'specificity'],
    rows: details.arms.flatMap(({ armId, rules }) =>
      rules.map(({ rule, rates }) => [armId, RULE_WORDS[rule], cell(rates.sensitivity), cell(rates.specificity)]),
    ),
    rightAligned: [2, 3],
  });
}

function scoreTable(details: StudyDetails, cell: Cell, armsOf: ArmsOf): string {
  const graded = details.runs.some((run) => run.kappa !== null);
  return formatTable({
    header: [
      ...['arm', 'seed', 'average precision', 'Brier', 'scaled Brier', 'intercept', 'slope', 'ECE'],
      ...(graded ? ['kappa'] : []),
    ],
    rows: armsOf(
      (armId) =>
        details.runs
          .filter((run) => run.armId === armId)
          .map((run) => [
            ...[armId, String(run.seed), cell(run.averagePrecision), cell(run.brier), cell(run.scaledBrier)],
            ...[
              cell(run.intercept, formatCoefficient),
              cell(run.slope, formatCoefficient),
              formatNumber(run.ece),
              ...(graded ? [cell(run.kappa)] : []),
            ],
          ]),
      (armId) => {
        const arm = details.arms.find((candidate) => candidate.armId === armId);
        return [
          ...[armId, 'mean', cell(arm?.averagePrecision), cell(arm?.brier), cell(arm?.scaledBrier)],
          ...[
            cell(arm?.intercept, formatCoefficient),
            cell(arm?.slope, formatCoefficient),
            formatNumber(arm?.ece.value),
            ...(graded ? [cell(arm?.kappa)] : []),
          ],
        ];
      },
    ),
    rightAligned: [1, 2, 3, 4, 5, 6, 7, 8],
  });
}

function recalibrationTable(details: StudyDetails, cell: Cell): string {
  const row = (armId: string, name: string, found: CalibrationMeans, change: ArmMean | null): string[] => [
    ...[
      armId,
      name,
      cell(found.brier),
      change === null ? '' : cell(change, formatSigned),
      formatNumber(found.ece.value),
    ],
    ...[cell(found.intercept, formatCoefficient), cell(found.slope, formatCoefficient)],
  ];
  return formatTable({
    header: ['arm', 'probabilities', 'Brier', 'change', 'ECE', 'intercept', 'slope'],
    rows: details.arms.flatMap((arm) => [
      row(arm.armId, PROBABILITY_WORDS['as-trained'], arm, null),
      ...arm.recalibration.map(({ method, after, brierChange }) =>
        row(arm.armId, PROBABILITY_WORDS[method], after, brierChange),
      ),
    ]),
    rightAligned: [2, 3, 4, 5, 6],
  });
}

function decisionTable({ arms, decision }: StudyDetails, cell: Cell, notes: Set<string>): string | null {
  for (const { whyNoCurve } of arms) if (whyNoCurve !== null) notes.add(whyNoCurve);
  if (decision.all.length === 0) return null;
  const { thresholds, all } = decision;
  const step = Math.max(1, Math.ceil((thresholds.length - 1) / (PRINTED_THRESHOLDS - 1)));
  const shown = thresholds.flatMap((value, at) =>
    at % step === 0 || at === thresholds.length - 1 ? [{ value, at }] : [],
  );
  return formatTable({
    header: ['threshold', 'all', ...arms.map(({ armId }) => armId)],
    rows: shown.map(({ value, at }) => [
      ...[String(value), formatNumber(all[at])],
      ...arms.map(({ netBenefit }) => cell(netBenefit[at])),
    ]),
    rightAligned: [0, 1, ...arms.map((_, index) => index + 2)],
  });
}

function callTable({ calls }: StudyDetails, notes: Set<string>): string | null {
  if (calls.length === 0) return null;
  return formatTable({
    header: [
      'arm',
      'against',
      'seed',
      'sensitivity: only A, only B right',
      'p',
      'adjusted',
      'specificity: only A, only B right',
      'p',
      'adjusted',
    ],
    rows: calls.map(({ armA, armB, seed, positive, negative, why }) => {
      if (why !== null) notes.add(why);
      return [
        ...[armA, armB, String(seed)],
        ...[positive, negative].flatMap(({ patients, onlyA, onlyB, p, adjustedP }) => [
          ...[`${onlyA}, ${onlyB} of ${patients}`, formatP(p), formatP(adjustedP)],
        ]),
      ];
    }),
    rightAligned: [2, 3, 4, 5, 6, 7, 8],
  });
}

function subgroupTable({ subgroups }: StudyDetails, cell: Cell, notes: Set<string>): string | null {
  if (subgroups.length === 0) return null;
  return formatTable({
    header: [
      'subgroup',
      'pos.',
      'neg.',
      'patients',
      'arm',
      'AUC',
      'minus rest',
      'p',
      'adjusted',
      'sensitivity',
      'specificity',
    ],
    rows: subgroups.flatMap((group) => {
      const facts = [
        `${group.variable}: ${group.name}`,
        ...[group.positives, group.negatives, group.patients].map((count) => formatCount(count)),
      ];
      if (group.why !== null) {
        notes.add(group.why);
        return [[...facts, '', '–']];
      }
      return group.arms.map((arm) => [
        ...[...facts, arm.armId, cell(arm), ...testCells(arm.difference, cell)],
        ...[cell(arm.sensitivity), cell(arm.specificity)],
      ]);
    }),
    rightAligned: [1, 2, 3, 5, 6, 7, 8, 9, 10],
  });
}

function gainTable({ subgroups }: StudyDetails, cell: Cell): string | null {
  const rows = subgroups.flatMap(({ variable, name, pairs }) =>
    pairs.map(({ armA, armB, gain, difference }) => [
      ...[`${variable}: ${name}`, armA, armB, cell(gain, formatSigned), ...testCells(difference, cell)],
    ]),
  );
  if (rows.length === 0) return null;
  return formatTable({
    header: ['subgroup', 'arm', 'against', 'difference', 'minus rest', 'p', 'adjusted'],
    rows,
    rightAligned: [3, 4, 5, 6],
  });
}

function testCells(test: TestedDifference | null, cell: Cell): string[] {
  return test === null ? ['', '', ''] : [cell(test, formatSigned), formatP(test.p), formatP(test.adjustedP)];
}
