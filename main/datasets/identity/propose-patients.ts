/** Do names such as `CASE-12a`, `12 OD` or `P12-V2`, of images or in the column of patients, tell that several are of one patient? Pure. */
import path from 'node:path';
import type { PatientChoice, PatientProposal } from '../../../shared/dataset/patient-proposal.ts';
import { withoutImageEnding } from '../folder-index.ts';
import { patientKey } from './patient-keys.ts';

const APART = String.raw`[-_ ./\\|:#,;~()[\]]`;
const EYE =
  'left|right|links?|rechts|gauche|droite?|izquierd[oa]|derech[oa]|esquerd[oa]|direit[oa]|sinistr[oa]|destr[oa]|(?:left|right)[-_ ]?eye|o[dsu]|[rl]e|li|[lr]';
const VISIT =
  '(?:visita?|visite|besuch|session|ses|exam|scan|follow[-_ ]?up|fu|verlauf|kontrolle|control|time ?point|tp|month|week|day|year)[-_ ]?\\d{1,3}|' +
  'baseline|bl|initial|screening|follow[-_ ]?up|fu|verlauf|kontrolle|control|pre|post|pre[-_ ]?op|post[-_ ]?op|first|second|third';
const DAY = String.raw`(?:(?:19|20)\d\d(?:[01]\d[0-3]\d|[-_./][01]?\d[-_./][0-3]?\d)|[0-3]?\d[-_./][01]?\d[-_./](?:19|20)\d\d)(?:[T_ -]\d\d:?\d\d(?::?\d\d)?)?`;
const BEHIND = `(?:${EYE}|${VISIT}|[vmwdty][-_ ]?\\d{1,3}|${DAY})`;
/** In front of a number other letters are codes of sites: `M-001`. */
const IN_FRONT = `(?:${EYE}|${VISIT}|v\\d{1,2}|${DAY})`;
const VIEW = '(?:ap|pa|lat|lateral|frontal|cc|mlo)';
const PERSON = '(?:patient|person|subject|subj|sub|pat|pt)[-_ ]?';

interface NameRule {
  /** The first group is the patient. */
  pattern: RegExp;
  words: string;
  /** `words`: known words are cut, so that a single pair says enough; `tails`: anything is, so that most identifiers must be joined. */
  by?: 'words' | 'tails';
  /** The second group is a site, where there are no more of them than of the third, the persons' numbers; else the rule fails. */
  hasSite?: true;
}

const RULES: readonly NameRule[] = [
  {
    pattern: new RegExp(`^(?:(?:${IN_FRONT}|${VIEW})${APART}+)*((.*?)(?<![a-z])${PERSON}(\\d+))(?!\\d)`, 'i'),
    words: 'The name up to the word and number of a person is taken for the patient',
    hasSite: true,
  },
  {
    pattern: new RegExp(`(?<![a-z])(${PERSON}\\d+)(?!\\d)`, 'i'),
    words: 'The word and number of a person in the name is taken for the patient',
  },
  {
    pattern: new RegExp(
      `^(?:${IN_FRONT}${APART}+(?=.*\\d))*(.+?)(?:(?:${APART}+${BEHIND}|(?<=\\d)(?:o[dsu]|[rl]|left|right|v\\d{1,2}))${APART}*)*$`,
      'i',
    ),
    words: 'The name without its eye, visit or date is taken for the patient',
    by: 'words',
  },
  {
    pattern: new RegExp(`^(.*\\d)${APART}*[a-z][)\\]]?$`, 'i'),
    words: 'The name before its last letter is taken for the patient',
  },
  {
    pattern: new RegExp(`^(.*\\d)(?:${APART}+(?:[a-z]+[-_ .]+)?\\d{1,4})[)\\]]?$`, 'i'),
    words: 'The name before its last number is taken for the patient',
  },
  {
    pattern: new RegExp(`^(.*\\d)${APART}+[\\p{L}\\d]{1,20}[)\\]]?$`, 'iu'),
    words: 'The name before its last word is taken for the patient',
    by: 'tails',
  },
];
/** The last number of a date is no picture of a patient. */
const DATE = new RegExp(`${DAY}$`);
export const LEAST_PATIENTS = 3;
/** More images of one patient than this read as a series of pictures, and not as one patient. */
export const MOST_IMAGES = 30;
/** Share of the names that are built alike, and of the patients with several images. */
export const ALIKE = 0.8;
const REPEATED = 0.1;
const EXAMPLES = 6;

export interface NamedImage {
  file: string;
  patient: string | null;
}

