/** The data flow as a diagram: how many images went on at each step, what was left out and why, and the three sets. */
import type { DatasetDetail } from '../../../shared/dataset/dataset.ts';
import { countOf, formatCount } from '../../../shared/words/numbers.ts';
import { wrapWords } from './chart-scale.ts';
import { markup, type Markup } from '../markup.ts';

const WIDTH = 760;
const STEP = { x: 8, width: 330, height: 46, gap: 22 };
const ASIDE = { x: 420, width: 332, line: 15 };
const SPLIT = { width: 236, height: 60, gap: 18 };

export function flowFigure(dataset: DatasetDetail): Markup {
  const parts: Markup[] = [];
  let y = 8;
  for (const [index, step] of dataset.flow.entries()) {
    const before = dataset.flow[index - 1]?.images ?? step.images;
    const lost = before - step.images;
    if (index > 0) {
      const arrowFrom = y - gapBefore(dataset, index);
      parts.push(arrow(STEP.x + STEP.width / 2, arrowFrom, y));
      if (lost > 0) parts.push(aside({ lost, note: step.note, centre: (arrowFrom + y) / 2 }));
    }
    parts.push(stepBox(y, step.step, step.images));
    y += STEP.height + gapBefore(dataset, index + 1);
  }
  const bottom = y - gapBefore(dataset, dataset.flow.length);
  const splitY = bottom + 44;
  parts.push(...dataset.splits.map((split, i) => splitBox({ split, index: i, y: splitY, from: bottom })));
  const height = splitY + SPLIT.height + 8;
  return markup`<svg class="figure" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${describe(dataset)}">${parts}</svg>`;
}

/** Room between step index-1 and step index: more where the reasons need several lines. */
function gapBefore(dataset: DatasetDetail, index: number): number {
  const step = dataset.flow[index];
  const before = dataset.flow[index - 1];
  if (step === undefined || before === undefined || before.images === step.images) return STEP.gap;
  return Math.max(STEP.gap, asideHeight(step.note) + 14);
}

function asideHeight(note: string): number {
  return 26 + wrapWords(note, 50).length * ASIDE.line;
}

function stepBox(y: number, name: string, images: number): Markup {
  const centre = STEP.x + STEP.width / 2;
  return markup`<rect class="box" x="${STEP.x}" y="${y}" width="${STEP.width}" height="${STEP.height}" rx="4"/><text class="strong" x="${centre}" y="${y + 19}" text-anchor="middle">${name}</text><text x="${centre}" y="${y + 36}" text-anchor="middle">${formatCount(images)}</text>`;
}

function aside(params: { lost: number; note: string; centre: number }): Markup {
  const { lost, note, centre } = params;
  const height = asideHeight(note);
  const y = centre - height / 2;
  const from = STEP.x + STEP.width / 2;
  const lines = wrapWords(note, 50).map(
    (line, i) => markup`<text class="quiet" x="${ASIDE.x + 12}" y="${y + 34 + i * ASIDE.line}">${line}</text>`,
  );
  return markup`<path class="arrow" d="M${from} ${centre}H${ASIDE.x}"/><rect class="box out" x="${ASIDE.x}" y="${y}" width="${ASIDE.width}" height="${height}" rx="4"/><text x="${ASIDE.x + 12}" y="${y + 18}">Left out: ${formatCount(lost)}</text>${lines}`;
}

function splitBox(params: { split: DatasetDetail['splits'][number]; index: number; y: number; from: number }): Markup {
  const { split, index, y, from } = params;
  const x = 8 + index * (SPLIT.width + SPLIT.gap);
  const centre = x + SPLIT.width / 2;
  const trunk = STEP.x + STEP.width / 2;
  const middle = from + 18;
  const name = split.split.charAt(0).toUpperCase() + split.split.slice(1);
  return markup`<path class="arrow" d="M${trunk} ${from}V${middle}H${centre}V${y - 6}"/><path class="head" d="M${centre - 4} ${y - 8}l4 8 4 -8z"/><rect class="box" x="${x}" y="${y}" width="${SPLIT.width}" height="${SPLIT.height}" rx="4"/><text class="strong" x="${centre}" y="${y + 24}" text-anchor="middle">${name}</text><text x="${centre}" y="${y + 44}" text-anchor="middle">${countOf(split.images, 'image')}, ${countOf(split.patients, 'patient')}</text>`;
}

function arrow(x: number, from: number, to: number): Markup {
  return markup`<path class="arrow" d="M${x} ${from}V${to - 6}"/><path class="head" d="M${x - 4} ${to - 8}l4 8 4 -8z"/>`;
}

function describe({ flow, splits }: DatasetDetail): string {
  const steps = flow.map(
    (step) => `${step.step}: ${formatCount(step.images)}${step.note === '' ? '' : ` (${step.note})`}`,
  );
  const sets = splits.map(
    (split) => `${split.split}: ${countOf(split.images, 'image')} of ${countOf(split.patients, 'patient')}`,
  );
  return `Data flow. ${[...steps, ...sets].join('; ')}.`;
}
