/** Rows of one patient get one identifier, whatever its spelling; a word for 'not known' gets none. Both are told. */
import { countOf, formatCount, wordFor } from '../../../shared/words/numbers.ts';
import type { ProblemList } from '../problem-list.ts';
import { isDoubtfulNumber, namesPatient, patientKey } from './patient-keys.ts';

const SHOWN = 4;

/** How an identifier is written, without saying what it is: notes are stored, identifiers are not. */
const shapeOf = (spelling: string): string =>
  spelling
    .replace(/\p{Nd}/gu, '9')
    .replace(/\p{Lu}/gu, 'A')
    .replace(/(?!A)\p{L}/gu, 'a');

interface Named {
  patient: string | null;
}

/** Changes `patient` of the rows. */
export function unifyPatients(rows: readonly Named[], problems: ProblemList): void {
  const keys = new Map<string, string | null>();
  const spellings = new Map<string, Map<string, number>>();
  const images = new Map<string, number>();
  const nobody = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { patient } of rows) {
    if (patient === null) continue;
    let key = keys.get(patient);
    if (key === undefined) keys.set(patient, (key = patientKey(patient)));
    if (key === null) continue;
    count(images, key);
    const written = spellings.get(key) ?? new Map<string, number>();
    spellings.set(key, written);
    count(written, patient);
  }
  for (const key of images.keys()) {
    if (!isDoubtfulNumber(key) || namesPatient(key, images)) continue;
    for (const spelling of spellings.get(key)?.keys() ?? []) keys.set(spelling, null);
    spellings.delete(key);
  }
  for (const row of rows) {
    if (row.patient === null) continue;
    const key = keys.get(row.patient) ?? null;
    if (key === null) count(nobody, /\d{3}|e\+/i.test(row.patient) ? shapeOf(row.patient.trim()) : row.patient.trim());
    row.patient = key;
  }
  noteNobody(nobody, problems);
  noteSpellings(spellings, problems);
  notePrefixes([...spellings.keys()], problems);
}

function noteNobody(nobody: ReadonlyMap<string, number>, problems: ProblemList): void {
  if (nobody.size === 0) return;
  const listed = [...nobody].sort(([, a], [, b]) => b - a);
  const total = listed.reduce((sum, [, n]) => sum + n, 0);
  const words = listed.slice(0, SHOWN).map(([word, n]) => `"${word}" (${countOf(n, 'image')})`);
  problems.note(
    'unknown-patient',
    null,
    `In place of a patient stands ${words.join(', ')}${listed.length > SHOWN ? ', …' : ''}, which names nobody: these ${countOf(total, 'image')} are not taken for one patient.`,
    total,
  );
}

function noteSpellings(spellings: ReadonlyMap<string, ReadonlyMap<string, number>>, problems: ProblemList): void {
  const merged = [...spellings.values()].filter(({ size }) => size > 1);
  const [first] = merged;
  if (first === undefined) return;
  const written = [...new Set([...first.keys()].map(shapeOf))].slice(0, SHOWN).map((shape) => `"${shape}"`);
  const before = merged.reduce((sum, { size }) => sum + size, 0) + spellings.size - merged.length;
  problems.note(
    'merged-patients',
    null,
    `${countOf(merged.length, 'patient')} written in several ways, such as ${written.join(', ')} (9 for a digit), ${wordFor(merged.length, 'counts', 'count')} once: ${countOf(spellings.size, 'patient')} instead of ${formatCount(before)}. Case, spaces, zeros in front and ".0" behind do not tell patients apart.`,
    merged.length,
  );
}

/** `P5` and `5` may be one patient or two: that is not decided, but said. */
function notePrefixes(keys: readonly string[], problems: ProblemList): void {
  const bare = new Set(keys.filter((key) => /^\d+$/.test(key)));
  const twins = keys.filter((key) => {
    const number = /^\p{L}+(\d+)$/u.exec(key)?.[1];
    return number !== undefined && bare.has(number);
  });
  const [first] = twins;
  if (first === undefined) return;
  problems.note(
    'doubtful-patients',
    null,
    `${countOf(twins.length, 'patient number')} ${wordFor(twins.length, 'stands', 'stand')} with and without letters, such as "${shapeOf(first)}" and "${shapeOf(first.replace(/^\p{L}+/u, ''))}" (9 for a digit). They count as different patients; if they are the same, write them alike.`,
    twins.length,
  );
}
