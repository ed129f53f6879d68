/** WeightMovement of weights as tables. Pure. */
import type { WeightMovementPanel } from '../figures/weight-movement-panels.ts';
import { count, number, share, text } from '../tables/cells.ts';
import { buildTable, named, ungrouped, type ColumnOf, type Table } from '../tables/table.ts';
import type { RunWeights } from './weight-changes.ts';

type Series = WeightMovementPanel['series'][number];
type Moved = Series['stages'][number] & Pick<Series, 'label' | 'runs'>;

const movedOf = ({ label, runs, stages }: Series): Moved[] => stages.map((stage) => ({ ...stage, label, runs }));

const MOVEMENT: readonly ColumnOf<Moved>[] = [
  named('Stage', ({ stage }) => stage, false),
  {
    ...named('Relative distance', ({ relativeDistance }) => share(relativeDistance?.mean)),
    about: 'Distance: norm of the change of all kernels of a stage over their norm at the start, mean over runs.',
  },
  { ...named('SD over runs', ({ relativeDistance }) => share(relativeDistance?.sd)), head: 'SD', unit: 'over runs' },
  {
    ...named('Cosine', ({ cosine }) => share(cosine?.mean)),
    about: 'Cosine: between the kernels at the start and at the end.',
  },
  { ...named('SD of the cosine', ({ cosine }) => share(cosine?.sd)), head: 'SD', unit: 'over runs' },
  named('Runs', ({ runs }) => count(runs)),
];

/** One row per initialisation and stage. */
export function weightMovementTable({ group, series }: WeightMovementPanel): Table {
  return buildTable<Moved>({
    caption: `How far each stage moved, ${group}`,
    groupHead: 'Initialisation',
    groups: series.map((each) => ({ title: each.label, items: movedOf(each) })),
    columns: MOVEMENT,
  });
}

/** Of all models and training-set sizes. */
export function weightMovementTableOfAll(panels: readonly WeightMovementPanel[]): Table {
  return buildTable<Moved>({
    caption: 'How far each stage moved',
    groupHead: 'Model',
    groups: panels.map(({ group, series }) => ({ title: group, items: series.flatMap(movedOf) })),
    columns: [named('Initialisation', ({ label }) => label, false), ...MOVEMENT],
  });
}

/** One row per layer of a run. */
export function layersTable({ layers }: RunWeights): Table {
  const size = (value: number | null) => number(value, 4);
  return buildTable<RunWeights['layers'][number]>({
    caption: 'Weights of each layer',
    groups: ungrouped(layers),
    columns: [
      named('Layer', ({ layer }) => text(layer, { mono: true }), false),
      named('Stage', ({ stage }) => stage, false),
      named('Relative distance', ({ relativeDistance }) => size(relativeDistance)),
      named('Cosine', ({ cosine }) => size(cosine)),
      named('RMS before', ({ rmsBefore }) => size(rmsBefore)),
      named('RMS after', ({ rmsAfter }) => size(rmsAfter)),
      named('Largest weight', ({ histogram }) => size(histogram.high)),
      named('Weights', (layer) => count(layer.count)),
    ],
  });
}
