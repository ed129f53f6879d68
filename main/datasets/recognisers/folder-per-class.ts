/** One folder per class, with or without `train`, `val` and `test` above. No table at all. */
import path from 'node:path';
import { formatCount } from '../../../shared/words/numbers.ts';
import type { LabelValue, Split } from '../../../shared/dataset/dataset.ts';
import { oneHot, readEyeName, readSplitName } from '../labels/cell-values.ts';
import type { ImportQuestion } from '../../../shared/dataset/import-question.ts';
import type { PatientChoice } from '../../../shared/dataset/patient-proposal.ts';
import { findClassFolder, findPatientFolders, type Nested } from '../identity/patient-folders.ts';
import { isArchiveExport } from '../dicom/export-folders.ts';
import { withoutImageEnding } from '../folder-index.ts';
import { guessModality } from '../modality.ts';
import { orderClasses } from '../labels/class-names.ts';
import { askPositive, positivePositions } from '../labels/positive.ts';
import { groupSpellings, listSpellings, spellingKey, type LabelValueGroup } from '../labels/spellings.ts';
import { chooseOutputs, classesTarget } from '../labels/targets.ts';
import { partOfPath } from '../tables/parts.ts';
import { NO_PATIENTS, UNASKED, UNSAID, type Reading, type ReadRow, type Recogniser } from './recogniser.ts';

const MAX_CLASSES = 200;
/** Folders inside a class that only say what is in them. */
const PICTURES = /^(images?|imgs?|pictures|photos|pngs?|jpe?gs?)$/i;
const EYE_RULE = 'The part of the file name before the eye (_left, _right, _OD, _OS); both eyes stay together.';
const MASKS = /^(masks?|segmentations?|lung[ _-]?masks?)$/i;

const MASK_NAME = /[-_ ](masks?|segmentation)([-_ ]?\d+)?$/i;

/** A drawing of what is where in an image, which would pass for an image of its class: by its folder or its name, `benign (1)_mask.png`. */
export function isMask(file: string): boolean {
  const folders = file.split('/');
  const name = folders.pop() as string;
  return folders.some((folder) => MASKS.test(folder)) || MASK_NAME.test(withoutImageEnding(name));
}

interface Placed {
  file: string;
  split: Split | null;
  className: string;
  /** The folder that is taken for a patient, null where none is. */
  patient: string | null;
}

