/** Histograms of a run's layers as a standalone SVG. Pure. */
import { histogramPath } from './histogram-path.ts';
import type { LayerWeights } from '../weights/weight-changes.ts';
import { escapeXml } from './svg-escape.ts';

export const PLOT = { width: 164, height: 56 };
const CELL = { width: 188, height: 112 };
const COLUMNS = 4;
const TOP = 40;
const MARGIN = 16;

export function histogramsSvg(
  title: string,
  layers: readonly LayerWeights[],
): { svg: string; width: number; height: number } {
  const legend = 'Outline: before. Filled: after.';
  const width = Math.max(COLUMNS * CELL.width + MARGIN, 2 * MARGIN + 7 * title.length + 6 * legend.length);
  const height = TOP + Math.ceil(layers.length / COLUMNS) * CELL.height + MARGIN;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="11">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN}" y="22" font-size="13" font-weight="600" fill="#1b1c1e">${escapeXml(title)}<tspan dx="12" font-size="11" font-weight="400" fill="#51534f">${legend}</tspan></text>`,
    ...layers.map((layer, index) => cell(layer, index)),
    '</svg>',
  ].join('\n');
  return { svg, width, height };
}

function cell({ layer, histogram: { before, after, high } }: LayerWeights, index: number): string {
  const x = MARGIN + (index % COLUMNS) * CELL.width;
  const y = TOP + Math.floor(index / COLUMNS) * CELL.height;
  const most = Math.max(...before, ...after);
  const path = (counts: readonly number[]): string => histogramPath({ counts, most, ...PLOT });
  const limit = high.toPrecision(2);
  return (
    `<g transform="translate(${x} ${y})"><text y="10" fill="#1b1c1e">${escapeXml(layer)}</text><g transform="translate(0 16)">` +
    `<path d="${path(after)}Z" fill="#1f4c99" fill-opacity="0.35"/><path d="${path(before)}" fill="none" stroke="#51534f"/>` +
    `<path d="M0 ${PLOT.height}H${PLOT.width}" stroke="#5c5e5a"/></g>` +
    `<text y="${PLOT.height + 30}" fill="#5c5e5a">-${limit}</text><text x="${PLOT.width}" y="${PLOT.height + 30}" text-anchor="end" fill="#5c5e5a">${limit}</text></g>`
  );
}
