/** What single cells mean: numbers, findings, grades, eyes, sexes, ages, splits. Pure; null is always 'does not say'. */
import type { LabelValue, PreviewRequest, Split } from '../../../shared/dataset/dataset.ts';
import type { FindingCell, UnknownPolicy } from '../../../shared/dataset/label-policies.ts';

/** By default what is uncertain is masked, what is blank is absent, and 'No Finding' means that nothing is present. */
export function unknownPolicyOf({ unknown }: Pick<PreviewRequest, 'unknown'>): UnknownPolicy {
  return {
    uncertain: unknown?.uncertain ?? 'ignore',
    blank: unknown?.blank ?? 'zeros',
    noFinding: unknown?.noFinding ?? 'absent',
  };
}

// English, German, French, Spanish, Italian, Portuguese, as Excel and forms write them.
const PRESENT = new Set(
  '1 + true t yes y positive pos present ja j wahr positiv vorhanden oui o vrai positif sí si s verdadero positivo vero sim verdadeiro x ✓ ✔'.split(
    ' ',
  ),
);
const ABSENT = new Set(
  '0 false f no n negative neg absent nein falsch negativ non faux négatif falso negativo não nao ausente'.split(' '),
);
const UNCERTAIN = new Set(
  '-1 uncertain u hedge unsure equivocal indeterminate undetermined inconclusive unclear unklar unsicher fraglich unbestimmt indéterminé incertain douteux incierto dudoso indeterminado incerto dubbio indeterminato duvidoso inconclusivo'.split(
    ' ',
  ),
);
/** As programs write an empty cell. */
const EMPTY = new Set(['', ...'nan na <na> nat null none nil - -- — .'.split(' ')]);
const NOT_KNOWN = new Set(
  (
    'n/a|#n/a|unknown|missing|?|unk|nk|n.k.|n/k|n.a.|n/d|nd|n.d.|tbd|' +
    'not available|not known|not given|not recorded|not reported|not provided|not applicable|not specified|not assigned|not assessed|not evaluated|not done|' +
    'unspecified|unassigned|pending|k.a.|k. a.|o.a.|keine angabe|unbekannt|nicht bekannt|nicht beurteilt|nicht untersucht|nicht erhoben|inconnu|inconnue|non connu|' +
    'non renseigné|non renseignée|non disponible|non spécifié|non évalué|desconocido|desconocida|no consta|no disponible|no especificado|sin datos|sconosciuto|' +
    'sconosciuta|non noto|non disponibile|non valutato|desconhecido|desconhecida|não informado|não disponível|sem informação'
  ).split('|'),
);

/** `1.0` and `1,0` -> `1`, `-1.0` -> `-1`, `57,5` -> `57.5`; anything else trimmed. */
export function plainNumber(cell: string): string {
  const text = cell.trim();
  if (!/^[+-]?\d+[.,]\d*$/.test(text)) return text.replace(/^\+(?=\d)/, '');
  const number = text.replace(',', '.').replace(/^\+/, '');
  return /\.0*$/.test(number) ? number.slice(0, number.indexOf('.')) : number;
}

/** A number with a point or a comma, else null. */
export function readNumber(cell: string): number | null {
  const text = plainNumber(cell);
  return /^-?(\d+(\.\d+)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

export function readFindingCell(cell: string): FindingCell {
  const value = plainNumber(cell).toLowerCase();
  if (PRESENT.has(value)) return 'present';
  if (ABSENT.has(value)) return 'absent';
  if (UNCERTAIN.has(value)) return 'uncertain';
  if (EMPTY.has(value)) return 'blank';
  return NOT_KNOWN.has(value) ? 'unknown' : 'unreadable';
}

/** A non-negative whole number, else null. */
export function readGrade(cell: string): number | null {
  const value = plainNumber(cell);
  return /^\d{1,3}$/.test(value) ? Number(value) : null;
}

/** Nothing, or a word that usually means 'not known'. A label column may mean such a word as a class: missing-words.ts. */
export function isBlankCell(cell: string): boolean {
  const value = cell.trim().toLowerCase();
  return EMPTY.has(value) || NOT_KNOWN.has(value);
}

/** A long number that a spreadsheet has shortened, `1.23457E+11`: its digits are lost. */
export function isShortenedNumber(cell: string): boolean {
  return /^\d([.,]\d+)?e\+?\d{1,3}$/i.test(cell.trim());
}

/** 1 at `index`, 0 elsewhere. */
export function oneHot(index: number, length: number): LabelValue[] {
  return Array.from({ length }, (_, i) => (i === index ? 1 : 0));
}

export function readEye(cell: string): string | null {
  const value = cell.trim().toLowerCase();
  if (/^(l|left|os|sin|sinister|links|gauche)$/.test(value)) return 'left';
  return /^(r|right|od|dex|dexter|rechts|droit|droite)$/.test(value) ? 'right' : null;
}

export function readSex(cell: string): string | null {
  const value = cell.trim().toLowerCase();
  if (
    /^(f|fem|female|w|woman|weibl\.?|weiblich|frau|femme|féminin|femenino|feminino|femminile|femmina|mujer|mulher|donna)$/.test(
      value,
    )
  )
    return 'female';
  return /^(m|male|masc|man|männl\.?|männlich|mann|h|homme|varon|varón|masculin|masculino|maschile|maschio|hombre|homem|uomo)$/.test(
    value,
  )
    ? 'male'
    : null;
}

/** As {@link readSex}, but in a column of `H` without `F`, as Spanish and Portuguese ones are, `M` is a woman (mujer, mulher). */
export function sexReader(column: readonly string[]): typeof readSex {
  const letters = new Set(column.map((cell) => cell.trim().toLowerCase()));
  const isMujer = letters.has('h') && !letters.has('f');
  return (cell) => (isMujer && /^m$/i.test(cell.trim()) ? 'female' : readSex(cell));
}

/** Years; `058Y` is 58. Public data sets write 0 for unknown, and ages above 110 are slips. */
export function readAge(cell: string): number | null {
  const match = /^0*(\d{1,3}(?:[.,]\d+)?)\s*y?$/i.exec(cell.trim());
  const age = match ? Number((match[1] as string).replace(',', '.')) : 0;
  return age > 0 && age <= 110 ? age : null;
}

export function readSplitName(name: string): Split | null {
  const value = name.trim().toLowerCase();
  if (/^(train|training|train_set|training[-_ ]set)$/.test(value)) return 'train';
  if (/^(val|valid|validate|validation|dev|tune|tuning|validation[-_ ]set)$/.test(value)) return 'validation';
  return /^(test|testing|test_set|testing[-_ ]set|holdout|hold-out)$/.test(value) ? 'test' : null;
}

/** The patient and eye of `1234_left`; null for other names. */
export function readEyeName(name: string): { patient: string; eye: 'left' | 'right' } | null {
  const match = /^(.*[^_\-. ])[_\-. ]+(left|right|os|od|l|r)$/i.exec(name);
  const eye = match === null ? null : readEye(match[2] as string);
  return match === null || eye === null ? null : { patient: match[1] as string, eye: eye as 'left' | 'right' };
}
