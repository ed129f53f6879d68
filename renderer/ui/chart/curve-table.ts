/** The lines of a figure as a table: one row per line and x, seeds as columns. Pure. */
import type { DataTable, DataTableColumn } from '../../../shared/data-table.ts';
import type { Figure } from './figure.ts';

/** @param unit what x counts, 'Step' */
export function curveTable(figure: Figure, unit: string): DataTable {
  const seeds = [...new Set(figure.series.flatMap((series) => series.seeds.map((seed) => seed.label)))];
  const rows = figure.series.flatMap((series) => {
    const curves = seeds.map(
      (label) => new Map(series.seeds.find((seed) => seed.label === label)?.points.map((p) => [p.x, p.y])),
    );
    const means = new Map(series.mean.map((p) => [p.x, p.y]));
    const xs = new Set([...means.keys(), ...curves.flatMap((curve) => [...curve.keys()])]);
    return [...xs]
      .sort((a, b) => a - b)
      .map((x) => [series.label, x, means.get(x) ?? null, ...curves.map((curve) => curve.get(x) ?? null)]);
  });
  const value = (name: string): DataTableColumn => ({ name, number: true, form: 'fixed' });
  return {
    columns: [{ name: 'Line' }, { name: unit, number: true, form: 'count' }, value('Mean'), ...seeds.map(value)],
    rows,
    digits: figure.digits,
  };
}
