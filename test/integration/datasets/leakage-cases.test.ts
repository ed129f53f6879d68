/** Folders in which one person, or one picture, was once on two sides of the split under 'Leakage none'; numbers are those of the issue's cases. */
import { beforeEach, describe, expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { RandomStream } from '../../../shared/system/random.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { previewText } from '../../../main/cli/dataset/dataset-text.ts';
import { describeLeakage } from '../../../shared/dataset/leakage.ts';
import { buildFrom, writeText } from './folders.ts';
import { askedBy, preview, writeImages, writeLabelled } from './label-folders.ts';

let folder: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
});

describe('identifiers of patients', () => {
  it('36: spellings of one number are one patient', async () => {
    const spell = [
      (n: number) => String(n).padStart(3, '0'),
      String,
      (n: number) => String(n).padStart(3, '0'),
      (n: number) => `${n}.0`,
    ];
    await writeLabelled(folder, {
      images: 120,
      header: 'patient,pneumonia',
      row: (i) => `${(spell[i % 4] as (n: number) => string)(i >> 2)},${i % 2}`,
    });
    const found = await preview(folder);
    expect(found.counts.patients).toBe(30);
    const built = await buildFrom(folder);
    expect(new Set(built.images.map(({ patient }) => patient)).size).toBe(30);
    expect(built.problems.find(({ kind }) => kind === 'merged-patients')?.message).toContain(
      '30 patients instead of 90',
    );
  });

  it('43: words for "not known" are nobody', async () => {
    const words = ['nan', 'unknown', 'N/A'];
    await writeLabelled(folder, {
      images: 120,
      header: 'patient,pneumonia',
      row: (i) => `${i < 60 ? `P${String(i >> 1).padStart(3, '0')}` : words[i % 3]},${i % 2}`,
    });
    expect((await preview(folder)).counts.patients).toBe(90);
    const built = await buildFrom(folder);
    expect(built.dataset.patientIdKnown).toBe(false);
    expect(new Set(built.images.map(({ patient }) => patient)).size).toBe(90);
    expect(built.problems.filter(({ kind }) => /patient/.test(kind)).map(({ message }) => message)).toEqual([
      expect.stringContaining('60 of 120 images do not say whose it is'),
      expect.stringContaining('"nan" (20 images), "unknown" (20 images), "N/A" (20 images)'),
    ]);
  });

  it('09: a letter behind the number of a patient is an image of it, as a guess that is shown', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `CASE-${String(i >> 1).padStart(5, '0')}${'ab'[i % 2]}`);
    const rows = names.map(
      (name, i) => `${name},${i % 4 < 2 ? 'F' : 'M'},${50 + (i >> 1)},${i % 4 < 2 ? 'No finding' : 'COVID-19'}`,
    );
    writeText(`${folder}/metadata.csv`, `patientid,sex,age,finding\n${rows.join('\n')}\n`);
    await writeImages(
      folder,
      names.map((name) => `${name}.png`),
    );
    const found = await preview(folder);
    expect(found.counts.patients).toBe(30);
    expect(found.patientProposal).toMatchObject({ patients: 30, images: 60, choice: null });
    expect(found.patientProposal?.examples.slice(0, 2)).toEqual([
      { image: 'CASE-00000a.png', patient: 'CASE-00000' },
      { image: 'CASE-00000b.png', patient: 'CASE-00000' },
    ]);
    expect(previewText(found)).toMatch(/CASE-00000b.png +CASE-00000/);
    const guessed = await buildFrom(folder);
    expect(describeLeakage({ ...guessed.dataset, patientDisjoint: true }).sentence).toContain('guessed from names');
    const confirmed = await buildFrom(folder, { patients: 'names' });
    expect(describeLeakage({ ...confirmed.dataset, patientDisjoint: true }).state).toBe('none');
    const overruled = await buildFrom(folder, { patients: 'images' });
    expect(
      [guessed, confirmed, overruled].map(({ images }) => new Set(images.map(({ patient }) => patient)).size),
    ).toEqual([30, 30, 60]);
  });

  it('are guessed from folders, shown, and leakage is not proved until that is confirmed', async () => {
    const classOf = (i: number): string => (i % 2 ? 'tumor' : 'normal');
    await writeImages(
      folder,
      Array.from({ length: 40 }, (_, i) => `case${i >> 2}/${classOf(i)}/${i}.png`),
    );
    const found = await preview(folder);
    expect(found.availableOutputs).toEqual(['normal', 'tumor']);
    expect(found.patientProposal).toMatchObject({ patients: 10, images: 40, choice: null });
    const built = await Promise.all(
      [undefined, 'names' as const, 'images' as const].map((patients) => buildFrom(folder, { patients })),
    );
    expect(built.map(({ dataset }) => describeLeakage({ ...dataset, patientDisjoint: true }).state)).toEqual([
      'not-proved',
      'none',
      'not-proved',
    ]);
    expect(built.map(({ images }) => new Set(images.map(({ patient }) => patient)).size)).toEqual([10, 10, 40]);
  });

  it('are not read from folders of subtypes, which is said', async () => {
    await writeImages(
      folder,
      ['benign/adenosis', 'benign/fibroadenoma', 'malignant/ductal', 'malignant/lobular'].flatMap((subtype) =>
        Array.from({ length: 5 }, (_, i) => `${subtype}/${i}.png`),
      ),
    );
    const found = await preview(folder);
    expect(found.counts.patients).toBeNull();
    expect(previewText(found)).toContain('Folders inside the classes, such as "adenosis", read as no patients');
    expect((await preview(folder, { patients: 'names' })).counts.patients).toBe(4);
  });

  it('or classes: folders of which neither can be told are asked about', async () => {
    await writeImages(
      folder,
      Array.from(
        { length: 16 },
        (_, i) => `${'abcd'[i >> 2] as string}-${i >> 2}/${i % 2 ? 'tumor' : 'normal'}/${i}.png`,
      ),
    );
    expect(await askedBy(folder)).toEqual(['patient-folders']);
    expect((await preview(folder, { patients: 'names' })).availableOutputs).toEqual(['normal', 'tumor']);
    expect((await preview(folder, { patients: 'images' })).availableOutputs).toHaveLength(4);
  });

  it('that contradict the number in the name of an NIH image are joined, and leakage is not proved', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `${String(i >> 2).padStart(8, '0')}_00${i % 4}.png`);
    const tree = async (idOf: (i: number) => number): Promise<string> => {
      const own = makeTemporaryFolder();
      const rows = names.map((name, i) => `${name},${i % 2 ? 'Effusion' : 'No Finding'},${idOf(i)},PA`);
      writeText(
        `${own}/Data_Entry_2017.csv`,
        `Image Index,Finding Labels,Patient ID,View Position\n${rows.join('\n')}\n`,
      );
      await writeImages(own, names);
      return own;
    };
    const differing = await buildFrom(await tree((i) => 100 + i));
    expect(new Set(differing.images.map(({ patient }) => patient)).size).toBe(10);
    expect(describeLeakage({ ...differing.dataset, patientDisjoint: true }).state).toBe('not-proved');
    const agreeing = await buildFrom(await tree((i) => i >> 2));
    expect(describeLeakage({ ...agreeing.dataset, patientDisjoint: true }).state).toBe('none');
  });

  it('of a column whose identifiers end in a visit are a guess, and leakage is then not proved', async () => {
    const row = (i: number): string => `P${100 + (i >> 1)}-V${(i % 2) + 1},${(i >> 1) % 2}`;
    await writeLabelled(folder, { images: 40, header: 'patient,pneumonia', row });
    const { images, dataset } = await buildFrom(folder);
    expect(new Set(images.map(({ patient }) => patient)).size).toBe(20);
    expect(describeLeakage({ ...dataset, patientDisjoint: true }).sentence).toMatch(
      /^Not proved: .*guessed from names/,
    );
  });

  it('with two sexes, or ages far apart, are said', async () => {
    await writeLabelled(folder, {
      images: 20,
      header: 'patient,sex,age,pneumonia',
      row: (i) => `P${i >> 1},${i === 1 ? 'M' : 'F'},${i === 3 ? 90 : 40 + (i % 2) * 10},${i % 2}`,
    });
    const messages = (await buildFrom(folder)).problems.filter(({ kind }) => kind === 'contradictory-patients');
    expect(messages.map(({ message }) => message)).toEqual([
      expect.stringContaining('1 patient has images of both sexes'),
      expect.stringContaining('1 patient has ages that are more than 20 years apart (up to 50)'),
    ]);
  });

  it('are those of studies or exams where nothing names patients, and leakage is then not proved', async () => {
    const rows = { images: 40, header: 'study_id,pneumonia', row: (i: number) => `S${100 + (i >> 1)},${i % 2}` };
    await writeLabelled(folder, rows);
    expect((await preview(folder)).columnRoles).toContainEqual(
      expect.objectContaining({ column: 'study_id', role: 'patient' }),
    );
    const built = await buildFrom(folder);
    expect(new Set(built.images.map(({ patient }) => patient)).size).toBe(20);
    expect(describeLeakage({ ...built.dataset, patientDisjoint: true }).sentence).toMatch(
      /^Not proved: studies or exams were kept together/,
    );
    const named = makeTemporaryFolder();
    await writeLabelled(named, {
      images: 40,
      header: 'study_id,patient,pneumonia',
      row: (i) => `S${100 + (i >> 1)},P${i >> 2},${i % 2}`,
    });
    const proved = await buildFrom(named);
    expect(new Set(proved.images.map(({ patient }) => patient)).size).toBe(10);
    expect(describeLeakage({ ...proved.dataset, patientDisjoint: true }).state).toBe('none');
  });

  it('no patient on two sides for any order of rows, seed and spelling', async () => {
    const stream = new RandomStream(11, 'leakage');
    const spellings = [
      (n: number) => `P${n}`,
      (n: number) => ` p${n} `,
      (n: number) => `P-${String(n).padStart(4, '0')}`,
      (n: number) => `Ｐ${n}`,
      (n: number) => `p_${String(n).padStart(2, '0')}`,
    ];
    for (let round = 0; round < 4; round++) {
      const place = makeTemporaryFolder();
      const people = Array.from({ length: 24 }, () => 1 + stream.integer(9));
      await writeLabelled(place, {
        images: people.length,
        header: 'patient,pneumonia',
        row: (i) => `"${(spellings[stream.integer(5)] as (n: number) => string)(people[i] as number)}",${i % 2}`,
      });
      const built = await buildFrom(place, {
        split: { train: 0.6, validation: 0.2, test: 0.2, seed: stream.integer(1000) },
      });
      const sides = new Map<number, Set<string>>();
      for (const { path, split } of built.images) {
        const person = people[Number(/img(\d+)/.exec(path)?.[1])] as number;
        sides.set(person, (sides.get(person) ?? new Set()).add(split));
      }
      expect([...sides.values()].every(({ size }) => size === 1)).toBe(true);
      expect(sides.size).toBe(new Set(built.images.map(({ patient }) => patient)).size);
    }
  });
});

