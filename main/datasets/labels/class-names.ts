/** What the names of classes tell: which one means 'nothing found', and which is worse than which. Pure. */
import { readFindingCell } from './cell-values.ts';
import { spellingKey } from './spellings.ts';

// All without accents; English, German, French, Spanish, Italian, Portuguese.
const WITHOUT =
  'no|non(?! ?proliferative)|not|without|absence|ohne|keine?|sans|aucune?|sin|ningun[ao]?|sem|nenhuma?|nessun[ao]?|senza';
const ABNORMAL =
  '(?:findings?|abnormalit(?:y|ies)|abnormal|diseases?|patholog(?:y|ies)|lesions?|changes?|befunde?|auffalligkeit(?:en)?|veranderung(?:en)?|erkrankung(?:en)?|pathologien?|anomalies?|particularites?|pathologies?|maladies?|hallazgos?|alteracion(?:es)?|anomalias?|particularidad(?:es)?|patologi[ae]s?|enfermedad(?:es)?|lesion(?:es)?|repert[io]|alterazion[ei]|anomali[ae]|lesion[ei]|malatti[ae]|achados?|alterac(?:ao|oes)|lesao|lesoes|doencas?)';
const OF_NOTE =
  '(?:patholog\\w*|patolog\\w*|acute|significant|significati\\w*|relevant\\w*|rilevant\\w*|auffallige\\w*|detectable)';

/** Nothing at all was found: in a list of findings it is the absence of the others. */
const NO_FINDING = new RegExp(
  `^(?:0|none|nil|nothing|rien|nada|nulla|niente|no|keine?|aucune?|ningun[ao]?|nenhuma?|nessun[ao]?|normal(?:e|es|s|befund)?|negativ(?:e|es|o|a|os|as)?|negatifs?|neg|healthy|absent|ausente|unremarkable|clear|wnl|nofindings?|gesund|unauff(?:a|ae)llig\\w*|o\\. ?b\\.|saine?|san[oa]|saudavel|ras|r\\.a\\.s\\.|rien a signaler|nulla da segnalare|nada digno de nota|(?:within|innerhalb|dentro|nella|nei|dans)\\b.*\\bnorm.*|normal (?:fundus|chest|cxr|eye|x ray|retina|study|exam)|(?:fundus|chest|torax|thorax|retina|exam\\w*) normale?|(?:${WITHOUT}) (?:${OF_NOTE} )?${ABNORMAL}(?: ${OF_NOTE})?)$`,
);

/** Of one disease, or of a benign kind: negative, but no absence of everything. */
const NEGATIVE = new RegExp(
  `^(?:controls?|benign|unaffected|uninfected|nodr|(?:normal(?! (?:tension|pressure))|healthy|negative|${WITHOUT})\\b(?! (?:normal|healthy|negative|benign|clear)\\b).+|(?!triple\\b).+ (?:absent|negative|negativ[oa]?|neg|ausente|free))$`,
);

const SEVERITY = [
  /^(none|no|normal|absent|healthy|negative)\b/,
  /^(minimal|trace|questionable|doubtful|very mild)\b/,
  /^(mild|slight|low|early|leicht|legere?|leve|lieve)\b/,
  /^(moder(ate|at|e|ee|ad[ao]|at[ao])|medium|intermediate|mittel|ma(ss|ß)ig)\b/,
  /^(severe|high|advanced|marked|schwer|grave|sever[oa])\b/,
  /^(proliferativ\w*|very severe|critical|end stage|pdr)\b/,
];

/** Single letters are codes: `N` may be anything; so are numbers. */
const isWord = (key: string): boolean => !/^(\p{L}|\d+)$/u.test(key);

const withoutAccents = (name: string): string => spellingKey(name).normalize('NFD').replace(/\p{M}/gu, '');

export function meansNegative(name: string): boolean {
  const key = spellingKey(name);
  return (
    NEGATIVE.test(withoutAccents(key)) || meansNoFinding(key) || (isWord(key) && readFindingCell(key) === 'absent')
  );
}

export function meansNoFinding(name: string): boolean {
  return NO_FINDING.test(withoutAccents(name));
}

/** `healthy`, `is_normal`, `no_dr`, `pneumonia_absent`: a column whose 1 says that something is not there. */
export function countsTheHealthy(column: string): boolean {
  return meansNegative(spellingKey(column).replace(/^(?:is|has|was|label) | (?:flag|label)$/g, ''));
}

export function meansPositive(name: string): boolean {
  const key = spellingKey(name);
  return (
    (isWord(key) && readFindingCell(key) === 'present') ||
    /^(cases?|affected|infected|abnormal|malignant|diseased?|sick|ill|krank|malade|enferm[oa]|malat[oa]|doente)\b/.test(
      key,
    )
  );
}

/** Words that readers write where an image allows no grade. */
export function meansUngradable(name: string): boolean {
  return /^(un ?gradable|ungradeable|not gradable|cannot grade|unreadable|not readable|poor quality|bad quality|nicht beurteilbar|excluded?)$/.test(
    spellingKey(name),
  );
}

function severityOf(name: string): number {
  return SEVERITY.findIndex((pattern) => pattern.test(withoutAccents(name)));
}

/** What a word among the numbers 0 to 4 most likely stands for, on the scale none, mild, moderate, severe, proliferative; null for others. */
export function gradeOfWord(name: string): number | null {
  if (meansNoFinding(name)) return 0;
  const severity = severityOf(name);
  return severity < 2 ? null : severity - 1;
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
