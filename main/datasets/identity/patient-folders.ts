/** Folders above or below those of the classes: do they name patients, or kinds, views and magnifications? Pure. */
import { meansNegative, meansPositive } from '../labels/class-names.ts';
import { readEye } from '../labels/cell-values.ts';
import { ALIKE, LEAST_PATIENTS, MOST_IMAGES } from './propose-patients.ts';

/** An image below two folders or more, `inner` from outside to inside. */
export interface Nested {
  className: string;
  inner: readonly string[];
}

const PERSON = /^(patient|person|subject|subj|sub|pat|pt|case|proband|p|s)[-_ ]?\d+/i;
/** Numbered, and no patients: `stage 2`, `BI-RADS 4`, `40X`. */
const KIND =
  /^(stage|type|grade|class|level|group|score|kl|bi-?rads|ti-?rads|pi-?rads|isup|gleason|dr|batch|part|fold|set|scanner|device|site|center|centre|year|phase|week)[-_ ]?\d+|^\d+ ?x$/i;
const LONG_NUMBER = /\d{3}/;
/** So many folders without a number in their names may be called by patients' names; so many with one are no classes. */
const MANY = 10;

const isCode = (name: string): boolean => /\d/.test(name) && !KIND.test(name);
const isClassWord = (name: string): boolean => !/\d/.test(name) && (meansNegative(name) || meansPositive(name));
const share = (names: readonly string[], holds: (name: string) => boolean): number =>
  names.filter(holds).length / names.length;

/** The folders of each name's images, and how many images it has. */
function foldersBy<Row>(rows: readonly Row[], nameOf: (row: Row) => string, otherOf: (row: Row) => string) {
  return new Map(
    [...Map.groupBy(rows, nameOf)].map(([name, own]) => [
      name,
      { images: own.length, others: new Set(own.map(otherOf)).size },
    ]),
  );
}

/**
 * Which of two folders is the class: `outer`; `inner`, where few names recur below many that number patients; null where both can be.
 */
export function findClassFolder(images: readonly Nested[]): 'outer' | 'inner' | null {
  const nested = images.filter(({ inner }) => inner.length > 0);
  if (nested.length === 0 || nested.length < images.length) return 'outer';
  const inner = foldersBy(
    nested,
    (image) => image.inner[0] as string,
    (image) => image.className,
  );
  const names = [...inner.keys()];
  const outer = [...new Set(images.map(({ className }) => className))];
  const recurring = [...inner.values()].filter(({ others }) => others > 1).reduce((sum, { images: n }) => sum + n, 0);
  const areClasses = names.every((name) => /^\d$/.test(name) || (!isCode(name) && readEye(name) === null));
  if (names.length < 2 || outer.length < 2 * names.length || recurring < ALIKE * nested.length || !areClasses)
    return 'outer';
  const isPatient = (name: string): boolean => PERSON.test(name) || LONG_NUMBER.test(name) || outer.length >= MANY;
  if (outer.every((name) => isCode(name) && isPatient(name))) return 'inner';
  return outer.every(isCode) || (names.some(isClassWord) && !outer.some(isClassWord)) ? null : 'outer';
}

function readAsPatients(images: readonly { className: string; name: string }[], classes: number): boolean {
  const folders = foldersBy(
    images,
    ({ name }) => name,
    ({ className }) => className,
  );
  const names = [...folders.keys()];
  if (names.length < LEAST_PATIENTS || names.some(isClassWord) || names.every((name) => readEye(name) !== null))
    return false;
  if (share(names, (name) => PERSON.test(name)) >= ALIKE) return true;
  const isSmall = images.length <= MOST_IMAGES * names.length;
  if (share(names, isCode) >= ALIKE) return isSmall || names.length >= MANY;
  const recurs = [...folders.values()].some(({ others }) => others > 1 && others === classes);
  return names.length >= MANY && isSmall && !recurs && !names.some((name) => KIND.test(name));
}

/**
 * The outermost folders inside the classes that read as patients: what lies deeper are their studies or magnifications.
 * @returns by image, null for one that lies in none; null where no folders read so
 */
export function findPatientFolders(images: readonly Nested[]): (string | null)[] | null {
  const classes = new Set(images.map(({ className }) => className)).size;
  const depths = images.reduce((most, { inner }) => Math.max(most, inner.length), 0);
  for (let depth = 0; depth < depths; depth++) {
    const named = images.flatMap(({ className, inner }) => {
      const name = inner[depth];
      return name === undefined ? [] : [{ className, name }];
    });
    if (readAsPatients(named, classes)) return images.map(({ inner }) => inner[depth] ?? null);
  }
  return null;
}
