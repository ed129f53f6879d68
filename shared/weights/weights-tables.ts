/** Movement of weights as tables, for the app and the command line. Pure. */
import type { DataTable } from '../data-table.ts';
import type { MovementPanel } from '../figures/movement-panels.ts';
import type { RunWeights } from './weight-changes.ts';

const number = (name: string): { name: string; number: boolean } => ({ name, number: true });

export function movementTable(panel: MovementPanel): DataTable {
  return {
    columns: [
      { name: 'Initialisation' },
      { name: 'Stage' },
      number('Relative distance'),
      number('SD over runs'),
      number('Cosine'),
      number('SD of the cosine'),
      number('Runs'),
    ],
    rows: panel.series.flatMap(({ label, runs, stages }) =>
      stages.map(({ stage, relativeDistance, cosine }) => [
        ...[label, stage, relativeDistance?.mean ?? null, relativeDistance?.sd ?? null],
        ...[cosine?.mean ?? null, cosine?.sd ?? null, runs],
      ]),
    ),
    digits: 3,
  };
}

/** One row per layer of a run. */
export function layersTable({ layers }: RunWeights): DataTable {
  return {
    columns: [
      { name: 'Layer' },
      { name: 'Stage' },
      number('Relative distance'),
      number('Cosine'),
      number('RMS before'),
      number('RMS after'),
      number('Largest weight'),
      number('Weights'),
    ],
    rows: layers.map(({ layer, stage, relativeDistance, cosine, rmsBefore, rmsAfter, histogram, count }) => [
      ...[layer, stage, relativeDistance, cosine, rmsBefore, rmsAfter, histogram.high, count],
    ]),
    digits: 4,
  };
}

/** The rows of every panel beneath one another, with the models in a column before. */
export function movementTableOfAll(panels: readonly MovementPanel[]): DataTable {
  const tables = panels.map((panel) => ({ group: panel.group, ...movementTable(panel) }));
  return {
    columns: [{ name: 'Model' }, ...movementTable({ group: '', stages: [], series: [] }).columns],
    rows: tables.flatMap(({ group, rows }) => rows.map((row) => [group, ...row])),
    digits: 3,
  };
}
