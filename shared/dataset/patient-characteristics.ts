/** Age and sex of the patients of each part, as far as the dataset has them; small groups are not told apart. */
import { formatCount, formatPart } from '../words/numbers.ts';
import { SPLITS, type Split } from './dataset.ts';

/** Groups of one to four patients are not printed: with the dataset at hand they could point to persons. */
export const LEAST_SHOWN = 5;

export interface PartCharacteristics {
  split: Split;
  patients: number;
  /** Patients by sex as the dataset writes it, in alphabetical order; those without are counted in `sexUnknown`. */
  sex: { name: string; patients: number }[];
  sexUnknown: number;
  /** Years, of patients with a known age (their lowest, where images differ); null with fewer than five. */
  age: { median: number; lower: number; upper: number } | null;
  ageKnown: number;
}

/** One entry a part, in the order of SPLITS. A patient with images in two parts counts in both. */
export function describeParts(
  images: readonly { patient: number; split: Split; sex: string | null; age: number | null }[],
): PartCharacteristics[] {
  return SPLITS.map((split) => {
    const people = [
      ...Map.groupBy(
        images.filter((image) => image.split === split),
        ({ patient }) => patient,
      ).values(),
    ];
    const sexes = people.flatMap((own) => own.find(({ sex }) => sex !== null)?.sex ?? []);
    const ages = people
      .map((own) => Math.min(...own.map(({ age }) => age ?? Infinity)))
      .filter((age) => Number.isFinite(age))
      .sort((a, b) => a - b);
    return {
      split,
      patients: people.length,
      sex: [...Map.groupBy(sexes, (sex) => sex)]
        .map(([name, own]) => ({ name, patients: own.length }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      sexUnknown: people.length - sexes.length,
      age:
        ages.length < LEAST_SHOWN
          ? null
          : { median: quantile(ages, 0.5), lower: quantile(ages, 0.25), upper: quantile(ages, 0.75) },
      ageKnown: ages.length,
    };
  });
}

/** Of ascending values, linear between neighbours (type 7). */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] as number) - low);
}

export const knowsSex = (parts: readonly PartCharacteristics[]): boolean => parts.some(({ sex }) => sex.length > 0);
export const knowsAge = (parts: readonly PartCharacteristics[]): boolean => parts.some(({ ageKnown }) => ageKnown > 0);

/**
 * Patients of each sex in a part as they are printed, `unknown` last: `123 (49.2 %)`, `<5`, or `not shown` where the number could be told
 * from the others and the total.
 */
export function sexCounts(part: PartCharacteristics, names: readonly string[]): string[] {
  const counts = [...names.map((name) => part.sex.find((own) => own.name === name)?.patients ?? 0), part.sexUnknown];
  const small = counts.map((count) => count > 0 && count < LEAST_SHOWN);
  const alone = small.filter(Boolean).length === 1;
  const others = counts.filter((count, index) => count > 0 && small[index] !== true);
  const next = alone && others.length > 0 ? counts.indexOf(Math.min(...others)) : -1;
  return counts.map((count, index) => {
    if (small[index] === true) return `<${LEAST_SHOWN}`;
    if (index === next) return 'not shown';
    return part.patients === 0 ? '0' : `${formatCount(count)} (${formatPart(count, part.patients)})`;
  });
}

/** Names of all sexes in the dataset. */
export const sexNames = (parts: readonly PartCharacteristics[]): string[] =>
  [...new Set(parts.flatMap(({ sex }) => sex.map(({ name }) => name)))].sort();

/** `54 (45–63)`: median and quartiles in whole years. */
export function ageText({ age, ageKnown }: PartCharacteristics): string {
  if (age === null) return ageKnown === 0 ? '–' : `fewer than ${LEAST_SHOWN} known`;
  const whole = (years: number): string => String(Math.round(years));
  return `${whole(age.median)} (${whole(age.lower)}–${whole(age.upper)})`;
}

/** What the dataset lacks, in one sentence; null where it has both. */
export function missingCharacteristics(parts: readonly PartCharacteristics[]): string | null {
  const [sex, age] = [knowsSex(parts), knowsAge(parts)];
  if (sex && age) return null;
  const lacks = !sex && !age ? 'neither age nor sex of patients' : sex ? 'no age of patients' : 'no sex of patients';
  return `The dataset holds ${lacks}.`;
}

/** One statement for checklists: age and sex by part, or that they are not there. */
export function characteristicsText(parts: readonly PartCharacteristics[]): string {
  const names = sexNames(parts);
  const said = parts.map((part) => {
    const facts = [
      ...(knowsAge(parts) ? [`median age ${ageText(part)}`] : []),
      ...(knowsSex(parts)
        ? sexCounts(part, names).flatMap((count, index) => {
            const name = names[index] ?? 'sex unknown';
            return index === names.length && part.sexUnknown === 0 ? [] : [`${name} ${count}`];
          })
        : []),
    ];
    return `${part.split} ${facts.join(', ')}`;
  });
  const known = knowsAge(parts) || knowsSex(parts) ? `Patients: ${said.join('; ')}.` : '';
  return [known, missingCharacteristics(parts) ?? ''].filter((text) => text !== '').join(' ');
}
