/** Which of the images that can be decoded are used, and in which part of the split each of them is. */
import { SPLITS, type Split, type SplitConfig, type Target } from '../../shared/dataset/dataset.ts';
import type { ImageRecord } from '../../shared/dataset/dataset-record.ts';
import type { PicturePair } from '../../shared/dataset/picture-pairs.ts';
import { FEW_IMAGES } from '../../shared/study/detectable.ts';
import { countOf } from '../../shared/words/numbers.ts';
import { resolveContentDuplicates } from './content-duplicates.ts';
import { joinSimilarPictures } from './identity/join-similar.ts';
import { flagImages } from './image-quality.ts';
import type { InspectedImage, InspectedImages } from './inspection/inspect-images.ts';
import { groupByPatient, notePatients } from './patients.ts';
import type { ProblemList } from './problem-list.ts';
import { leftOut, type FlowStep } from './rows/assemble.ts';
import { splitImages, type SplitImage } from './split-images.ts';

export interface ChosenImages {
  images: ImageRecord[];
  /** Pictures found twice: those that look the same, then copies. */
  pairs: PicturePair[];
  /** Patients that are named. */
  patients: number;
  /** Patients whom DICOM files name, with their numbers in the dataset; they are hashed before they are stored. */
  dicomPatients: { id: string; patient: number }[];
}

/** Adds its steps to `flow`. No image may be left. The grey values are given up: of 250,000 images they are 64 MB. */
export async function chooseImages(
  inspection: InspectedImages,
  params: {
    folder: string;
    target: Target;
    config: SplitConfig;
    /** See {@link joinSimilarPictures}. */
    different: ReadonlySet<string>;
    flow: FlowStep[];
    problems: ProblemList;
    signal: AbortSignal | undefined;
  },
): Promise<ChosenImages> {
  const { folder, target, config, different, flow, problems, signal } = params;
  const inspected = inspection.images;
  const groups = groupByPatient(inspected);
  const { kept: unique, pairs: copies } = resolveContentDuplicates(inspected, groups, problems);
  const alike = await joinSimilarPictures({ ...inspection, kept: unique, groups, problems, different }, signal);
  inspection.grids = new Uint8Array(0);
  if (unique.length < inspected.length) {
    const note = leftOut([[inspected.length - unique.length, 'copy of another picture', 'copies of other pictures']]);
    flow.push({ step: 'Without copies', images: unique.length, note });
  }
  // The image itself gets its group: a copy of each of 250,000 would cost 100 MB.
  const chosen = unique.map((i): SplitImage =>
    Object.assign(inspected[i] as InspectedImage, { group: groups.find(i) }),
  );
  const kept =
    config.source === 'given' || config.source === 'file' ? keepPatientsInOneGivenSplit(chosen, problems) : chosen;
  if (kept.length < chosen.length) {
    const shared = leftOut([
      [
        chosen.length - kept.length,
        'of a patient who is also in a later split',
        'of patients who are also in a later split',
      ],
    ]);
    flow.push({ step: 'Without shared patients', images: kept.length, note: shared });
  }
  const pairs = [...alike, ...copies];
  if (kept.length === 0) return { images: [], pairs, patients: 0, dicomPatients: [] };
  const declared = problems.count('different-pictures');
  const usedNote = declared === 0 ? '' : `${countOf(declared, 'pair')} of pictures declared different`;
  flow.push({ step: 'Used', images: kept.length, note: usedNote });

  const { known } = notePatients(kept, problems);
  const flags = flagImages({ kept, inspected, problems });
  const images = splitImages({ kept, folder, target, config });
  images.forEach((image, i) => (image.flags = flags[i] ?? []));
  noteFewCases(images, target, problems);
  const dicomPatients = kept.flatMap(({ dicomPatient: id }, i) =>
    id === null ? [] : [{ id, patient: (images[i] as ImageRecord).patient }],
  );
  return { images, pairs, patients: known, dicomPatients };
}

/** A data set's own splits may share patients: the later split (test, then validation) keeps them. */
function keepPatientsInOneGivenSplit(images: readonly SplitImage[], problems: ProblemList): SplitImage[] {
  const rank = (split: Split | null): number => (split === null ? -1 : SPLITS.indexOf(split));
  const last = new Map<number, number>();
  for (const { group, givenSplit } of images) last.set(group, Math.max(last.get(group) ?? -1, rank(givenSplit)));
  return images.filter((image) => {
    const latest = last.get(image.group) as number;
    if (rank(image.givenSplit) === latest) return true;
    problems.leaveOut(
      'shared-patient',
      image.file,
      `The data set has this patient in ${image.givenSplit} and in ${SPLITS[latest]}; the image is left out of ${image.givenSplit}.`,
    );
    return false;
  });
}

/** An AUC needs both classes, and means little from a handful. One note a split. */
function noteFewCases(images: readonly ImageRecord[], target: Target, problems: ProblemList): void {
  for (const split of SPLITS) {
    const rows = images.filter((image) => image.split === split);
    const few = target.endpoints
      .filter(({ headline }) => headline)
      .map((endpoint) => ({
        name: endpoint.name,
        positives: rows.filter(({ labels }) => endpoint.positiveOutputs.some((k) => labels[k] === 1)).length,
        negatives: rows.filter(({ labels }) => endpoint.positiveOutputs.every((k) => labels[k] === 0)).length,
      }))
      .filter(({ positives, negatives }) => Math.min(positives, negatives) < FEW_IMAGES);
    if (few.length === 0) continue;
    const none = few.some(({ positives, negatives }) => Math.min(positives, negatives) === 0);
    const counts = few.slice(0, 5).map((f) => `"${f.name}" (${f.positives} positive, ${f.negatives} negative)`);
    const effect =
      split === 'train'
        ? 'Little can be learned from so few.'
        : `An AUC from so few is uncertain${none ? ', and undefined where one side is 0' : ''}.`;
    const more = few.length > counts.length ? ` and ${few.length - counts.length} more` : '';
    problems.note(
      'few-cases',
      null,
      `The ${split === 'train' ? 'training' : split} split has few images for ${counts.join(', ')}${more}. ${effect}`,
      few.length,
    );
  }
}
