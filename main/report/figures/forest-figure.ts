/** Mean AUC of every arm with its interval and each seed's AUC, one figure per endpoint. */
import { formatInterval, formatNumber } from '../../../shared/words/numbers.ts';
import type { ArmEndpointResult, ArmResult, StudyResults } from '../../../shared/results/results.ts';
import { groupArms } from '../../../shared/study/arms.ts';
import { linearScale, paddedDomain, px, type LinearScale } from './chart-scale.ts';
import { markup, type Markup } from '../markup.ts';

const WIDTH = 760;
const PLOT = { left: 250, right: 560, top: 10, row: 30 };

export function forestFigure(params: {
  results: StudyResults;
  endpointId: string;
  slots: Map<string, number>;
}): Markup {
  const { results, endpointId, slots } = params;
  const valueOf = (arm: ArmResult): ArmEndpointResult | undefined =>
    arm.endpoints.find((endpoint) => endpoint.endpointId === endpointId);
  const scale = linearScale({
    domain: paddedDomain(
      results.arms.flatMap((arm) => shownValues(valueOf(arm))),
      0.05,
      [0, 1],
    ),
    range: [PLOT.left, PLOT.right],
  });
  const rows: Markup[] = [];
  const nextY = (): number => PLOT.top + (rows.length + 0.5) * PLOT.row;
  for (const { title, arms } of groupArms(results.arms)) {
    if (title !== '') rows.push(markup`<text class="strong" x="8" y="${nextY() + 6}">${title}</text>`);
    for (const arm of arms) {
      const value = valueOf(arm);
      if (value !== undefined) {
        rows.push(forestRow({ value, y: nextY(), scale, slot: slots.get(arm.initLabel) ?? 0, label: arm.initLabel }));
      }
    }
  }
  const bottom = PLOT.top + rows.length * PLOT.row;
  const name = results.endpoints.find((endpoint) => endpoint.id === endpointId)?.name ?? endpointId;
  return markup`<svg class="figure" viewBox="0 0 ${WIDTH} ${bottom + 44}" role="img" aria-label="Mean test AUC with 95 % interval for ${name}; the same numbers are in the table of AUCs.">
${xAxis(scale, bottom)}
${rows}
<text class="quiet" x="${(PLOT.left + PLOT.right) / 2}" y="${bottom + 38}" text-anchor="middle">Test AUC, ${name}</text>
</svg>`;
}

function shownValues(value: ArmEndpointResult | undefined): number[] {
  if (value === undefined) return [];
  return [value.low, value.high, value.mean, ...value.runs.map((run) => run.auc)].filter((number) => number !== null);
}

function xAxis(scale: LinearScale, bottom: number): Markup {
  const [low, high] = scale.domain;
  const chance =
    low < 0.5 && high > 0.5 ? markup`<path class="threshold" d="M${px(scale.at(0.5))} ${PLOT.top}V${bottom}"/>` : '';
  const ticks = scale.ticks.map(
    (tick) =>
      markup`<path class="grid" d="M${px(scale.at(tick))} ${PLOT.top}V${bottom}"/><text class="tick" x="${px(scale.at(tick))}" y="${bottom + 16}" text-anchor="middle">${scale.format(tick)}</text>`,
  );
  return markup`${ticks}${chance}<path class="axis" d="M${PLOT.left} ${bottom}H${PLOT.right}"/>`;
}

function forestRow(params: {
  value: ArmEndpointResult;
  y: number;
  scale: LinearScale;
  slot: number;
  label: string;
}): Markup {
  const { value, y, scale, slot, label } = params;
  const text = markup`<text x="${PLOT.left - 14}" y="${y + 4}" text-anchor="end">${clipMiddle(label, 38)}</text>`;
  if (value.mean === null) {
    return markup`${text}<text class="quiet" x="${PLOT.right + 14}" y="${y + 4}">–</text>`;
  }
  const interval =
    value.low === null || value.high === null
      ? ''
      : markup`<path class="interval" d="M${px(scale.at(value.low))} ${y}H${px(scale.at(value.high))}M${px(scale.at(value.low))} ${y - 4}v8M${px(scale.at(value.high))} ${y - 4}v8"/>`;
  const seeds = value.runs.flatMap((run) =>
    run.auc === null ? [] : [markup`<circle class="seed" cx="${px(scale.at(run.auc))}" cy="${y + 8}" r="2.6"/>`],
  );
  const mean = scale.at(value.mean);
  return markup`<g class="s${slot}">${interval}${seeds}<rect class="mean" x="${px(mean - 4.5)}" y="${y - 4.5}" width="9" height="9"/></g>${text}<text class="number" x="${PLOT.right + 14}" y="${y + 4}">${formatNumber(value.mean)} <tspan class="quiet">${formatInterval(value.low, value.high)}</tspan></text>`;
}

/** Shortens a label that would leave its column, keeping both ends; the table has it whole. */
export function clipMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const tail = Math.floor((length - 1) / 2);
  return `${text.slice(0, length - 1 - tail)}…${text.slice(-tail)}`;
}
