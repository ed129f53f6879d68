/** The columns that are used: what the user named, completed by what the table suggests. Pure. */
import type { ColumnMapping } from '../../../shared/dataset/dataset.ts';

/** As a request has them: a role may be there without a column. */
type ColumnHints = { [Role in keyof ColumnMapping]?: ColumnMapping[Role] | undefined };

export function columnsOf(mapping: ColumnHints): string[] {
  const { labels = [], otherImages = [], ...roles } = mapping;
  return [...Object.values(roles).filter((name) => name !== undefined), ...labels, ...otherImages];
}

/** A column that the user gives a role leaves the one that was suggested for it. */
export function mergeMapping(
  suggested: Partial<ColumnMapping>,
  named: ColumnHints | undefined,
): Partial<ColumnMapping> {
  if (named === undefined) return suggested;
  const taken = new Set(columnsOf(named));
  const free = (names: readonly string[] | undefined): string[] | undefined => {
    const left = names?.filter((name) => !taken.has(name));
    return left === undefined || left.length === 0 ? undefined : left;
  };
  const { labels, otherImages, ...roles } = suggested;
  const kept = Object.entries(roles).filter(([, name]) => typeof name === 'string' && !taken.has(name));
  const chosen = Object.entries(named).filter(([, name]) => name !== undefined);
  const merged: Partial<ColumnMapping> = { ...Object.fromEntries(kept), ...Object.fromEntries(chosen) };
  const rest = { labels: named.labels ?? free(labels), otherImages: named.otherImages ?? free(otherImages) };
  if (rest.labels) merged.labels = rest.labels;
  if (rest.otherImages) merged.otherImages = rest.otherImages;
  return merged;
}

/** Null where images or labels are not known. */
export function completeMapping({ image, labels, ...rest }: Partial<ColumnMapping>): ColumnMapping | null {
  return image === undefined || labels === undefined ? null : { image, labels, ...rest };
}
