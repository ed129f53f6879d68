/** The numbers of a figure as a table, where no builder made one: curves with their seeds, points of panels, rows of a forest. Pure. */
import type { DataTable, DataTableColumn } from '../data-table.ts';
import type { Figure, Forest, Panels, Plot } from './figure.ts';

const value = (name: string): DataTableColumn => ({ name, number: true, form: 'fixed' });

/** Null where a figure has no numbers of its own. */
export function figureTable(figure: Figure): DataTable | null {
  if (figure.kind === 'plot') return curveTable(figure);
  if (figure.kind === 'panels') return panelsTable(figure);
  return figure.kind === 'forest' ? forestTable(figure) : null;
}

/** One row per line and x, seeds as columns. */
function curveTable({ series, digits, xName = 'Step' }: Plot): DataTable {
  const seeds = [...new Set(series.flatMap((line) => line.seeds.map((seed) => seed.label)))];
  const rows = series.flatMap((line) => {
    const curves = seeds.map(
      (label) => new Map(line.seeds.find((seed) => seed.label === label)?.points.map((p) => [p.x, p.y])),
    );
    const means = new Map(line.mean.map((p) => [p.x, p.y]));
    const xs = new Set([...means.keys(), ...curves.flatMap((curve) => [...curve.keys()])]);
    return [...xs]
      .sort((a, b) => a - b)
      .map((x) => [line.label, x, means.get(x) ?? null, ...curves.map((curve) => curve.get(x) ?? null)]);
  });
  return {
    columns: [{ name: 'Line' }, { name: xName, number: true, form: 'count' }, value('Mean'), ...seeds.map(value)],
    rows,
    digits,
  };
}

function panelsTable({ panels, xLabel, yLabel, digits }: Panels): DataTable {
  const rows = panels.flatMap(({ title, under, series }) =>
    series.flatMap(({ label, mean, band }) =>
      mean.map(({ x, y }, index) => {
        const { low = null, high = null } = band[index] ?? {};
        return [[title, under].filter(Boolean).join(', '), label, x, y, low, high];
      }),
    ),
  );
  return {
    columns: [{ name: 'Panel' }, { name: 'Line' }, value(xLabel), value(yLabel), value('Low'), value('High')],
    rows,
    digits,
  };
}

function forestTable({ groups }: Forest): DataTable {
  const rows = groups.flatMap(({ title, rows: own }) =>
    own.map(({ label, value: mean, low, high }) => [title, label, mean, low, high]),
  );
  return { columns: [{ name: 'Group' }, { name: 'Arm' }, value('Mean'), value('Low'), value('High')], rows, digits: 3 };
}