describe('the same picture', () => {
  /** A smooth picture with some noise, as a photograph is. */
  function photograph(seed: number) {
    const stream = new RandomStream(seed, 'photograph');
    const [a, b, c] = [stream.uniform(), stream.uniform(), stream.uniform()];
    const side = 96;
    const pixels = Uint8Array.from({ length: side * side }, (_, i) => {
      const [x, y] = [(i % side) / side, Math.floor(i / side) / side];
      return 120 + 60 * Math.sin(6 * (x * a + b)) + 50 * Math.cos(7 * (y * c + a)) + stream.integer(12);
    });
    return sharp(pixels, { raw: { width: side, height: side, channels: 1 } });
  }

  it.each([
    ['packed anew', 'png', (image: Sharp) => image.png({ compressionLevel: 0 }), 'duplicate-content'],
    ['another format', 'jpg', (image: Sharp) => image.jpeg({ quality: 70 }), 'similar-pictures'],
    ['another size', 'png', (image: Sharp) => image.resize(48, 48).png(), 'similar-pictures'],
    [
      'a header of its own',
      'tif',
      (image: Sharp) => image.withExif({ IFD0: { Artist: 'x' } }).tiff({ compression: 'lzw' }),
      'duplicate-content',
    ],
  ])('07: %s is found, told, and on one side with its patients', async (_, ending, save, kind) => {
    const lines = ['image,patient,pneumonia'];
    for (let i = 0; i < 24; i++) {
      writeFileSync(`${folder}/a${i}.png`, await photograph(i).png().toBuffer());
      writeFileSync(`${folder}/b${i}.${ending}`, await save(photograph(i)).toBuffer());
      writeFileSync(
        `${folder}/c${i}.png`,
        await photograph(100 + i)
          .png()
          .toBuffer(),
      );
      lines.push(`a${i}.png,X${i},${i % 2}`, `b${i}.${ending},Y${i},${i % 2}`, `c${i}.png,Y${i},${i % 2}`);
    }
    writeFileSync(`${folder}/labels.csv`, `${lines.join('\n')}\n`);
    const built = await buildFrom(folder);
    expect(built.problems.filter((problem) => problem.kind === kind)).toHaveLength(24);
    expect(built.images).toHaveLength(kind === 'duplicate-content' ? 48 : 72);
    const persons = Map.groupBy(built.images, ({ path }) => /(\d+)\.\w+$/.exec(path)?.[1]);
    expect([...persons.values()].every((own) => new Set(own.map(({ split }) => split)).size === 1)).toBe(true);
    expect(new Set(built.images.map(({ patient }) => patient)).size).toBe(24);
  });
});
