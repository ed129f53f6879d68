/** The numbers of a figure as a table, where no builder made one: curves with their seeds, points of panels, rows of a forest. Pure. */
import { count, number } from '../tables/cells.ts';
import { buildTable, named, ungrouped, type Table } from '../tables/table.ts';
import type { Figure, Forest, Panels, Plot } from './figure.ts';

/** Null where a figure has no numbers of its own. */
export function figureTable(figure: Figure): Table | null {
  if (figure.kind === 'plot') return curveTable(figure);
  if (figure.kind === 'panels') return panelsTable(figure);
  return figure.kind === 'forest' ? forestTable(figure) : null;
}

/** One row per line and x, seeds as columns. */
function curveTable({ title, series, digits, xName = 'Step' }: Plot): Table {
  const seeds = [...new Set(series.flatMap((line) => line.seeds.map((seed) => seed.label)))];
  const rows = series.flatMap((line) => {
    const curves = new Map(line.seeds.map(({ label, points }) => [label, new Map(points.map((p) => [p.x, p.y]))]));
    const means = new Map(line.mean.map((p) => [p.x, p.y]));
    const xs = new Set([...means.keys(), ...[...curves.values()].flatMap((curve) => [...curve.keys()])]);
    return [...xs].sort((a, b) => a - b).map((x) => ({ line: line.label, x, mean: means.get(x), curves }));
  });
  type Point = (typeof rows)[number];
  return buildTable<Point>({
    caption: title,
    groups: ungrouped(rows),
    columns: [
      named('Line', ({ line }) => line, false),
      named(xName, ({ x }) => count(x)),
      named('Mean', ({ mean }) => number(mean, digits)),
      ...seeds.map((label) => named<Point>(label, ({ x, curves }) => number(curves.get(label)?.get(x), digits))),
    ],
  });
}

function panelsTable({ title, panels, xLabel, yLabel, digits }: Panels): Table {
  const rows = panels.flatMap(({ title: panel, under, series }) =>
    series.flatMap(({ label, mean, band }) =>
      mean.map((point, index) => ({
        ...{ panel: [panel, under].filter(Boolean).join(', '), label, ...point },
        ...{ low: band[index]?.low, high: band[index]?.high },
      })),
    ),
  );
  return buildTable<(typeof rows)[number]>({
    caption: title,
    groups: ungrouped(rows),
    columns: [
      named('Panel', ({ panel }) => panel, false),
      named('Line', ({ label }) => label, false),
      named(xLabel, ({ x }) => number(x, digits)),
      named(yLabel, ({ y }) => number(y, digits)),
      named('Low', ({ low }) => number(low, digits)),
      named('High', ({ high }) => number(high, digits)),
    ],
  });
}

function forestTable({ title, groups }: Forest): Table {
  const rows = groups.flatMap(({ title: group, rows: own }) => own.map((row) => ({ group, ...row })));
  return buildTable<(typeof rows)[number]>({
    caption: title,
    groups: ungrouped(rows),
    columns: [
      named('Group', ({ group }) => group, false),
      named('Arm', ({ label }) => label, false),
      named('Mean', ({ value }) => number(value, 3)),
      named('Low', ({ low }) => number(low, 3)),
      named('High', ({ high }) => number(high, 3)),
    ],
  });
}
