/** What the names of classes tell: which one means 'nothing found', and which is worse than which. Pure. */
import { readFindingCell } from './cell-values.ts';
import { spellingKey } from './spellings.ts';

const NEGATIVE =
  /^(0|no|none|normals?|negatives?|neg|healthy|controls?|benign|absent|unaffected|uninfected|unremarkable|clear|wnl|nodr|nofindings?|gesund|unauffällig|ohne befund|o\. ?b\.|keine?|sain|sano|saudável|disease free|(normal|healthy|negative|no|non(?! ?proliferative)|not|without|ohne|kein|keine|sans|sin|sem)\b.+)$/;

/** Nothing at all was found: in a list of findings it is the absence of the others. */
const NO_FINDING =
  /^(0|no|none|nil|normal|negative|neg|healthy|absent|unremarkable|nothing|clear|nofindings?|no (finding|findings|abnormality|abnormalities|disease|diseases|pathology|lesion|lesions)|normal (fundus|chest|cxr|eye|x ray|retina)|without (finding|findings|pathology)|gesund|unauffällig|ohne befund|o\. ?b\.|keine?|sano|sain)$/;

const SEVERITY = [
  /^(none|no|normal|absent|healthy|negative)\b/,
  /^(minimal|trace|questionable|doubtful|very mild)\b/,
  /^(mild|slight|low|early|leicht|léger)\b/,
  /^(moderate|medium|intermediate|mittel|modéré)\b/,
  /^(severe|high|advanced|marked|schwer|sévère)\b/,
  /^(proliferative|very severe|critical|end stage|pdr)\b/,
];

/** Single letters are codes: `N` may be anything. */
const isWord = (key: string): boolean => !/^\p{L}$/u.test(key);

export function meansNegative(name: string): boolean {
  const key = spellingKey(name);
  return NEGATIVE.test(key) || (isWord(key) && readFindingCell(key) === 'absent');
}

export function meansNoFinding(name: string): boolean {
  return NO_FINDING.test(spellingKey(name));
}

export function meansPositive(name: string): boolean {
  const key = spellingKey(name);
  return (
    (isWord(key) && readFindingCell(key) === 'present') ||
    /^(cases?|affected|infected|abnormal|malignant|diseased?|sick|ill|krank)\b/.test(key)
  );
}

/** Words that readers write where an image allows no grade. */
export function meansUngradable(name: string): boolean {
  return /^(un ?gradable|ungradeable|not gradable|cannot grade|unreadable|not readable|poor quality|bad quality|nicht beurteilbar|excluded?)$/.test(
    spellingKey(name),
  );
}

function severityOf(name: string): number {
  return SEVERITY.findIndex((pattern) => pattern.test(spellingKey(name)));
}

/** Nothing found, benign, unknown to us, clearly something. */
function rankOf(name: string): number {
  if (meansNegative(name)) return /^benign\b/.test(spellingKey(name)) ? 1 : 0;
  return meansPositive(name) ? 3 : 2;
}

/**
 * From mild to severe where all names say so, else in natural order; a name that means 'nothing found' comes first, so that the other of
 * two is positive.
 */
export function orderClasses(names: Iterable<string>): string[] {
  const list = [...names];
  const collator = new Intl.Collator('en', { numeric: true });
  const numbers = list.every((name) => /^-?\d+$/.test(name));
  if (numbers) return list.sort((a, b) => Number(a) - Number(b));
  const graded = list.every((name) => severityOf(name) >= 0);
  const rank = (name: string): number => (graded ? severityOf(name) : rankOf(name));
  return list.sort((a, b) => rank(a) - rank(b) || collator.compare(a, b) || (a < b ? -1 : 1));
}

/** Whether the names of two classes tell which one is positive. */
export function tellsPositive([first, second]: readonly [string, string]): boolean {
  return rankOf(first) !== rankOf(second);
}
