/** The images of a dataset with their parts and the library's own numbers of patients. Pure. */
import path from 'node:path';
import type { LabelValue, Split, SplitConfig, Target } from '../../shared/dataset/dataset.ts';
import type { ImageRecord } from '../../shared/dataset/dataset-record.ts';
import { patientStratum } from '../../shared/dataset/subset.ts';
import type { InspectedImage } from './inspection/inspect-images.ts';
import { assignSplits, type SplitPatient } from './split.ts';

/** `group`: the same number for all images that have to stay together. */
export type SplitImage = Omit<InspectedImage, 'image' | 'place'> & { group: number };

/** In the order of `kept`. Each group is in one part, which depends on contents, labels and `config` alone. */
export function splitImages(params: {
  kept: readonly SplitImage[];
  folder: string;
  target: Target;
  config: SplitConfig;
}): ImageRecord[] {
  const { kept, folder, target, config } = params;
  const byGroup = Map.groupBy(kept, (image) => image.group);
  const patients = new Map<number, SplitPatient>();
  for (const [group, images] of byGroup) {
    const labels = images.map((image) => image.labels);
    patients.set(group, {
      key: images.reduce((least, { id }) => (id < least ? id : least), (images[0] as SplitImage).id),
      stratum: patientStratum(labels, target.kind !== 'multilabel'),
      given: (images[0] as SplitImage).givenSplit,
    });
  }
  const splits = assignSplits([...patients.values()], config);
  // Numbered in the order of their keys, which are hashes: a number says nothing about the patient or the table.
  const ordered = [...patients].sort(([, a], [, b]) => (a.key < b.key ? -1 : 1));
  const numbers = new Map(ordered.map(([group], number) => [group, number]));
  return kept.map((image) => ({
    id: image.id,
    path: path.join(folder, image.file),
    sha256: image.sha256,
    patient: numbers.get(image.group) as number,
    eye: image.eye,
    split: splits.get((patients.get(image.group) as SplitPatient).key) as Split,
    labels: image.labels as LabelValue[],
    view: image.view,
    sex: image.sex,
    age: image.age,
    site: image.site,
    width: image.width,
    height: image.height,
  }));
}
