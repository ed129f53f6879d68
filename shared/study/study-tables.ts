/** Studies and their planned arms as tables. Pure. */
import { STUDY_STATE_WORDS } from '../run/state-words.ts';
import { VERDICT_WORDS } from '../results/verdict-sentence.ts';
import { count, duration, part, text } from '../tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../tables/table.ts';
import { formatDate } from '../words/times.ts';
import { modelName, trainSizeText } from './arms.ts';
import type { Arm, StudyEstimate, StudySummary } from './study.ts';

export function studiesTable(studies: readonly StudySummary[]): Table {
  return buildTable<StudySummary>({
    caption: 'Studies',
    groups: ungrouped(studies),
    rowOf: ({ id }) => ({ id }),
    columns: [
      { key: 'name', head: 'Name', cell: ({ name }) => name },
      { key: 'dataset', head: 'Dataset', cell: ({ datasetName }) => datasetName },
      {
        key: 'state',
        head: 'State',
        cell: ({ state }) => text(STUDY_STATE_WORDS[state].label, { tone: STUDY_STATE_WORDS[state].tone }),
      },
      { key: 'runs', head: 'Runs', number: true, cell: ({ runs }) => part(runs.succeeded, runs.total, { bar: true }) },
      {
        ...{ key: 'failed', head: '', stacked: true, number: true, when: studies.some(({ runs }) => runs.failed > 0) },
        cell: ({ runs }) => (runs.failed > 0 ? `${runs.failed} failed` : ''),
      },
      {
        ...{ key: 'verdict', head: 'Verdict' },
        cell: ({ headline }) => (headline === null ? '' : VERDICT_WORDS[headline.kind]),
      },
      {
        ...{ key: 'largest_difference', head: '', stacked: true },
        cell: ({ headline }) => headline?.largest ?? '',
      },
      { key: 'created', head: 'Created', number: true, cell: ({ createdAt }) => formatDate(createdAt) },
    ],
  });
}

export function plannedArmsTable(arms: readonly Arm[], seeds: number, estimate: StudyEstimate | null): Table {
  const costOf = ({ id }: Arm) => estimate?.arms.find(({ armId }) => armId === id);
  const unit = `a run${estimate?.atMost === true ? ', at most' : ''}`;
  return buildTable<Arm>({
    caption: 'Arms of this study',
    groups: ungrouped(arms),
    columns: [
      { key: 'init', head: 'Initialisation', cell: ({ initLabel }) => initLabel },
      { key: 'model', head: 'Model', cell: ({ model }) => modelName(model) },
      { key: 'images', head: 'Training images', number: true, cell: ({ trainSize }) => trainSizeText(trainSize) },
      { key: 'runs', head: 'Runs', number: true, cell: () => count(seeds) },
      { ...{ key: 'steps', head: 'Steps', unit, number: true }, cell: (arm) => count(costOf(arm)?.stepsPerRun) },
      { ...{ key: 'seconds', head: 'Time', unit, number: true }, cell: (arm) => duration(costOf(arm)?.secondsPerRun) },
    ],
  });
}
