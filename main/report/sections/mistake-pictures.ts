/** Pictures of the most confident errors of one run, each with one map. Only in reports that were asked for them. */
import { countOf, formatCount, formatNumber } from '../../../shared/words/numbers.ts';
import { EXPLANATION_WORDS, type Explanation } from '../../../shared/mistakes/explanation.ts';
import { px } from '../../../shared/figures/drawing/sheet.ts';
import { standAlone } from '../../../shared/figures/drawing/stand-alone.ts';
import { armWords } from '../../../shared/study/arms.ts';
import { frameBox } from '../figures/explanation-figure.ts';
import { endpointName } from '../../../shared/results/endpoint-name.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';
import { heading, figure, note, text, type Block } from '../blocks.ts';

export interface MistakePicture {
  imageId: string;
  /** By the reference standard: 0 is a false positive. */
  label: 0 | 1;
  explanation: Explanation;
  /** Data URIs of the same size: the square that the model sees, and the same in grey under the map. */
  square: string;
  overlay: string;
}

export interface MistakePictures {
  endpointId: string;
  armId: string;
  runId: string;
  seed: number;
  synthetic: boolean;
  /** Of this run on the test images; null where no threshold could be chosen, then `why` says so. */
  counts: { fp: number; fn: number } | null;
  why: string | null;
  /** Most confidently wrong first, of each kind. */
  pictures: MistakePicture[];
}

/** Side of each of the two pictures, in pixels, and the room between them. */
const SIDE = 300;
const GAP = 16;

const KINDS = [
  { label: 0, title: 'False positives', one: 'False positive: negative by the reference standard, called positive' },
  { label: 1, title: 'False negatives', one: 'False negative: positive by the reference standard, missed' },
] as const;

export function picturesPart(shown: MistakePictures, results: StudyResults): Block[] {
  const { endpointId, seed, counts, pictures, synthetic } = shown;
  const endpoint = endpointName(results.endpoints, endpointId);
  const arm = results.arms.find(({ armId }) => armId === shown.armId);
  const whose = `${arm === undefined ? shown.armId : armWords(arm)}, seed ${seed}: the run of this arm with the highest validation AUC`;
  const start = heading('Pictures of errors');
  const [first] = pictures;
  if (counts === null || first === undefined) {
    const why =
      counts === null
        ? `but no image counts as an error: ${shown.why ?? ''}`
        : 'but this run gets no test image wrong.';
    return [start, text(`Pictures were asked for (${endpoint}; ${whose}), ${why}`)];
  }
  const words = EXPLANATION_WORDS[first.explanation.method];
  const people = synthetic ? 'synthetic images, which show no patient' : 'images of patients';
  return [
    start,
    note(
      `This report holds ${formatCount(pictures.length)} ${people}, because its author asked for them.${synthetic ? '' : ' Pass it on only to those who may see these images.'}`,
    ),
    text(
      `${endpoint}. ${whose}. It has ${countOf(counts.fp, 'false positive')} and ${countOf(counts.fn, 'false negative')} on the test images at its own threshold; shown are the most confidently wrong of each, which are not typical of all. Left: the image as the network gets it, sharper. Right: ${words.name.toLowerCase()}. ${words.what} ${words.limits} The frame marks the strongest place of the map.`,
    ),
    ...KINDS.flatMap(({ label, title, one }) => {
      const own = pictures.filter((picture) => picture.label === label);
      if (own.length === 0) return [text(`${title}: none.`)];
      const total = label === 0 ? counts.fp : counts.fn;
      return [
        text(`${title}: ${formatCount(own.length)} of ${formatCount(total)}`),
        ...own.flatMap((picture) => pictureFigure(picture, one)),
      ];
    }),
  ];
}

function pictureFigure({ imageId, explanation, square, overlay }: MistakePicture, kind: string): Block[] {
  const { score, hidden } = explanation;
  const title = `Image ${imageId}`;
  const picture = (x: number, top: number, href: string): Markup =>
    markup`<image x="${x}" y="${top}" width="${SIDE}" height="${SIDE}" href="${href}"/>`;
  const drawing = standAlone(
    { title, description: kind },
    ({ top }) => ({
      parts: markup`${picture(0, top, square)}${picture(SIDE + GAP, top, overlay)}${frame(explanation, top)}`,
      height: top + SIDE,
    }),
    { width: 2 * SIDE + GAP },
  );
  return figure(
    [{ ...drawing, title }],
    `${title}. ${kind}. Score ${formatNumber(score)}; ${formatNumber(hidden.score)} with the framed place hidden in grey. The map shows where, not why.`,
  );
}

/** Dark under light: seen on any image. */
function frame(explanation: Explanation, top: number): Markup {
  const { x, y, width, height } = frameBox(explanation, SIDE);
  const box = markup`x="${px(SIDE + GAP + x)}" y="${px(top + y)}" width="${px(width)}" height="${px(height)}" fill="none"`;
  return markup`<rect ${box} stroke="#000" stroke-width="3"/><rect ${box} stroke="#fff" stroke-width="1.2"/>`;
}
