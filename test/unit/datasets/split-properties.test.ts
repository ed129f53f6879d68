/** No person in two parts, whatever the order of the rows, the seed and the spelling of identifiers; and what a later import keeps. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LabelValue, Split, SplitConfig, Target } from '../../../shared/dataset/dataset.ts';
import { unifyPatients } from '../../../main/datasets/identity/unify-patients.ts';
import { groupByPatient } from '../../../main/datasets/patients.ts';
import { ProblemList } from '../../../main/datasets/problem-list.ts';
import { splitImages, type SplitImage } from '../../../main/datasets/split-images.ts';

interface Picture {
  /** Who it really is of. */
  person: number;
  /** How the table writes it: an index into SPELLINGS. */
  spelling: number;
  label: LabelValue;
  eye: 'left' | 'right';
}

const wide = (text: string): string =>
  text.replace(/[!-~]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0));
/** Of numbers, as tables and spreadsheets write one. */
const NUMBERS: readonly ((n: number) => string)[] = [
  String,
  (n) => String(n).padStart(6, '0'),
  (n) => `${n}.0`,
  (n) => ` ${n}\u00a0`,
  (n) => wide(String(n)),
  (n) => `"${n}"`,
  (n) => `Patient ${n}`,
];
/** Of a name with an umlaut and a number. */
const NAMES: readonly ((n: number) => string)[] = [
  (n) => `Kö-${n}`,
  (n) => `KÖ-${n}`,
  (n) => `Kö-${n}`.normalize('NFD'),
  (n) => ` kö - ${n}`.replaceAll(' ', ''),
  (n) => `kö\u2011${String(n).padStart(4, '0')}`,
  (n) => wide(`Kö-${n}`),
  (n) => `K\u200bö-${n}`,
];

const target: Target = {
  kind: 'multilabel',
  outputs: ['Finding'],
  endpoints: [{ id: 'finding', name: 'Finding', positiveOutputs: [0], score: 'probability', headline: true }],
  mapping: '',
};
const pictures = fc.array(
  fc.record<Picture>({
    person: fc.integer({ min: 1, max: 25 }),
    spelling: fc.nat(6),
    label: fc.constantFrom<LabelValue[]>(0, 1, null),
    eye: fc.constantFrom('left', 'right'),
  }),
  { minLength: 1, maxLength: 60 },
);
const configs = fc.record<SplitConfig>({
  train: fc.constant(0.6),
  validation: fc.constant(0.2),
  test: fc.constant(0.2),
  seed: fc.nat(),
});

/** The part of each picture, in their order. */
function split(all: readonly Picture[], numbers: readonly number[], config: SplitConfig, named: boolean): Split[] {
  const rows = all.map((picture, i): Omit<SplitImage, 'group'> => {
    const sha256 = createHash('sha256')
      .update(`picture ${numbers[i] as number}`)
      .digest('hex');
    const patient = ((named ? NAMES : NUMBERS)[picture.spelling] as (n: number) => string)(picture.person);
    return {
      ...{ id: sha256.slice(0, 20), sha256, file: `${i}.png`, patient, eye: picture.eye, labels: [picture.label] },
      ...{ view: null, sex: null, age: null, site: null, width: 1, height: 1 },
    } as unknown as SplitImage;
  });
  unifyPatients(rows, new ProblemList());
  const groups = groupByPatient(rows);
  const kept = rows.map((row, i): SplitImage => ({ ...row, group: groups.find(i) }));
  return splitImages({ kept, folder: '/data', target, config }).map((image) => image.split);
}

function expectOnePartEach(all: readonly Picture[], parts: readonly Split[]): void {
  const of = new Map<number, Split>();
  all.forEach(({ person }, i) => {
    expect(parts[i]).toBe(of.get(person) ?? parts[i]);
    of.set(person, parts[i] as Split);
  });
}

it.each([
  ['numbers', false],
  ['names', true],
])('%s: one part a person, the same for every order of rows', (_, named) => {
  fc.assert(
    fc.property(pictures, configs, fc.infiniteStream(fc.nat()), (all, config, places) => {
      const numbers = all.map((_picture, i) => i);
      const parts = split(all, numbers, config, named);
      expectOnePartEach(all, parts);
      const order = all
        .map((_picture, i) => ({ i, place: places.next().value as number }))
        .sort((a, b) => a.place - b.place)
        .map(({ i }) => i);
      const shuffled = order.map((i) => all[i] as Picture);
      const again = split(shuffled, order, config, named);
      expect(order.map((i) => parts[i])).toEqual(again);
    }),
    { numRuns: 200, seed: 11 },
  );
});

it('with rows added, each person is in one part again; which one may change, unless a split file holds it', () => {
  fc.assert(
    fc.property(pictures, pictures, configs, (before, added, config) => {
      const all = [...before, ...added];
      const numbers = all.map((_picture, i) => i);
      expectOnePartEach(all, split(all, numbers, config, false));
      // The same rows give the same parts however often they are imported.
      expect(split(before, numbers, config, true)).toEqual(split(before, numbers, config, false));
    }),
    { numRuns: 200, seed: 12 },
  );
});
