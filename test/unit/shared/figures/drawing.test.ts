/** Every kind of figure as SVG: the goldens in test/fixtures/figures are rewritten by `vitest run -u` on this file. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawFigure } from '../../../../shared/figures/drawing/draw-figure.ts';
import { clipMiddle, placeLabels, wrapWords } from '../../../../shared/figures/drawing/labels.ts';
import { clipCurve } from '../../../../shared/figures/drawing/marks.ts';
import { linearAxis, roundDomain } from '../../../../shared/figures/drawing/scale.ts';
import { figureStyles } from '../../../../shared/figures/drawing/sheet.ts';
import type { Figure, Plot } from '../../../../shared/figures/figure.ts';
import { figureTable } from '../../../../shared/figures/figure-table.ts';
import { plotExtent } from '../../../../shared/figures/plot-extent.ts';
import { reportHtml } from '../../report/html-of.ts';
import { madeUpDetails } from '../../report/made-up-details.ts';
import { madeUpReport } from '../../report/made-up-report.ts';
import { sampleFigures } from './sample-figures.ts';

const GOLDENS = path.join(import.meta.dirname, '../../../fixtures/figures');
const figures = Object.entries(sampleFigures());

function expectWellFormed(svg: string): void {
  expect(svg).not.toMatch(/NaN|undefined|Infinity|\[object/);
  const open = (svg.match(/<[a-z]/gi)?.length ?? 0) - (svg.match(/\/>/g)?.length ?? 0);
  expect(svg.match(/<\/[a-z]/gi)?.length).toBe(open);
}

describe.each(figures)('%s', (name, figure) => {
  it('is drawn as before', async () => {
    const { svg } = drawFigure(figure);
    expectWellFormed(svg);
    await expect(svg).toMatchFileSnapshot(path.join(GOLDENS, `${name}.svg`));
  });

  it('has a title, a description, and paints that a page may change', () => {
    const { svg, width, height } = drawFigure(figure);
    expect(svg).toContain(`<title>${figure.title}</title>\n<desc>`);
    expect(svg).toContain(`viewBox="0 0 ${width} ${height}" role="img"`);
    const styles = figureStyles(() => 'red');
    for (const [, classes] of svg.matchAll(/class="([^"]+)" fill/g)) {
      for (const each of (classes ?? '').split(' ')) expect(styles).toContain(`.figure .${each}{`);
    }
  });

  it('is drawn on a narrow page that has the title itself', () => {
    const { svg } = drawFigure(figure, { width: 440, titled: false });
    expectWellFormed(svg);
    expect(svg).not.toContain(`>${figure.title}</text>`);
  });
});

describe('a figure in the report', () => {
  const html = reportHtml({ ...madeUpReport(), details: [madeUpDetails] });

  it.each(figures.filter(([name]) => !['decision', 'reliability', 'scatter-one', 'flow'].includes(name)))(
    '%s has the bytes of the file that is saved',
    (_, figure) => expect(html).toContain(drawFigure(figure).svg),
  );
});

describe('words in a figure', () => {
  it('are escaped wherever they stand', () => {
    const evil = '<script>"&';
    const [, plot] = figures.find(([name]) => name === 'convergence') as [string, Plot];
    const named: Figure = { ...plot, title: evil, series: plot.series.map((series) => ({ ...series, label: evil })) };
    const { svg } = drawFigure(named);
    expect(svg).not.toContain('<script>');
    expect(svg).toContain('<title>&lt;script&gt;&quot;&amp;</title>');
  });

  it('stay apart at the ends of lines, and inside', () => {
    expect(placeLabels([10, 50, 90], 14, 0, 100)).toEqual([10, 50, 90]);
    const placed = placeLabels([98, 97, 99], 14, 0, 100);
    const sorted = [...placed].sort((a, b) => a - b);
    expect(sorted[2]).toBeLessThanOrEqual(100);
    expect((sorted[1] ?? 0) - (sorted[0] ?? 0)).toBeGreaterThanOrEqual(14);
    expect(placed[1]).toBeLessThan(placed[0] ?? 0);
  });

  it('are cut in the middle and wrapped at spaces', () => {
    expect(clipMiddle('transfer(natural)', 9)).toBe('tran…ral)');
    expect(wrapWords('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(wrapWords('', 9)).toEqual([]);
  });
});

describe('axes', () => {
  it('have round ticks with as many digits as tell them apart', () => {
    const { ticks, at } = linearAxis([0.7, 0.95], [0, 100], 5);
    expect(ticks.map(({ label }) => label)).toEqual(['0.70', '0.75', '0.80', '0.85', '0.90', '0.95']);
    expect(at(0.95)).toBeCloseTo(100, 9);
    expect(linearAxis([0, 12000], [0, 1], 5).ticks.at(-1)?.label).toBe('12,000');
    expect(linearAxis([3, 3], [0, 1], 5).at(3)).toBe(0.5);
  });

  it('end at round numbers, and never beyond what can be', () => {
    expect(roundDomain([0.72, 0.93], { within: [0, 1] }, 5)).toEqual([0.7, 0.95]);
    expect(roundDomain([0.02, 0.999], { within: [0, 1] }, 5)).toEqual([0, 1]);
    expect(roundDomain([0.3], { from: 0 }, 5)[0]).toBe(0);
    expect(roundDomain([], { within: [0, 1] }, 5)).toEqual([0, 1]);
  });

  it('go on to where a run will end', () => {
    const [, plot] = figures.find(([name]) => name === 'convergence') as [string, Plot];
    expect(plotExtent(plot).x).toEqual([0, 400]);
    expect(plotExtent({ ...plot, xMax: 900 }).x).toEqual([0, 900]);
  });
});

describe('a line that leaves its plot', () => {
  it('ends at the frame and comes back from it', () => {
    const points = [0, 2, -2, 0].map((y, x) => ({ x, y }));
    expect(clipCurve(points, [-1, 1])).toEqual([
      [
        { x: 0, y: 0 },
        { x: 0.5, y: 1 },
      ],
      [
        { x: 1.25, y: 1 },
        { x: 1.75, y: -1 },
      ],
      [
        { x: 2.5, y: -1 },
        { x: 3, y: 0 },
      ],
    ]);
    expect(clipCurve(points, [3, 4])).toEqual([]);
  });
});

describe('the numbers of a figure', () => {
  it.each(figures.filter(([, { kind }]) => ['plot', 'panels', 'forest'].includes(kind)))('%s', (_, figure) => {
    const table = figureTable(figure);
    const rows = table?.groups.flatMap((group) => group.rows) ?? [];
    expect(rows.length).toBeGreaterThan(0);
    for (const { cells } of rows) expect(cells).toHaveLength(table?.columns.length ?? 0);
  });
});
