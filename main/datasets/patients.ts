/** Who belongs together: images of one patient, and of patients who share a photograph. */
import { formatCount } from '../../shared/words/numbers.ts';
import type { ProblemList } from './problem-list.ts';

/** One picture of more patients than this is no sign that they are one person. */
export const PLACEHOLDER_PATIENTS = 5;

/** Counts patients, and says where they cannot be known. */
export function notePatients(
  rows: readonly { patient: string | null }[],
  problems: ProblemList,
): { known: number; unknown: number } {
  const patients = new Set(rows.map((row) => row.patient));
  const known = patients.size - (patients.has(null) ? 1 : 0);
  const unknown = patients.has(null) ? rows.filter((row) => row.patient === null).length : 0;
  if (unknown > 0) {
    problems.note(
      'no-patient',
      null,
      `${unknown === rows.length ? 'No image says' : `${formatCount(unknown)} of ${formatCount(rows.length)} images do not say`} whose it is, so each of them counts as a ` +
        'patient of its own. If a person has several images, they may stand in both training and test, and the AUC would be too good.',
      unknown,
    );
  }
  return { known, unknown };
}

/** Groups that can be joined (union-find with path halving). */
export class Groups {
  readonly #parent: number[];

  constructor(size: number) {
    this.#parent = Array.from({ length: size }, (_, i) => i);
  }

  find(member: number): number {
    let root = member;
    while (this.#parent[root] !== root) {
      const above = this.#parent[this.#parent[root] as number] as number;
      this.#parent[root] = above;
      root = above;
    }
    return root;
  }

  join(a: number, b: number): void {
    const [first, second] = [this.find(a), this.find(b)];
    this.#parent[Math.max(first, second)] = Math.min(first, second);
  }
}

/** One group per patient; an image that does not say whose it is gets a group of its own. Index by image. */
export function groupByPatient(rows: readonly { patient: string | null }[]): Groups {
  const groups = new Groups(rows.length);
  const first = new Map<string, number>();
  rows.forEach(({ patient }, i) => {
    if (patient === null) return;
    const known = first.get(patient);
    if (known === undefined) first.set(patient, i);
    else groups.join(known, i);
  });
  return groups;
}
