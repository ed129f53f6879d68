/** Decision curves: one panel a model and training-set size, one line an arm with its band, and acting on everybody or nobody. */
import type { ArmResult } from '../../../shared/results/results.ts';
import type { ArmDetails, DecisionFrame } from '../../../shared/results/study-details.ts';
import { groupArms } from '../../../shared/study/arms.ts';
import { linearScale, px, spreadLabels } from './chart-scale.ts';
import { clipMiddle } from './forest-figure.ts';
import { markup, type Markup } from '../markup.ts';

const WIDTH = 760;
const HEIGHT = 250;
const PLOT = { left: 58, right: 560, top: 28, bottom: 204 };

export function decisionFigure(params: {
  arms: readonly ArmResult[];
  details: readonly ArmDetails[];
  decision: DecisionFrame;
  slots: Map<string, number>;
}): Markup[] {
  const { details, decision, slots } = params;
  const highest = Math.max(
    0.01,
    decision.all[0] ?? 0,
    ...details.flatMap((arm) => arm.netBenefit.map((p) => p.high ?? p.value ?? 0)),
  );
  const lowest = Math.min(0, ...details.flatMap((arm) => arm.netBenefit.map(({ value }) => value ?? 0)));
  // Acting on everybody falls far below 0, where it no longer matters.
  const domain: [number, number] = [Math.max(lowest, -highest) - 0.1 * highest, 1.04 * highest];
  return groupArms(params.arms).flatMap(({ title, arms }) => {
    const lines = arms.flatMap((arm) => {
      const found = details.find(({ armId }) => armId === arm.armId);
      return found === undefined || found.netBenefit.length === 0 ? [] : [{ arm, found }];
    });
    return lines.length === 0 ? [] : [panel({ title, lines, decision, slots, domain })];
  });
}

function panel(params: {
  title: string;
  lines: readonly { arm: ArmResult; found: ArmDetails }[];
  decision: DecisionFrame;
  slots: Map<string, number>;
  domain: [number, number];
}): Markup {
  const { title, lines, decision, slots, domain } = params;
  const { thresholds, all, range } = decision;
  const x = linearScale({ domain: [range.from, range.to], range: [PLOT.left, PLOT.right], count: 8 });
  const y = linearScale({ domain, range: [PLOT.bottom, PLOT.top] });
  const within = (value: number): number => Math.min(domain[1], Math.max(domain[0], value));
  const path = (values: readonly number[], at = thresholds): string =>
    values.map((value, i) => `${i === 0 ? 'M' : 'L'}${px(x.at(at[i] ?? 0))} ${px(y.at(within(value)))}`).join('');
  const everybody = all.filter((value) => value >= domain[0]);
  const middle = (PLOT.top + PLOT.bottom) / 2;
  const ends = lines.map(({ found }) => y.at(within(found.netBenefit.at(-1)?.value ?? 0)));
  const placed = spreadLabels(ends, 16, PLOT.top, PLOT.bottom);
  return markup`<svg class="figure" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Decision curves${title === '' ? '' : ` of ${title}`}: net benefit over the threshold probability; the numbers are in the table.">
<text class="strong" x="${PLOT.left}" y="16">${title}</text>
${y.ticks.map((tick) => markup`<path class="grid" d="M${PLOT.left} ${px(y.at(tick))}H${PLOT.right}"/><text class="tick" x="${PLOT.left - 8}" y="${px(y.at(tick) + 4)}" text-anchor="end">${y.format(tick)}</text>`)}
${x.ticks.map((tick) => markup`<path class="axis" d="M${px(x.at(tick))} ${PLOT.bottom}v4"/><text class="tick" x="${px(x.at(tick))}" y="${PLOT.bottom + 17}" text-anchor="middle">${x.format(tick)}</text>`)}
<path class="axis" d="M${PLOT.left} ${px(y.at(0))}H${PLOT.right}"/><text class="tick" x="${PLOT.left + 4}" y="${px(y.at(0) - 4)}">act on nobody</text>
<path class="threshold" d="${path(everybody)}"/><text class="tick" x="${px(x.at(thresholds[0] ?? 0) + 4)}" y="${px(y.at(within(all[0] ?? 0)) - 5)}">act on everybody</text>
<text class="quiet" x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 36}" text-anchor="middle">Threshold probability</text>
<text class="quiet" transform="rotate(-90 14 ${middle})" x="14" y="${middle}" text-anchor="middle">Net benefit</text>
${lines.map(({ arm, found }, index) => {
  const values = found.netBenefit.map(({ value }) => value ?? 0);
  const known = found.netBenefit.every(({ low, high }) => low !== null && high !== null);
  const band = known
    ? `${path(found.netBenefit.map(({ high }) => high ?? 0))}${path(found.netBenefit.map(({ low }) => low ?? 0).toReversed(), thresholds.toReversed()).replace(/^M/, 'L')}Z`
    : null;
  const label = placed[index] as number;
  return markup`<g class="s${slots.get(arm.initLabel) ?? 0}">${band !== null && markup`<path class="band" d="${band}"/>`}<path class="line" d="${path(values)}"/><path class="leader" d="M${PLOT.right} ${px(ends[index] as number)}L${PLOT.right + 10} ${px(label)}"/><text class="direct" x="${PLOT.right + 14}" y="${px(label + 4)}">${clipMiddle(arm.initLabel, 28)}</text></g>`;
})}
</svg>`;
}
