/** Pictures of the most confident errors of one run, each with one map. Only in reports that were asked for them. */
import { countOf, formatCount, formatNumber } from '../../../shared/words/numbers.ts';
import { EXPLANATION_WORDS, type Explanation } from '../../../shared/mistakes/explanation.ts';
import { frameBox } from '../figures/explanation-figure.ts';
import type { StudyResults } from '../../../shared/results/results.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';
import type { Numbering } from '../numbering.ts';
import { runLink } from '../run-link.ts';

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

/** Side of the drawing's own units. */
const SIDE = 600;

const KINDS = [
  { label: 0, title: 'False positives', one: 'False positive: negative by the reference standard, called positive' },
  { label: 1, title: 'False negatives', one: 'False negative: positive by the reference standard, missed' },
] as const;

export function mistakePicturesPart(shown: MistakePictures, results: StudyResults, numbering: Numbering): Markup {
  const { endpointId, runId, seed, counts, pictures, synthetic } = shown;
  const endpoint = results.endpoints.find(({ id }) => id === endpointId)?.name ?? endpointId;
  const arm = results.arms.find(({ armId }) => armId === shown.armId);
  const size = arm === undefined || arm.trainSize === 'all' ? '' : `, ${arm.trainSize} training images`;
  const name = arm === undefined ? shown.armId : `${arm.modelName}, ${arm.initLabel}${size}`;
  const whose = markup`${name}, seed ${runLink(runId, seed)}: the run of this arm with the highest validation AUC`;
  const heading = markup`<h3>Pictures of errors</h3>`;
  if (counts === null) {
    return markup`${heading}<p>Pictures were asked for (${endpoint}; ${whose}), but no image counts as an error: ${shown.why}</p>`;
  }
  const [first] = pictures;
  if (first === undefined) {
    return markup`${heading}<p>Pictures were asked for (${endpoint}; ${whose}), but this run gets no test image wrong.</p>`;
  }
  const words = EXPLANATION_WORDS[first.explanation.method];
  const people = synthetic ? 'synthetic images, which show no patient' : 'images of patients';
  return markup`${heading}
<p class="banner" role="note">This report holds ${formatCount(pictures.length)} ${people}, because its author asked for them. ${synthetic ? '' : 'Pass it on only to those who may see these images.'}</p>
<p>${endpoint}. ${whose}. It has ${countOf(counts.fp, 'false positive')} and ${countOf(counts.fn, 'false negative')} on the test images at its own threshold; shown are the most confidently wrong of each, which are not typical of all. Left: the image as the network gets it, sharper. Right: ${words.name.toLowerCase()}. ${words.what} ${words.limits} The frame marks the strongest place of the map.</p>
${KINDS.map(({ label, title, one }) => {
  const own = pictures.filter((picture) => picture.label === label);
  if (own.length === 0) return markup`<p>${title}: none.</p>`;
  const total = label === 0 ? counts.fp : counts.fn;
  return markup`<h4>${title}: ${formatCount(own.length)} of ${formatCount(total)}</h4>
${own.map((picture) => pictureFigure(picture, one, numbering))}`;
})}`;
}

function pictureFigure(picture: MistakePicture, kind: string, numbering: Numbering): Markup {
  const { imageId, explanation, square, overlay } = picture;
  const { score, hidden } = explanation;
  return markup`<figure class="error-picture">
<img src="${square}" alt="Image ${imageId}">
<svg viewBox="0 0 ${SIDE} ${SIDE}" role="img" aria-label="Map over image ${imageId}"><image width="${SIDE}" height="${SIDE}" href="${overlay}"/>${frame(explanation)}</svg>
<figcaption><b>Figure ${numbering.figure()}.</b> Image <span class="mono">${imageId}</span>. ${kind}. Score ${formatNumber(score)}; ${formatNumber(hidden.score)} with the framed place hidden in grey. The map shows where, not why.</figcaption>
</figure>`;
}

/** Dark under light: seen on any image. */
function frame(explanation: Explanation): Markup {
  const { x, y, width, height } = frameBox(explanation, SIDE);
  const box = markup`x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="none"`;
  return markup`<rect ${box} stroke="#000" stroke-width="6"/><rect ${box} stroke="#fff" stroke-width="2.4"/>`;
}
