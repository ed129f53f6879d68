import { describe, expect, it } from 'vitest';
import { axisOf } from '../../../renderer/features/results/forest-axis.ts';
import { figureSvg } from '../../../renderer/ui/chart/figure-svg.ts';
import { placeLabels, type Figure } from '../../../renderer/ui/chart/figure.ts';
import { lineStyles, PLAIN_STYLE } from '../../../renderer/ui/chart/series-style.ts';

describe('labels at the ends of lines', () => {
  it('stay where they are when there is room', () => {
    expect(placeLabels([10, 50, 90], 14, 0, 100)).toEqual([10, 50, 90]);
  });
  it('are pushed apart and stay inside', () => {
    const placed = placeLabels([98, 97, 99], 14, 0, 100);
    const sorted = [...placed].sort((a, b) => a - b);
    expect(sorted[2]).toBeLessThanOrEqual(100);
    expect((sorted[1] ?? 0) - (sorted[0] ?? 0)).toBeGreaterThanOrEqual(14);
    expect(placed[1]).toBeLessThan(placed[0] ?? 0);
  });
});

describe('styles', () => {
  it('differ within a study and keep a kind’s own', () => {
    const styles = lineStyles(['gabor', 'random', 'transfer(a)', 'transfer(b)']);
    expect(new Set([...styles.values()].map((style) => style.light)).size).toBe(4);
    expect(styles.get('random')).toEqual(lineStyles(['random']).get('random'));
  });
});

describe('a figure as SVG', () => {
  const figure: Figure = {
    title: 'AUC <of> "all"',
    xLabel: 'Step',
    yLabel: 'AUC',
    series: [
      {
        id: 'a',
        label: 'random',
        style: PLAIN_STYLE,
        mean: [
          { x: 0, y: 0.5 },
          { x: 10, y: 1 },
        ],
        band: [
          { x: 0, low: 0.4, high: 0.6 },
          { x: 10, low: 0.9, high: 1.1 },
        ],
        seeds: [
          {
            label: 'seed 0',
            points: [
              { x: 0, y: 0.5 },
              { x: 10, y: 1 },
            ],
          },
        ],
      },
      { id: 'b', label: 'empty', style: PLAIN_STYLE, mean: [], band: [], seeds: [] },
    ],
    reference: { y: 0.8, label: 'threshold' },
    digits: 3,
    yRange: {},
  };
  const frame = {
    x: {
      min: 0,
      max: 10,
      ticks: [
        { value: 0, label: '0' },
        { value: 10, label: '10' },
      ],
    },
    y: {
      min: 0,
      max: 1,
      ticks: [
        { value: 0, label: '0' },
        { value: 1, label: '1' },
      ],
    },
  };

  it('is well-formed, labelled, and free of what cannot be drawn', () => {
    const svg = figureSvg(figure, frame, { width: 720, height: 400 });
    expect(svg).toContain('AUC &lt;of&gt; &quot;all&quot;');
    expect(svg).toContain('>random</text>');
    expect(svg).not.toContain('>empty</text>');
    expect(svg).toContain('threshold');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    const open = (svg.match(/<[a-z]/gi)?.length ?? 0) - (svg.match(/\/>/g)?.length ?? 0);
    expect(svg.match(/<\/[a-z]/gi)?.length).toBe(open);
  });
});

describe('axis of a forest plot', () => {
  it('has round ticks around the values', () => {
    const axis = axisOf([0.775, 0.894, null, undefined]);
    expect([axis.min, axis.max]).toEqual([0.75, 0.9]);
    expect(axis.ticks.length).toBeLessThanOrEqual(8);
    expect(axis.at(axis.min)).toBeLessThan(axis.at(axis.max));
  });
  it('never leaves 0 to 1', () => {
    const axis = axisOf([0.02, 0.999]);
    expect(axis.min).toBe(0);
    expect(axis.max).toBe(1);
    expect(axisOf([]).ticks.length).toBeGreaterThan(1);
    expect(axisOf([1, 1]).max).toBe(1);
  });
});
