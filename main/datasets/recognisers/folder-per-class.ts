/** One folder per class, with or without `train`, `val` and `test` above. No table at all. */
import path from 'node:path';
import { formatCount } from '../../../shared/words/numbers.ts';
import type { LabelValue, Split } from '../../../shared/dataset/dataset.ts';
import { oneHot, readEyeName, readSplitName } from '../labels/cell-values.ts';
import { isArchiveExport } from '../dicom/export-folders.ts';
import { withoutImageEnding } from '../folder-index.ts';
import { guessModality } from '../modality.ts';
import { orderClasses } from '../labels/class-names.ts';
import { askPositive, positivePositions } from '../labels/positive.ts';
import { groupSpellings, listSpellings, spellingKey, type LabelValueGroup } from '../labels/spellings.ts';
import { chooseOutputs, classesTarget } from '../labels/targets.ts';
import { partOfPath } from '../tables/parts.ts';
import { UNASKED, UNSAID, type Reading, type ReadRow, type Recogniser } from './recogniser.ts';

const MAX_CLASSES = 200;
/** Folders inside a class that only say what is in them. */
const PICTURES = /^(images?|imgs?|pictures|photos|pngs?|jpe?gs?)$/i;
const MASKS = /^(masks?|segmentations?|lung[ _-]?masks?)$/i;

/** A drawing of what is where in an image, which would pass for an image of its class. */
export const isMask = (file: string): boolean =>
  file
    .split('/')
    .slice(0, -1)
    .some((name) => MASKS.test(name));

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
  /** Classes whose folders are written in several ways, such as `Normal` and `normal`. */
  merged: LabelValueGroup[];
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

const partOfFolder = (name: string): Split | null => readSplitName(name) ?? partOfPath(name);

/** Null when the images do not lie in folders that could be classes. */
export function placeByFolder(files: readonly string[]): Placement | null {
  const images = files.filter((file) => !isMask(file));
  const nested = images.filter((file) => file.includes('/')).map((file) => file.split('/'));
  if (nested.length < images.length / 2 || nested.length === 0) return null;
  const base = commonDepth(nested);
  const top = new Set(nested.map((parts) => parts[base] as string));
  const parts = [...top].map(partOfFolder);
  const withSplits = parts.every((part) => part !== null) && new Set(parts).size === parts.length;
  const level = withSplits ? base + 1 : base;
  const placement: Placement = { placed: [], classes: [], merged: [], splits: new Set() };
  const counts = new Map<string, number>();
  for (const file of images) {
    const parts = file.split('/');
    const className = parts[level];
    if (parts.length < level + 2 || className === undefined) continue;
    const split = withSplits ? partOfFolder(parts[base] as string) : null;
    if (split) placement.splits.add(split);
    counts.set(className, (counts.get(className) ?? 0) + 1);
    placement.placed.push({
      file,
      split,
      className,
      inner: parts
        .slice(level + 1, -1)
        .filter((name) => !PICTURES.test(name))
        .join('/'),
    });
  }
  const groups = groupSpellings(counts);
  const names = new Map(groups.map(({ key, shown }) => [key, shown]));
  for (const image of placement.placed) image.className = names.get(spellingKey(image.className)) ?? image.className;
  placement.classes = orderClasses(groups.map(({ shown }) => shown));
  placement.merged = groups.filter(({ spellings }) => spellings.length > 1);
  const fits = groups.length >= 2 && groups.length <= MAX_CLASSES && placement.placed.length >= images.length / 2;
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

  recognise(facts) {
    const { index, request } = facts;
    const placement = placeByFolder(index.images);
    if (!placement || (request.layout !== 'folder-per-class' && isArchiveExport(placement.placed, facts))) return null;
    const { placed, classes, splits } = placement;
    const shown = classes
      .slice(0, 6)
      .map((name) => `"${name}"`)
      .join(', ');
    return {
      confidence: index.tableFiles.length === 0 || splits.size > 0 ? 'likely' : 'possible',
      evidence: [
        `${formatCount(placed.length)} of ${formatCount(index.images.length)} images lie in ${classes.length} folders that read as classes: ${shown}${classes.length > 6 ? ', …' : ''}.`,
        ...(splits.size > 0 ? [`Above them are folders for ${[...splits].join(', ')}.`] : []),
        ...(index.tableFiles.length === 0 ? ['There is no table of labels.'] : []),
      ],
    };
  },

  // eslint-disable-next-line @typescript-eslint/require-await -- the contract of all recognisers; this one has nothing to read
  async read({ index, request }, problems): Promise<Reading> {
    const placement = placeByFolder(index.images) ?? { placed: [], classes: [], merged: [], splits: new Set<Split>() };
    const { placed, classes, merged, splits } = placement;
    const where = 'the folders';
    const positive = request.positive && positivePositions({ wanted: request.positive, values: classes, where });
    const outputs =
      positive?.[0] === 0 && classes.length === 2
        ? classes.toReversed()
        : chooseOutputs(request.outputs, classes, classes);
    for (const group of merged) {
      problems.note('merged-values', null, `The folders ${listSpellings(group)} are one class: "${group.shown}".`);
    }
    const told = request.outputs !== undefined || positive !== undefined;
    const question = askPositive({ names: classes, where, told });
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
            ? { kind: 'unknown-label', message: `the class "${image.className}" was not chosen`, meant: true }
            : null,
      };
    });
    return {
      ...UNASKED,
      questions: question ? [question] : [],
      rows,
      target:
        outputs.length === 0
          ? { kind: 'classes', outputs: [], endpoints: [], mapping: '' }
          : classesTarget(outputs, outputs.length === classes.length ? positive : undefined),
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
