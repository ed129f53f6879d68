/** One identifier with two sexes, ages that no follow-up explains, or at several sites, may stand for several persons. */
import { countOf, wordFor } from '../../../shared/words/numbers.ts';
import type { ProblemList } from '../problem-list.ts';

/** Years: longer than images of one patient are followed up in one data set. */
export const MOST_FOLLOW_UP = 20;

export function noteContradictions(
  rows: readonly { patient: string | null; sex: string | null; age: number | null; site: string | null }[],
  problems: ProblemList,
): void {
  interface Person {
    sexes: Set<string>;
    sites: Set<string>;
    youngest: number;
    oldest: number;
  }
  const people = new Map<string, Person>();
  for (const { patient, sex, age, site } of rows) {
    if (patient === null || (sex === null && age === null && site === null)) continue;
    const person = people.get(patient) ?? { sexes: new Set(), sites: new Set(), youngest: Infinity, oldest: -Infinity };
    people.set(patient, person);
    if (site !== null) person.sites.add(site);
    if (sex !== null) person.sexes.add(sex);
    if (age !== null) {
      person.youngest = Math.min(person.youngest, age);
      person.oldest = Math.max(person.oldest, age);
    }
  }
  const all = [...people.values()];
  const sexes = all.filter((person) => person.sexes.size > 1).length;
  // A few patients change the hospital or the camera; where most do, each site counts from 1.
  const moving = all.filter((person) => person.sites.size > 1).length;
  const ages = all.filter(({ youngest, oldest }) => oldest - youngest > MOST_FOLLOW_UP);
  const note = (count: number, what: string): void => {
    if (count === 0) return;
    problems.note(
      'contradictory-patients',
      null,
      `${countOf(count, 'patient')} ${wordFor(count, 'has', 'have')} ${what}. One number may stand for several persons here; their images stay together.`,
      count,
    );
  };
  note(sexes, 'images of both sexes');
  if (2 * moving > all.length) note(moving, 'images of several sites or devices');
  const widest = ages.reduce((most, { youngest, oldest }) => Math.max(most, oldest - youngest), 0);
  note(ages.length, `ages that are more than ${MOST_FOLLOW_UP} years apart (up to ${Math.round(widest)})`);
}
