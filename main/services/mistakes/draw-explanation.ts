/** The figure of an explanation: what the map is of, in words, and the image under it. */
import type { Sharp } from 'sharp';
import { armWords } from '../../../shared/study/arms.ts';
import { explanationFigure, overlaySvg } from '../../report/figures/explanation-figure.ts';
import { mapPixels } from '../../../shared/mistakes/explanation-map.ts';
import type { Explanation } from '../../../shared/mistakes/explanation.ts';
import type { DatasetSummary, Endpoint } from '../../../shared/dataset/dataset.ts';
import { AppError } from '../../../shared/system/errors.ts';
import type { Arm } from '../../../shared/study/study.ts';
import { endpointLabel } from '../../analysis/study/endpoints.ts';
import { decodeToSquare } from '../../images/decode.ts';
import { sharp } from '../../images/sharp.ts';
import { pngDataUri } from '../../../shared/figures/drawing/png.ts';
import type { ImageRecord } from '../../../shared/dataset/dataset-record.ts';

export interface ExplanationFigure {
  explanation: Explanation;
  /** A standalone figure with both scores, the legend and what it does not show; units are pixels. */
  svg: string;
  width: number;
  height: number;
  /** The grey image with the map over it, without words, {@link OVERLAY_SIDE} pixels wide. */
  overlaySvg: string;
  /** The untouched image as a JPEG data URI, of the same size. */
  squareUri: string;
}

export const OVERLAY_SIDE = 600;
/** Of the embedded JPEG: no seam is seen, and a report stays small. */
const JPEG_QUALITY = 88;

export async function drawExplanation(params: {
  explanation: Explanation;
  dataset: DatasetSummary;
  image: ImageRecord;
  arm: Arm;
  endpoint: Endpoint;
}): Promise<ExplanationFigure> {
  const { explanation, dataset, image, arm, endpoint } = params;
  const square = await squareUri(image.path, dataset);
  const map = pngDataUri({
    width: explanation.cells,
    height: explanation.cells,
    rgba: mapPixels(explanation, explanation.method),
  });
  const label = endpointLabel(endpoint, image.labels);
  const facts = [
    `Reference: ${label === null ? 'unknown' : label === 1 ? 'positive' : 'negative'}`,
    `${image.split} image of patient ${image.patient}`,
    ...(image.eye === null ? [] : [`${image.eye} eye`]),
    ...(image.view === null ? [] : [`${image.view} view`]),
    ...(dataset.synthetic ? ['synthetic'] : []),
  ];
  const drawing = explanationFigure({
    explanation,
    square,
    map,
    about: `${endpoint.name}, ${armWords(arm)}, seed ${explanation.seed}`,
    facts: `${facts.join(', ')}.`,
  });
  return { explanation, ...drawing, overlaySvg: overlaySvg({ square, map, side: OVERLAY_SIDE }), squareUri: square };
}

/** The square that the model sees, sharper than it sees it. */
async function squareUri(file: string, { modality }: DatasetSummary): Promise<string> {
  const square = await decodeToSquare(file, { size: OVERLAY_SIDE, modality });
  if (!square.ok) {
    throw new AppError('io', square.error.message, { action: 'Check the file, or import the folder again.' });
  }
  const raw = { width: OVERLAY_SIDE, height: OVERLAY_SIDE, channels: 3 as const };
  return await jpegUri(sharp(square.value.pixels, { raw }));
}

export async function jpegUri(image: Sharp): Promise<string> {
  const jpeg = await image.jpeg({ quality: JPEG_QUALITY }).toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}
