/** Grids of filters side by side as a standalone SVG, one square per weight. Pure. */
import type { FilterImage } from './filter-grid.ts';
import { escapeXml } from './svg-escape.ts';

/** Side of a weight's square. */
const CELL = 5;
const GAP = 24;
const TOP = 52;
const MARGIN = 16;

export interface FiltersDrawing {
  svg: string;
  width: number;
  height: number;
}

export function filtersSvg(params: {
  title: string;
  note: string | null;
  grids: readonly { title: string; image: FilterImage }[];
}): FiltersDrawing {
  const { title, note, grids } = params;
  let x = MARGIN;
  const parts = grids.map(({ title: name, image }) => {
    const part = `<g transform="translate(${x} ${TOP})"><text y="-8" fill="#51534f">${escapeXml(name)}</text><g shape-rendering="crispEdges">${squares(image)}</g></g>`;
    // A small grid still has room for its title.
    x += Math.max(image.width * CELL, 190) + GAP;
    return part;
  });
  const width = Math.max(x - GAP + MARGIN, 2 * MARGIN + 7 * title.length);
  const height =
    TOP + Math.max(0, ...grids.map(({ image }) => image.height * CELL)) + (note === null ? 0 : 18) + MARGIN;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN}" y="22" font-size="13" font-weight="600" fill="#1b1c1e">${escapeXml(title)}</text>`,
    ...parts,
    note === null ? '' : `<text x="${MARGIN}" y="${height - MARGIN}" fill="#51534f">${escapeXml(note)}</text>`,
    '</svg>',
  ].join('\n');
  return { svg, width, height };
}

function squares({ width, height, rgba }: FilterImage): string {
  const parts: string[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      if (rgba[at + 3] === 0) continue;
      const colour = [0, 1, 2].map((c) => (rgba[at + c] as number).toString(16).padStart(2, '0')).join('');
      parts.push(`<path fill="#${colour}" d="M${x * CELL} ${y * CELL}h${CELL}v${CELL}h-${CELL}z"/>`);
    }
  }
  return parts.join('');
}
