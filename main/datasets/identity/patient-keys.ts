/** When two spellings of a patient identifier are one patient, and when a cell names none. Pure. */
import { isBlankCell, isShortenedNumber } from '../labels/cell-values.ts';

/** Besides the words that any column uses for 'not known'. */
const NOBODY = new Set(
  (
    'blank|empty|void|undefined|anonymous|anon|anonymized|anonymised|unidentified|deidentified|removed|redacted|withheld|hidden|tba|nn|n.n.|noid|' +
    'no id|none given|unknown patient|patient unknown|unknown id|id unknown|keine|unbekannter patient|ohne|sans|ref!|value!|name?|num!|div/0!|null!'
  ).split('|'),
);

/** What a cell may stand in: quotes, brackets, the sign of spreadsheet errors. */
const WRAPPING = /^["'`´’‘“”«»()[\]{}<>#=\s]+|["'`´’‘“”«»()[\]{}<>\s]+$/gu;

/** One form for all spellings of a character: full width, composed, other dashes, digits of other scripts, invisible characters. */
function plainText(cell: string): string {
  return cell
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, (character) => (/\s/.test(character) ? ' ' : ''))
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/(?![0-9])\p{Nd}/gu, asciiDigit)
    .replace(/\s+/gu, ' ')
    .trim()
    .toLowerCase()
    .normalize('NFKC');
}

/** Digits of a script follow each other from its zero, which no digit precedes. */
function asciiDigit(digit: string): string {
  let value = 0;
  const code = digit.codePointAt(0) as number;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
  return String(value);
}

/** A number that is written with an exponent and lost no digit: `5e+00`, `1.2345e4`. */
function expandExponent(text: string): string | null {
  const match = /^(\d)(?:[.,](\d+))?e\+?(\d{1,2})$/.exec(text);
  if (match === null) return null;
  const [, first, decimals = '', power] = match as unknown as [string, string, string | undefined, string];
  return decimals.length >= Number(power) ? `${first}${decimals}` : null;
}

/** Zeros before a number say nothing; letters and their number may stand apart. Codes such as `a00b1` stay as they are. */
function dropPadding(text: string): string {
  const tokens = text.split(/([-_ ./\\]+)/);
  if (!tokens.every((token, i) => i % 2 === 1 || /^\p{L}*\d*$/u.test(token))) return text;
  const bare = tokens.map((token) => token.replace(/^(\p{L}*)0+(?=\d)/u, '$1'));
  return bare.reduce((joined, token, i) => {
    const apart = i % 2 === 1 && /\p{L}$/u.test(joined) && /^\d/.test(bare[i + 1] ?? '') && /^[-_ .]$/.test(token);
    return apart ? joined : joined + token;
  }, '');
}

/**
 * The same text for all spellings of one patient: case, spaces, Unicode forms, zeros in front, `.0` behind and words such as `No.` or
 * `patient` before a number do not tell patients apart; other letters do (`P5` is not `5`).
 * @returns null where the cell names no patient, or a spreadsheet has lost digits of it
 */
export function patientKey(cell: string): string | null {
  const plain = plainText(cell);
  const text = plain.replace(WRAPPING, '');
  if (isBlankCell(plain) || isBlankCell(text) || NOBODY.has(text) || !/[\p{L}\p{N}]/u.test(text)) return null;
  if (/^-\s?\d+([.,]0*)?$/.test(text)) return null;
  const number = text.replace(/^\+(?=\d)/, '').replace(/^(\d+)[.,]0*$/, '$1');
  const whole = expandExponent(number) ?? number;
  if (isShortenedNumber(whole)) return null;
  return dropPadding(whole.replace(/^(?:(?:patient|pat|number|num|no|nr|id|n°|nº)[-_ .:#]*)+(?=\d)/u, ''));
}

/** 0, 99, 999 and so on: a number that forms use for 'not known', and that may be a patient's all the same. */
export const isDoubtfulNumber = (key: string): boolean => /^(0|9{2,})$/.test(key);

/**
 * Whether such a number names a patient: it does where the next number in the row is there too, unless it stands for far more images than
 * any patient.
 * @param images images by key, this one included
 */
export function namesPatient(key: string, images: ReadonlyMap<string, number>): boolean {
  const own = images.get(key) ?? 0;
  let most = 0;
  for (const [other, count] of images) if (!isDoubtfulNumber(other) && count > most) most = count;
  const neighbour = key === '0' ? '1' : String(Number(key) - 1);
  if (images.has(neighbour)) return own <= 2 * Math.max(1, most);
  return key !== '0' && own <= Math.max(1, most);
}