/** @returns null where names tell nothing; `patients` by row, in their order */
export function proposePatients(
  rows: readonly NamedImage[],
  choice: PatientChoice | undefined,
): { proposal: PatientProposal; patients: (string | null)[] } | null {
  const nameOf = ({ file }: NamedImage): string => withoutImageEnding(path.posix.basename(file));
  const byIdentifier = rows.some(({ patient }) => patient !== null);
  const names = rows.flatMap((row) => (byIdentifier ? (row.patient ?? []) : nameOf(row)));
  for (const rule of RULES) {
    const found = applyRule(rule, byIdentifier || rule.by === 'words' ? [...new Set(names)] : names, byIdentifier);
    if (found === null) continue;
    // Where a name is built otherwise, its image stays a patient of its own, as its identifier says.
    const own = rows.map((row) => found.get(byIdentifier ? (row.patient ?? '') : nameOf(row)) ?? null);
    const patients = rows.map(({ patient }, i) => own[i]?.patient ?? patient);
    const shown = [...Map.groupBy(own.keys(), (i) => own[i]?.patient ?? null)]
      .filter(([patient, images]) => patient !== null && images.length > 1)
      .flatMap(([, images]) => images.slice(0, 3))
      .slice(0, EXAMPLES);
    const examples = shown.map((i) => {
      const { file, patient } = rows[i] as NamedImage;
      const image = path.posix.basename(file);
      return {
        image: patient === null || image.includes(patient) ? image : `${image}: ${patient}`,
        patient: own[i]?.stem as string,
      };
    });
    const of = byIdentifier ? 'identifier' : 'image';
    return {
      proposal: {
        rule: `${rule.words} (${of} names).`,
        examples,
        images: rows.length,
        patients: countPatients(patients),
        choice: choice ?? null,
      },
      patients,
    };
  }
  return null;
}

/** Every null is a patient of its own. */
function countPatients(patients: readonly (string | null)[]): number {
  const named = patients.filter((patient) => patient !== null);
  return new Set(named).size + patients.length - named.length;
}

interface Cut {
  stem: string;
  patient: string;
}

/** @returns the patient by name, without the names that the rule does not touch; null where the patients would not be plausible */
function applyRule(
  { pattern, by, hasSite }: NameRule,
  names: readonly string[],
  byIdentifier: boolean,
): Map<string, Cut> | null {
  if (by === 'tails' && !byIdentifier) return null;
  const sites = new Set<string | undefined>();
  const numbers = new Set<string | undefined>();
  const found = names.flatMap((name) => {
    const [, stem, site, number] = (by !== 'words' && DATE.test(name) ? null : pattern.exec(name)) ?? [];
    sites.add(site);
    numbers.add(number);
    const patient = stem === undefined ? null : patientKey(stem);
    return stem === undefined || patient === null || !(byIdentifier || /\d/.test(stem))
      ? []
      : [{ name, stem, patient }];
  });
  if (hasSite && sites.size > numbers.size) return null;
  const groups = [...Map.groupBy(found, ({ patient }) => patient).values()];
  const several = groups.filter(({ length }) => length > 1);
  const joined = several.reduce((sum, { length }) => sum + length, 0);
  if (groups.length < LEAST_PATIENTS || several.length === 0 || found.every(({ stem }) => stem.length < 2)) return null;
  if (Math.max(...groups.map(({ length }) => length)) > MOST_IMAGES) return null;
  if (by !== 'words') {
    if (found.length < ALIKE * names.length || several.length < REPEATED * groups.length) return null;
    // Many endings behind few beginnings are patients of sites, or of years.
    const endings = new Set(found.map(({ name, stem }) => name.slice(name.indexOf(stem) + stem.length)));
    if (byIdentifier && endings.size >= groups.length) return null;
    if (by === 'tails' && joined < names.length / 2) return null;
  }
  return new Map(
    (by === 'words'
      ? found.filter(
          ({ name, stem, patient }) => stem !== name || several.some(([first]) => first?.patient === patient),
        )
      : found
    ).map(({ name, ...cut }) => [name, cut]),
  );
}

/**
 * Where folders are taken for patients, the rows hold them already; `P01_visit1` and `P01_visit2` are one of them.
 * @returns as {@link proposePatients}
 */
export function proposeFolders(
  rows: readonly NamedImage[],
  rule: string,
  choice: PatientChoice | undefined,
): { proposal: PatientProposal; patients: (string | null)[] } {
  const cut = choice === 'images' ? null : proposePatients(rows, choice);
  if (cut !== null) return { ...cut, proposal: { ...cut.proposal, rule: `${rule} ${cut.proposal.rule}` } };
  const named = rows.flatMap(({ file, patient }) => (patient === null ? [] : [{ image: file, patient }]));
  return {
    proposal: {
      rule,
      examples: named.slice(0, EXAMPLES),
      images: rows.length,
      patients: countPatients(rows.map(({ patient }) => patient)),
      choice: choice ?? null,
    },
    patients: rows.map(({ patient }) => (choice === 'images' ? null : patient)),
  };
}

/** How patients are told apart, once the user has chosen. */
export function patientRuleOf(rule: string, proposal: PatientProposal | null): string {
  return proposal === null || proposal.choice === 'images' ? rule : proposal.rule;
}
