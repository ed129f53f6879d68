/** Why a column cannot be the label, by its name and by its values. Pure. */
import { readNumber } from '../labels/cell-values.ts';
import { detectJoined, isVectorText } from '../labels/joined-findings.ts';
import { most, type ColumnProfile } from './profile.ts';

export const QUALITY = 'about the quality of the image';
export const PART = 'which part of the data a row is in';

/** Tested against {@link ColumnProfile.words}. A column whose name holds a word for a label is judged by its values alone. */
const BY_NAME: readonly [RegExp, string][] = [
  [/\b(age|alter|edad|eta|idade|years?|yrs|birth|dob|geburt\w*|born)\b/, 'an age or a year of birth'],
  [
    /\b(spacing|width|height|rows|columns|cols|resolution|dpi|bits?|pixels?|exposure|kvp|mas|dose|window|intercept|slope|size|megapixels?|channels?|aspect)\b/,
    'a measure of the image',
  ],
  [
    /\b(date|time|datetime|timestamp|datum|uhrzeit|fecha|data exame|days?|offset|months?|jahr|elapsed)\b/,
    'a date or a time',
  ],
  [
    /\b(follow ?up|visits?|anzahl|counts?|number of|num of|n of|total)\b|#|^n |(?<!accession )\b(number|num|nr)$/,
    'a count or a number',
  ],
  [
    /\b(split|folds?|partition|subset|usage|phase|cohort)\b|^(set|data ?set|set id|set name)$|^(is |in |for )?(train|training|test|testing|val|valid|validation|dev)( set| split| flag)?$/,
    PART,
  ],
  [
    /\b(quality|qualite|qualitat|bildqualitat|calidad|qualita|qualidade|(un|non)?(gradable|gradeable|usable|readable|interpretable)|gradability|usability|readability|rejected|reject|beurteilbar\w*|auswertbar\w*|lisible|illisible|artifacts?|artefacts?|blur\w*|sharpness|focus|contrast|illumination|brightness|clarity|noise|excluded?|exclusion|included?|inclusion|valid|corrupt\w*|duplicates?|bad|qc|qa|image ok)\b/,
    QUALITY,
  ],
  [
    /\b(reviewed|checked|verified|flag|flagged|published|consent|selected|used|done)\b/,
    'about how the image was handled',
  ],
  [
    /^(x|y|w|h|cx|cy|[xy] ?(min|max|center|centre)|[xy] ?\d|left|top|right|bottom|bbox.*|box.*|area|polygon|segmentation|mask|rle|points|coordinates?)$/,
    'the place of something in the image',
  ],
  [
    /\b(sex|gender|geschlecht|male|female|weiblich|mannlich|race|ethnic\w*|bmi|weight|gewicht|smok\w*|insurance|education|marital|language|country|nationality|pregnan\w*|hba1c|hb a1c|blood pressure|bp)\b/,
    'about the person',
  ],
  [
    /\b(comments?|notes?|remarks?|report|reports|impression|description|text|bemerkung\w*|kommentar\w*|keywords?|caption)\b/,
    'free text',
  ],
  [
    /\b(pred|preds|predicted|predictions?|estimated|inferred|vorhersage|prediccion|predizione)\b/,
    'what a model has said',
  ],
  [
    /\b(prob|probs|probability|confidence|certainty|logits?|likelihood|agreement)\b/,
    'how sure somebody or something was',
  ],
  [
    /\b(id|ids|uid|uuid|guid|key|hash|md5|sha\d*|accession|mrn|serial|barcode|url|link|doi|version|license|licence|source|code|cui|cuis|index|idx|unnamed)\b/,
    'an identifier',
  ],
  [
    /\b(site|hospital|cent(er|re)|clinic|institution|department|ward|camera|scanner|device|manufacturer|modality|machine|vendor|room)\b/,
    'where or with what the image was made',
  ],
  [/\b(view|projection|ap pa|position|orientation|laterality|eye|side)\b/, 'how the image was taken'],
  [
    /(?<!\bbi )\b(radiologist|rad|readers?|graders?|raters?|annotators?|observers?|physician|doctor|labell?er)s?( id)?$/,
    'who read the image',
  ],
];

const DATE =
  /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})|\d{1,2}[- ][a-zä]{3,9}[- ]\d{2,4})([ t]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?|^\d{1,2}:\d{2}(:\d{2})?$/i;
const UID = /^(\d+\.){4,}\d+$|^[0-9a-f]{16,}$|^[0-9a-f]{8}-[0-9a-f]{4}-/i;

const CONSTANT = 'every row has the same value';

export function reasonByName(profile: ColumnProfile): string | null {
  const found = BY_NAME.find(([pattern]) => pattern.test(profile.words));
  return found ? `its name says that it is ${found[1]}` : null;
}

/** A sentence's rest: `its values …`. */
export function reasonByValues(profile: ColumnProfile): string | null {
  const { cells, filled, distinct, empty, sampled } = profile;
  if (filled.length === 0) return 'it is empty';
  if (new Set(cells).size === 1 && empty === 0) return `${CONSTANT} ("${cells[0]}")`;
  if (most(profile, (value) => DATE.test(value))) return 'its values are dates or times';
  if (most(profile, (value) => UID.test(value))) return 'its values are identifiers';
  if (most(profile, isVectorText)) return 'its values are vectors of 0 and 1 whose positions have no names';
  const numbers = filled.flatMap((value) => readNumber(value) ?? []);
  if (numbers.length >= 0.8 * filled.length) {
    const broken = numbers.filter((value) => !Number.isInteger(value));
    if (broken.length > 0.05 * numbers.length) return `its values are measurements (${broken[0]})`;
    const [least, greatest] = [Math.min(...numbers), Math.max(...numbers)];
    const different = new Set(numbers).size;
    if (different > 12 || greatest > 1000)
      return `its values are numbers from ${least} to ${greatest}, which reads as a count, a measurement or an identifier`;
    return null;
  }
  if (distinct.size > Math.max(20, sampled / 2) && detectJoined([...distinct]) === null)
    return 'nearly every row has a value of its own';
  const length = filled.reduce((sum, value) => sum + value.length, 0) / filled.length;
  if (length > 60 && detectJoined([...distinct]) === null) return 'its values are free text';
  return null;
}
