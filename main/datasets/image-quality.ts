/** What deserves a look about the images that are used: their flags, said once for each kind. */
import type { Modality } from '../../shared/dataset/dataset.ts';
import { FLAG_WORDS, type ImageFlag } from '../../shared/dataset/image-flags.ts';
import type { ImportQuestion } from '../../shared/dataset/import-question.ts';
import { countOf, formatCount } from '../../shared/words/numbers.ts';
import { isCutOff } from '../images/quality.ts';
import type { InspectedImage } from './inspection/inspect-images.ts';
import type { ProblemList } from './problem-list.ts';

/** A larger share of images that would lose more than a quarter is asked about. */
const ASKED_SHARE = 0.2;

type Looked = Pick<InspectedImage, 'file' | 'pixelsSha256' | 'flags'>;

/**
 * The flags of each image of `kept`, in its order. Notes one problem for each flag, with an example.
 * @param inspected every image that could be decoded: what was left out as a copy makes the one that is kept a duplicate
 */
export function flagImages(params: {
  kept: readonly Looked[];
  inspected: readonly Pick<InspectedImage, 'pixelsSha256'>[];
  problems: ProblemList;
}): (readonly ImageFlag[])[] {
  const { kept, inspected, problems } = params;
  const copies = new Map<string, number>();
  for (const { pixelsSha256 } of inspected) copies.set(pixelsSha256, (copies.get(pixelsSha256) ?? 0) + 1);
  const similar = problems.filesOf('similar-pictures');
  const first = new Map<ImageFlag, { file: string; images: number }>();
  const flags = kept.map((image) => {
    const isDuplicate = (copies.get(image.pixelsSha256) ?? 0) > 1 || similar.has(image.file);
    const found = isDuplicate ? [...image.flags, 'duplicate' as const] : image.flags;
    for (const flag of found) {
      const { file = image.file, images = 0 } = first.get(flag) ?? {};
      first.set(flag, { file, images: images + 1 });
    }
    return found;
  });
  for (const [flag, { file, images }] of first) {
    if (flag === 'duplicate') continue; // Said one by one, with its other file.
    problems.note('image-quality', file, `${countOf(images, 'image')}: ${FLAG_WORDS[flag].sentence}.`, images);
  }
  return flags;
}

/** Of images that may show anything the centre square is used: where many are wide, that is no guess to make. */
export function modalityQuestions(
  images: readonly { width: number; height: number }[],
  { modality, chosen }: { modality: Modality; chosen: boolean },
): ImportQuestion[] {
  if (modality !== 'other' || chosen) return [];
  const cut = images.filter(({ width, height }) => isCutOff(width, height)).length;
  if (cut <= ASKED_SHARE * images.length) return [];
  return [
    {
      id: 'modality',
      question: `What do the images show? ${formatCount(cut)} of ${formatCount(images.length)} would lose more than a quarter.`,
      reasons: ['Neither folder nor labels say what the images show; of such images the centre square alone is used.'],
      answers: [
        {
          text: 'Fundus photographs: the field of view is used',
          option: '--modality fundus',
          change: { modality: 'fundus' },
        },
        {
          text: 'X-rays, or anything that has to be seen whole: with black bars',
          option: '--modality cxr',
          change: { modality: 'cxr' },
        },
        {
          text: 'Something else: the centre square is enough',
          option: '--modality other',
          change: { modality: 'other' },
        },
      ],
    },
  ];
}
