/** One folder per class, with or without `train`, `val` and `test` above. No table at all. */
import path from 'node:path';
import { formatCount } from '../../../shared/words/numbers.ts';
import type { LabelValue, Split } from '../../../shared/dataset/dataset.ts';
import { oneHot, readEyeName, readSplitName } from '../cell-values.ts';
import { withoutImageEnding } from '../folder-index.ts';
import { guessModality } from '../modality.ts';
import { chooseOutputs, classesTarget, orderClasses } from '../targets.ts';
import { UNSAID, type Reading, type ReadRow, type Recogniser } from './recogniser.ts';

const MAX_CLASSES = 200;

interface Placed {
  file: string;
  split: Split | null;
  className: string;
  /** Folders between the class and the file, which are taken for a patient. */
  inner: string;
}

interface Placement {
  placed: Placed[];
  classes: string[];
  splits: Set<Split>;
}

/** How many leading folders all images share: an archive often unpacks into one folder more. */
function commonDepth(paths: readonly string[][]): number {
  const first = paths[0] ?? [];
  let depth = 0;
  while (depth < first.length - 1 && paths.every((parts) => parts.length - 1 > depth && parts[depth] === first[depth]))
    depth++;
  return depth;
}

/** Null when the images do not lie in folders that could be classes. */
export function placeByFolder(images: readonly string[]): Placement | null {
  const nested = images.filter((file) => file.includes('/')).map((file) => file.split('/'));
  if (nested.length < images.length / 2 || nested.length === 0) return null;
  const base = commonDepth(nested);
  const top = new Set(nested.map((parts) => parts[base] as string));
  const withSplits = [...top].every((name) => readSplitName(name) !== null);
  const level = withSplits ? base + 1 : base;
  const placement: Placement = { placed: [], classes: [], splits: new Set() };
  const classes = new Set<string>();
  for (const file of images) {
    const parts = file.split('/');
    const className = parts[level];
    if (parts.length < level + 2 || className === undefined) continue;
    const split = withSplits ? readSplitName(parts[base] as string) : null;
    if (split) placement.splits.add(split);
    classes.add(className);
    placement.placed.push({ file, split, className, inner: parts.slice(level + 1, -1).join('/') });
  }
  placement.classes = orderClasses(classes);
  const fits = classes.size >= 2 && classes.size <= MAX_CLASSES && placement.placed.length >= images.length / 2;
  return fits ? placement : null;
}

function patientOf(placed: Placed, eyeNames: boolean): { patient: string | null; eye: string | null } {
  const name = readEyeName(withoutImageEnding(path.posix.basename(placed.file)));
  if (placed.inner !== '') return { patient: placed.inner, eye: name?.eye ?? null };
  return eyeNames && name ? { patient: name.patient, eye: name.eye } : { patient: null, eye: null };
}

function patientRuleOf(placed: readonly Placed[], eyeNames: boolean): string {
  if (placed.some((image) => image.inner !== '')) return 'The folder inside the class folder is taken for a patient.';
  if (eyeNames) return 'The part of the file name before the eye (_left, _right, _OD, _OS); both eyes stay together.';
  return 'Patients are not known: every image counts as a patient of its own.';
}

export const folderPerClass: Recogniser = {
  layout: 'folder-per-class',
  name: 'One folder per class',

  recognise({ index }) {
    const placement = placeByFolder(index.images);
    if (!placement) return null;
    const { placed, classes, splits } = placement;
    const shown = classes
      .slice(0, 6)
      .map((name) => `"${name}"`)
      .join(', ');
    return {
      confidence: index.csvFiles.length === 0 || splits.size > 0 ? 'likely' : 'possible',
      evidence: [
        `${formatCount(placed.length)} of ${formatCount(index.images.length)} images lie in ${classes.length} folders that read as classes: ${shown}${classes.length > 6 ? ', …' : ''}.`,
        ...(splits.size > 0 ? [`Above them are folders for ${[...splits].join(', ')}.`] : []),
        ...(index.csvFiles.length === 0 ? ['There is no table of labels.'] : []),
      ],
    };
  },

  // eslint-disable-next-line @typescript-eslint/require-await -- the contract of all recognisers; this one has nothing to read
  async read({ index, request }): Promise<Reading> {
    const placement = placeByFolder(index.images) ?? {
      placed: [],
      classes: [],
      splits: new Set<Split>(),
    };
    const { placed, classes, splits } = placement;
    const outputs = chooseOutputs(request.outputs, classes, classes);
    const positions = new Map(outputs.map((name, i) => [name, i]));
    const labelsOf = outputs.map((_, i) => oneHot(i, outputs.length));
    const named = placed.filter(
      (image) => readEyeName(withoutImageEnding(path.posix.basename(image.file))) !== null,
    ).length;
    const eyeNames = placed.length > 0 && named >= 0.95 * placed.length;
    const rows = placed.map((image): ReadRow => {
      const output = positions.get(image.className);
      return {
        ...UNSAID,
        table: null,
        row: 0,
        reference: image.file,
        near: [],
        labels: output === undefined ? [] : (labelsOf[output] as LabelValue[]),
        ...patientOf(image, eyeNames),
        givenSplit: image.split,
        excluded:
          output === undefined
            ? { kind: 'unknown-label', message: `the class "${image.className}" was not chosen` }
            : null,
      };
    });
    return {
      rows,
      target:
        outputs.length === 0 ? { kind: 'classes', outputs: [], endpoints: [], mapping: '' } : classesTarget(outputs),
      availableOutputs: classes,
      modality: guessModality([index.folder, ...classes]),
      patientRule: patientRuleOf(placed, eyeNames),
      labelsFiles: [],
      columns: [],
      suggestedColumns: null,
      givenSplits: splits.size > 1 && splits.has('train'),
    };
  },
};
