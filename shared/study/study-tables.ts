/** Studies, their planned arms, and the models to choose from as tables. Pure. */
import { STUDY_STATE_WORDS } from '../run/state-words.ts';
import { VERDICT_WORDS } from '../results/verdict-sentence.ts';
import { count, duration, missing, number, part, text } from '../tables/cells.ts';
import { buildTable, ungrouped, type Table } from '../tables/table.ts';
import { formatCount } from '../words/numbers.ts';
import { aboutDuration, formatDate } from '../words/times.ts';
import { modelName, trainSizeText } from './arms.ts';
import { MODEL_NAMES, type ModelId, type ModelInfo } from './models.ts';
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

/** `secondsOf`: one pass over the training images; null while that is not known. Chosen models stand out. */
export function modelChoiceTable({
  models,
  chosen,
  size,
  secondsOf,
}: {
  models: readonly ModelInfo[];
  chosen: readonly ModelId[];
  size: number;
  secondsOf: (model: ModelInfo) => number | null;
}): Table {
  const largest = models.find(({ id }) => id === 'resnet50')?.parameters ?? 1;
  return buildTable<ModelInfo>({
    caption: 'Models',
    groups: ungrouped(models),
    rowOf: ({ id }) => ({ id, current: chosen.includes(id) }),
    columns: [
      { key: 'model', head: 'Model', cell: ({ name }) => name },
      { key: 'size', head: 'Size', number: true, cell: (model) => sizeWords(model, largest) },
      {
        ...{ key: 'time', head: 'Time here', unit: `a pass over the training images, at ${size} px`, number: true },
        cell: (model) => text(timeWords(model, secondsOf(model)), { tone: 'quiet' }),
      },
    ],
  });
}

function sizeWords({ id, parameters }: ModelInfo, largest: number): string {
  const times = largest / parameters;
  if (id === 'resnet50') return `${formatCount(Math.round(parameters / 1e6))} million parameters`;
  return times >= 1.5 ? `1/${Math.round(times)} of ResNet-50` : 'about as large as ResNet-50';
}

function timeWords({ forwardMacs, minimumSize }: ModelInfo, seconds: number | null): string {
  if (forwardMacs === null) return `needs images of ${minimumSize} px or more`;
  return seconds === null ? 'measuring' : aboutDuration(seconds);
}

/** With what each costs at the size and batch for which it was described. */
export function architecturesTable(models: readonly ModelInfo[]): Table {
  return buildTable<ModelInfo>({
    caption: 'Architecture of the models',
    groups: ungrouped(models),
    columns: [
      { key: 'model', head: 'Model', cell: ({ name }) => name },
      { key: 'architecture', head: 'Architecture', cell: ({ architecture }) => text(architecture, { tone: 'quiet' }) },
      {
        ...{ key: 'base', head: '', stacked: true },
        cell: ({ base }) => (base ? `weights of ${MODEL_NAMES[base.model]} fit up to ${base.upto}` : ''),
      },
      { key: 'parameters', head: 'Parameters', number: true, cell: ({ parameters }) => count(parameters) },
      {
        ...{ key: 'paper', head: 'Table 1', unit: 'of the paper', number: true },
        cell: ({ paperParameters, paperNote }) => count(paperParameters, paperNote),
      },
      {
        ...{ key: 'macs', head: 'Forward pass', unit: '10⁹ multiply-adds, one image', number: true },
        cell: ({ forwardMacs, minimumSize }) =>
          forwardMacs === null ? missing(`Needs images of ${minimumSize} px or more.`) : number(forwardMacs / 1e9, 2),
      },
      {
        ...{ key: 'memory', head: 'Training memory', unit: 'rough, one batch', number: true },
        cell: ({ trainingBytes }) => number(trainingBytes, 'bytes'),
      },
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
