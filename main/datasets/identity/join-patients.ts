/** Identifiers that are one patient because an image, or the name of one, connects them. */
import { countOf, wordFor } from '../../../shared/words/numbers.ts';
import { groupByPatient, PLACEHOLDER_PATIENTS } from '../patients.ts';
import type { ProblemList } from '../problem-list.ts';
import type { ReadRow } from '../recognisers/recogniser.ts';
import { patientKey } from './patient-keys.ts';

/** Changes `patient`: rows of one patient, or of one link, get the same. */
function joinBy<Row extends { patient: string | null }>(
  rows: readonly Row[],
  linkOf: (row: Row) => number | string | null,
): void {
  const groups = groupByPatient(rows);
  const first = new Map<number | string, number>();
  rows.forEach((row, i) => {
    const link = linkOf(row);
    if (link === null) return;
    const known = first.get(link);
    if (known === undefined) first.set(link, i);
    else groups.join(known, i);
  });
  const names = new Map<number, string>();
  rows.forEach(({ patient }, i) => {
    const group = groups.find(i);
    if (patient !== null && !names.has(group)) names.set(group, patient);
  });
  rows.forEach((row, i) => (row.patient = names.get(groups.find(i)) ?? null));
}

/** Where column and name of the image contradict each other, images are of one patient if either says so. Changes `patient`. */
export function joinNamedPatients(
  rows: readonly Pick<ReadRow, 'patient' | 'patientInName'>[],
  problems: ProblemList,
): void {
  const nameOf = ({ patientInName }: Pick<ReadRow, 'patientInName'>): string | null =>
    patientInName === null ? null : patientKey(patientInName);
  const differing = rows.filter((row) => {
    const name = nameOf(row);
    return name !== null && row.patient !== null && name !== row.patient;
  }).length;
  if (differing === 0) return;
  joinBy(rows, nameOf);
  problems.note(
    'doubtful-patients',
    null,
    `In ${countOf(differing, 'row')} the column of patients and the name of the image disagree about the patient. Images stay together where either says that they are of one.`,
    differing,
  );
}

/** Changes `patient`, and `excluded` of an image under so many patients that it tells nothing of them. */
export function joinPatientsOfImage(
  rows: readonly Pick<ReadRow & { image: number }, 'image' | 'patient' | 'excluded'>[],
  problems: ProblemList,
): void {
  const patients = new Map<number, Set<string>>();
  for (const { image, patient } of rows) {
    if (patient === null) continue;
    const own = patients.get(image);
    if (own === undefined) patients.set(image, new Set([patient]));
    else own.add(patient);
  }
  const countAt = (image: number): number => patients.get(image)?.size ?? 0;
  const shared = [...patients.values()].map(({ size }) => size).filter((n) => n > 1 && n <= PLACEHOLDER_PATIENTS);
  for (const row of rows) {
    if (countAt(row.image) <= PLACEHOLDER_PATIENTS) continue;
    const message = `the image is filed under ${countAt(row.image)} patients, so it reads as a placeholder`;
    row.excluded ??= { kind: 'unknown-label', message };
  }
  if (shared.length === 0) return;
  joinBy(rows, ({ image }) => (countAt(image) <= PLACEHOLDER_PATIENTS ? image : null));
  const most = Math.max(...shared);
  problems.note(
    'shared-image',
    null,
    `${countOf(shared.length, 'image')} ${wordFor(shared.length, 'is', 'are')} filed under ${most > 2 ? `up to ${most}` : '2'} patients; their images stay together.`,
    shared.length,
  );
}
