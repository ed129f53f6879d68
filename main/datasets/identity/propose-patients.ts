/** Where nothing names patients, or every image has an identifier of its own: do names such as `CASE-12a`, `CASE-12b` or `person12_3` tell? Pure. */
import path from 'node:path';
import type { PatientChoice, PatientProposal } from '../../../shared/dataset/patient-proposal.ts';
import { withoutImageEnding } from '../folder-index.ts';
import { patientKey } from './patient-keys.ts';

interface NameRule {
  pattern: RegExp;
  words: string;
}

const RULES: readonly NameRule[] = [
  {
    pattern: /(?:^|[^a-z])((?:patient|person|subject|subj|sub|pat|pt)[-_ ]?\d+)(?!\d)/i,
    words: 'The word and number of a person in the name is taken for the patient',
  },
  { pattern: /^(.*\d)[-_ .]?[a-z]$/i, words: 'The name before its last letter is taken for the patient' },
  {
    pattern: /^(.*\d)(?:[-_ .]+(?:[a-z]+[-_ .]+)?\d{1,4}| ?\(\d{1,3}\))$/i,
    words: 'The name before its last number is taken for the patient',
  },
];
/** The last number of a date is no picture of a patient. */
const DATE = /(19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d$/;
const LEAST_PATIENTS = 3;
/** More images of one patient than this read as a series of pictures, and not as one patient. */
const MOST_IMAGES = 30;
/** Share of the names that are built alike, and of the patients with several images. */
const ALIKE = 0.8;
const REPEATED = 0.1;
const EXAMPLES = 6;

export interface NamedImage {
  file: string;
  patient: string | null;
}

/** @returns null where names tell nothing, or patients are known and have several images; `patients` by row, in their order */
export function proposePatients(
  rows: readonly NamedImage[],
  choice: PatientChoice | undefined,
): { proposal: PatientProposal; patients: (string | null)[] } | null {
  const known = new Set(rows.map(({ patient }) => patient));
  const byIdentifier = !known.has(null);
  if (byIdentifier ? known.size < rows.length : known.size > 1) return null;
  const names = rows.map(({ file, patient }) =>
    byIdentifier ? (patient as string) : withoutImageEnding(path.posix.basename(file)),
  );
  for (const rule of RULES) {
    const stems = names.map((name) => (DATE.test(name) ? null : (rule.pattern.exec(name)?.[1] ?? null)));
    const patients = stems.map((stem) => (stem === null ? null : patientKey(stem)));
    const groups = Map.groupBy(
      [...patients.keys()].filter((i) => patients[i] !== null),
      (i) => patients[i] as string,
    );
    if (
      !isPlausible(
        [...groups.values()].map(({ length }) => length),
        rows.length,
      )
    )
      continue;
    const shown = [...groups.values()].filter(({ length }) => length > 1).flatMap((own) => own.slice(0, 3));
    const examples = shown.slice(0, EXAMPLES).map((i) => ({
      image: path.posix.basename((rows[i] as NamedImage).file),
      patient: stems[i] as string,
    }));
    // Where a name is built otherwise, its image stays a patient of its own, as its identifier says.
    const filled = patients.map((patient, i) => patient ?? (rows[i] as NamedImage).patient);
    const count = groups.size + filled.filter((_, i) => patients[i] === null).length;
    const of = byIdentifier ? 'identifier' : 'image';
    return {
      proposal: {
        rule: `${rule.words} (${of} names).`,
        examples,
        images: rows.length,
        patients: count,
        choice: choice ?? null,
      },
      patients: filled,
    };
  }
  return null;
}

/** How patients are told apart, once the user has chosen. */
export function patientRuleOf(rule: string, proposal: PatientProposal | null): string {
  return proposal === null || proposal.choice === 'images' ? rule : proposal.rule;
}

function isPlausible(sizes: readonly number[], images: number): boolean {
  const named = sizes.reduce((sum, size) => sum + size, 0);
  return (
    sizes.length >= LEAST_PATIENTS &&
    named >= ALIKE * images &&
    Math.max(...sizes) <= MOST_IMAGES &&
    sizes.filter((size) => size > 1).length >= REPEATED * sizes.length
  );
}