interface Placement {
  placed: Placed[];
  classes: string[];
  /** Classes whose folders are written in several ways, such as `Normal` and `normal`. */
  merged: LabelValueGroup[];
  splits: Set<Split>;
  /** Which folders name patients, a sentence; null where none do. */
  patientGuess: string | null;
  /** The patients' folders lie above those of the classes. */
  isPatientFirst: boolean;
  /** Whether the outer or the inner folders are the classes cannot be told by their names. */
  isUnsure: boolean;
  /** One of the folders inside the classes that read as no patients. */
  unused: string | null;
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

const NO_PLACEMENT: Placement = {
  ...{ placed: [], classes: [], merged: [], splits: new Set<Split>() },
  ...{ patientGuess: null, isPatientFirst: false, isUnsure: false, unused: null },
};

/** Null when the images do not lie in folders that could be classes. */
export function placeByFolder(files: readonly string[], choice?: PatientChoice): Placement | null {
  const images = files.filter((file) => !isMask(file));
  const nested = images.filter((file) => file.includes('/')).map((file) => file.split('/'));
  if (nested.length < images.length / 2 || nested.length === 0) return null;
  const base = commonDepth(nested);
  const top = new Set(nested.map((parts) => parts[base] as string));
  const parts = [...top].map(partOfFolder);
  const withSplits = parts.every((part) => part !== null) && new Set(parts).size === parts.length;
  const level = withSplits ? base + 1 : base;
  const splits = new Set<Split>();
  const nestings: (Nested & { file: string; split: Split | null })[] = [];
  for (const file of images) {
    const parts = file.split('/');
    const className = parts[level];
    if (parts.length < level + 2 || className === undefined) continue;
    const split = withSplits ? partOfFolder(parts[base] as string) : null;
    if (split) splits.add(split);
    const inner = parts.slice(level + 1, -1).filter((name) => !PICTURES.test(name));
    nestings.push({ file, split, className, inner });
  }
  const classFolder = findClassFolder(nestings);
  const isPatientFirst = classFolder === 'inner' || (classFolder === null && choice === 'names');
  const innermost = nestings.map(({ inner }) => inner[0] ?? null);
  const inside = findPatientFolders(nestings) ?? (choice === 'names' ? innermost : null);
  const placed = nestings.map(({ file, split, className, inner }, i): Placed => {
    if (isPatientFirst) return { file, split, className: inner[0] as string, patient: className };
    return { file, split, className, patient: inside?.[i] ?? null };
  });
  const groups = groupSpellings(countNames(placed));
  const names = new Map(groups.map(({ key, shown }) => [key, shown]));
  for (const image of placed) image.className = names.get(spellingKey(image.className)) ?? image.className;
  const isNamed = placed.some(({ patient }) => patient !== null);
  const fits = groups.length >= 2 && groups.length <= MAX_CLASSES && placed.length >= images.length / 2;
  if (!fits) return null;
  return {
    placed,
    classes: orderClasses(groups.map(({ shown }) => shown)),
    merged: groups.filter(({ spellings }) => spellings.length > 1),
    splits,
    patientGuess: isNamed
      ? `The folder ${isPatientFirst ? 'above' : 'inside'} the class folder is taken for a patient.`
      : null,
    isPatientFirst,
    isUnsure: classFolder === null,
    unused: isNamed ? null : (innermost.find((name) => name !== null) ?? null),
  };
}

function countNames(placed: readonly Placed[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { className } of placed) counts.set(className, (counts.get(className) ?? 0) + 1);
  return counts;
}

function patientOf(placed: Placed, eyeNames: boolean): { patient: string | null; eye: string | null } {
  const name = readEyeName(withoutImageEnding(path.posix.basename(placed.file)));
  if (placed.patient !== null) return { patient: placed.patient, eye: name?.eye ?? null };
  return eyeNames && name ? { patient: name.patient, eye: name.eye } : { patient: null, eye: null };
}

function askFolders({ classes }: Placement): ImportQuestion {
  return {
    id: 'patient-folders',
    question: 'Folders lie in folders: which of them are the classes, and which are patients?',
    reasons: [`The same few folders recur inside ${classes.slice(0, 3).join(', ')}${classes.length > 3 ? ', …' : ''}.`],
    answers: [
      {
        text: 'The outer folders are patients, those inside are the classes',
        option: '--patients names',
        change: { patients: 'names' },
      },
      { text: 'The outer folders are the classes', option: '--patients images', change: { patients: 'images' } },
    ],
  };
}

export const folderPerClass: Recogniser = {
  layout: 'folder-per-class',
  name: 'One folder per class',

  recognise(facts) {
    const { index, request } = facts;
    const placement = placeByFolder(index.images, request.patients);
    if (!placement) return null;
    const { placed, classes, splits, isPatientFirst } = placement;
    const outer = isPatientFirst ? placed.map(({ file, patient }) => ({ file, className: patient ?? '' })) : placed;
    if (request.layout !== 'folder-per-class' && isArchiveExport(outer, facts)) return null;
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
    const placement = placeByFolder(index.images, request.patients) ?? NO_PLACEMENT;
    const { placed, classes, merged, splits, patientGuess, unused } = placement;
    const where = 'the folders';
    const positive = request.positive && positivePositions({ wanted: request.positive, values: classes, where });
    const outputs =
      positive?.[0] === 0 && classes.length === 2
        ? classes.toReversed()
        : chooseOutputs(request.outputs, classes, classes);
    for (const group of merged) {
      problems.note('merged-values', null, `The folders ${listSpellings(group)} are one class: "${group.shown}".`);
    }
    if (unused !== null) {
      const message = `Folders inside the classes, such as "${unused}", read as no patients and are not used. If they are patients, say so (--patients names).`;
      problems.note('assumed', null, message);
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
      questions: [
        ...(placement.isUnsure && request.patients === undefined ? [askFolders(placement)] : []),
        ...(question ? [question] : []),
      ],
      rows,
      target:
        outputs.length === 0
          ? { kind: 'classes', outputs: [], endpoints: [], mapping: '' }
          : classesTarget(outputs, outputs.length === classes.length ? positive : undefined),
      availableOutputs: classes,
      modality: guessModality([index.folder, ...classes]),
      patientRule: eyeNames ? EYE_RULE : NO_PATIENTS,
      patientGuess,
      labelsFiles: [],
      columns: [],
      suggestedColumns: null,
      givenSplits: splits.size > 1 && splits.has('train'),
    };
  },
};
