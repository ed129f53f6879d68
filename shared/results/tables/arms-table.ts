/** Mean test AUC of each arm for one endpoint, the seeds folded under it. Pure. */
import { formatCount } from '../../words/numbers.ts';
import { resampledArm, type ArmEndpointResult, type ArmResult, type RunAuc, type StudyResults } from '../results.ts';
import { groupArms } from '../../study/arms.ts';
import { count, estimate, missing, part, range, run, share, type Cell } from '../../tables/cells.ts';
import { buildTable, type Table } from '../../tables/table.ts';
import { armCells } from './arm-cells.ts';
import { INTERVAL_WORDS, bootstrapWords } from '../../words/intervals.ts';

export const NO_RUN = 'No run of this arm has finished';

export function armsTable(results: StudyResults, endpointId: string): Table {
  const endpoint = results.endpoints.find(({ id }) => id === endpointId);
  const nameOf = armCells(results.arms);
  const valueOf = (arm: ArmResult): ArmEndpointResult | undefined =>
    arm.endpoints.find((candidate) => candidate.endpointId === endpointId);
  return buildTable<ArmResult, RunAuc>({
    caption: `${endpoint?.name ?? endpointId}: AUC on the test split`,
    notes: testNotes(results, endpointId),
    groupHead: 'model',
    groups: groupArms(results.arms).map(({ title, arms }) => ({ title, items: arms })),
    childrenOf: (arm) => valueOf(arm)?.runs ?? [],
    columns: [
      {
        ...{ key: 'arm', head: 'Arm' },
        cell: ({ armId }) => nameOf(armId, { name: 'init' }),
        child: ({ runId, seed }) => run(runId, `seed ${seed}`),
      },
      { key: 'runs', head: 'Runs', number: true, cell: runsCell },
      {
        ...{
          key: 'auc',
          head: 'Mean AUC',
          unit: `95 % CI, ${INTERVAL_WORDS[results.intervalKind].short}`,
          number: true,
        },
        about: INTERVAL_WORDS[results.intervalKind].long,
        cell: (arm) => meanCell(valueOf(arm)),
        child: ({ auc, low, high, why }) => estimate({ value: auc, low, high, why }),
      },
      {
        ...{ key: 'bootstrap', head: '95 % CI', unit: 'seeds and patients, bootstrap', number: true },
        about: bootstrapWords(results),
        cell: (arm) => resampledCell(results, arm, valueOf(arm)?.why ?? null, endpointId),
      },
      {
        ...{ key: 'sd', head: 'SD', unit: 'over seeds', number: true },
        cell: (arm) =>
          share(
            valueOf(arm)?.sd,
            valueOf(arm)?.sd == null ? (arm.runsFinished === 0 ? NO_RUN : 'An SD needs two finished seeds') : undefined,
          ),
      },
    ],
  });
}

export function runsCell({ runsFinished, runsTotal }: ArmResult): Cell {
  return runsFinished === runsTotal ? count(runsFinished) : part(runsFinished, runsTotal);
}

/** The mean over seeds with its interval. */
export function meanCell(value: ArmEndpointResult | undefined): Cell {
  if (value?.mean == null) return missing(value?.why ?? NO_RUN);
  return estimate({ value: value.mean, low: value.low, high: value.high, why: value.why });
}

function resampledCell(results: StudyResults, arm: ArmResult, why: string | null, endpointId: string): Cell {
  const resampled = resampledArm(results, arm.armId, endpointId);
  if (resampled === null) return arm.runsFinished === 0 ? missing(NO_RUN) : missing(null, 'computing');
  return range(resampled, { note: resampled.why === why ? undefined : (resampled.why ?? undefined) });
}

/** On which images the AUCs are. */
export function testNotes({ test, endpoints }: StudyResults, endpointId: string): string[] {
  const endpoint = endpoints.find(({ id }) => id === endpointId);
  const labels =
    endpoint === undefined
      ? ''
      : `; ${formatCount(endpoint.positives)} positive, ${formatCount(endpoint.negatives)} negative${
          endpoint.unknown > 0 ? `, ${formatCount(endpoint.unknown)} left out because their label is unknown` : ''
        }`;
  return [
    `Scored once, at the end: ${formatCount(test.images)} images of ${formatCount(test.patients)} patients${labels}.`,
    ...(test.leftOut > 0
      ? [`${formatCount(test.leftOut)} images that a run could not score are left out of all numbers.`]
      : []),
  ];
}
