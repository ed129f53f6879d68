/** What is known of an image beside its labels, and the subgroups that it makes. */

/** Null where it is not known. */
export interface ImageAttributes {
  sex: string | null;
  /** Years. */
  age: number | null;
  view: string | null;
  site: string | null;
  eye: string | null;
}

/** Ten years a band: enough to see a trend, few enough to fill. */
function ageBand(age: number | null): string | null {
  if (age === null || !Number.isFinite(age) || age < 0) return null;
  if (age < 20) return 'under 20';
  if (age >= 80) return '80 and over';
  const from = Math.floor(age / 10) * 10;
  return `${from} to ${from + 9}`;
}

const SUBGROUP_VARIABLES: { name: string; of: (attributes: ImageAttributes) => string | null }[] = [
  { name: 'Sex', of: ({ sex }) => sex },
  { name: 'Age', of: ({ age }) => ageBand(age) },
  { name: 'View', of: ({ view }) => view },
  { name: 'Site', of: ({ site }) => site },
  { name: 'Eye', of: ({ eye }) => eye },
];

/** A variable by which images fall into at least two groups. */
export interface Grouping {
  variable: string;
  /** By image; null where the group is not known. */
  groupOf: (string | null)[];
  /** In the order of reading. */
  names: string[];
}

/** One group alone is no subgroup, and its variable is left out. */
export function groupImages(imageIds: readonly string[], attributes: ReadonlyMap<string, ImageAttributes>): Grouping[] {
  return SUBGROUP_VARIABLES.flatMap(({ name: variable, of }) => {
    const groupOf = imageIds.map((id) => {
      const known = attributes.get(id);
      return known === undefined ? null : of(known);
    });
    const names = [...new Set(groupOf.filter((group) => group !== null))].sort((a, b) =>
      a.localeCompare(b, 'en', { numeric: true }),
    );
    return names.length < 2 ? [] : [{ variable, groupOf, names }];
  });
}
