/** `study details STUDY`: operating points, calibration and subgroups. */
import { Option, type Command } from 'commander';
import { formatCount, formatInterval } from '../../shared/format.ts';
import {
  RULE_WORDS,
  THRESHOLD_RULES,
  type DetailEstimate,
  type StudyDetails,
  type ThresholdRuleName,
} from '../../shared/study-details.ts';
import type { CliContext } from './context.ts';
import { formatTable } from './output.ts';
import { chooseEndpoints } from './results.ts';

interface DetailsOptions {
  endpoint?: string;
  rule: ThresholdRuleName;
}

/** Adds the command to `study`. */
export function registerDetails(study: Command, context: CliContext): void {
  study
    .command('details')
    .description('operating points (threshold from validation, frozen on test), calibration and subgroups')
    .argument('<study>', 'name or id')
    .option('--endpoint <id>', 'by id or name (default: the first headline one)')
    .addOption(
      new Option('--rule <rule>', 'how thresholds are chosen on validation images')
        .choices(THRESHOLD_RULES)
        .default('youden'),
    )
    .action(async (name: string, { endpoint, rule }: DetailsOptions) => {
      const { services } = await context.app({ write: false });
      const id = services.studies.find(name);
      const [endpointId] =
        endpoint === undefined ? [undefined] : chooseEndpoints(services.results.results(id), [endpoint]);
      const details = await services.results.details({ id, rule, ...(endpointId === undefined ? {} : { endpointId }) });
      context.out.result(details, () => (details === null ? 'No run has finished yet.' : detailsText(details)));
    });
}

export function detailsText(details: StudyDetails): string {
  const notes = new Set<string>();
  const cell = (found: DetailEstimate | undefined | null): string => {
    if (found === undefined || found === null) return '–';
    if (found.why !== null) notes.add(found.why);
    return found.value === null ? '–' : `${found.value.toFixed(3)} ${formatInterval(found.low, found.high)}`.trim();
  };
  const graded = details.runs.some((run) => run.kappa !== null);
  const points = formatTable({
    header: ['arm', 'seed', 'threshold', 'sensitivity', 'specificity', 'PPV', 'NPV', 'LR+', 'LR-'],
    rows: details.runs.map(({ armId, seed, point, whyNoPoint }) => {
      if (whyNoPoint !== null) notes.add(whyNoPoint);
      const threshold = point === null ? '–' : (point.threshold?.toFixed(3) ?? 'infinite');
      const { rates } = point ?? {};
      return [
        ...[armId, String(seed), threshold],
        ...[cell(rates?.sensitivity), cell(rates?.specificity), cell(rates?.ppv), cell(rates?.npv)],
        ...[cell(rates?.lrPositive), cell(rates?.lrNegative)],
      ];
    }),
    rightAligned: [1, 2, 3, 4, 5, 6, 7, 8],
  });
  const calibration = formatTable({
    header: [
      ...['arm', 'seed', 'average precision', 'Brier', 'scaled Brier', 'intercept', 'slope', 'ECE'],
      ...(graded ? ['kappa'] : []),
    ],
    rows: details.runs.map((run) => [
      ...[run.armId, String(run.seed), cell(run.averagePrecision), cell(run.brier), cell(run.scaledBrier)],
      ...[cell(run.intercept), cell(run.slope), run.ece?.toFixed(3) ?? '–', ...(graded ? [cell(run.kappa)] : [])],
    ]),
    rightAligned: [1, 2, 3, 4, 5, 6, 7, 8],
  });
  const subgroups = formatTable({
    header: ['subgroup', 'positive', 'negative', 'patients', 'arm', 'AUC'],
    rows: details.subgroups.flatMap((group) => {
      const facts = [
        `${group.variable}: ${group.name}`,
        ...[group.positives, group.negatives, group.patients].map(formatCount),
      ];
      if (group.why !== null) {
        notes.add(group.why);
        return [[...facts, '', '–']];
      }
      return group.arms.map((arm) => [...facts, arm.armId, cell(arm)]);
    }),
    rightAligned: [1, 2, 3, 5],
  });
  const kind = details.intervalKind === 'wilson' ? "Wilson's intervals" : 'intervals by bootstrap of patients';
  return [
    `Operating points for ${details.endpointId}: thresholds chosen on validation images (${RULE_WORDS[details.rule]}), frozen on test; ${kind} (${formatCount(details.draws)} draws, seed ${details.seed}).`,
    points,
    '',
    'Average precision and calibration. Ideal: intercept 0, slope 1; nothing was recalibrated.',
    calibration,
    ...(details.subgroups.length === 0
      ? []
      : ['', 'Subgroups: mean AUC over seeds, 95 % interval over seeds and patients, not adjusted.', subgroups]),
    ...notes,
  ].join('\n');
}
