import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPhantomFolder, SYNTHETIC_NOTE } from '../../../main/phantoms/folder.ts';
import { LEAF_CLASSES } from '../../../main/phantoms/natural/classes.ts';
import { writePhantoms } from '../../../main/phantoms/write-phantoms.ts';
import type { PhantomKind } from '../../../shared/dataset/phantom.ts';
import { sharp } from '../../../main/images/sharp.ts';
import { AppError } from '../../../shared/system/errors.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const newFolder = (): string => makeTemporaryFolder('phantoms');

function listFiles(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .flatMap((entry) => {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      return entry.isDirectory() ? listFiles(folder, path) : [path];
    })
    .sort();
}

/** Hash of names and contents of everything in the folder. */
function hashFolder(folder: string): string {
  const hash = createHash('sha256');
  for (const file of listFiles(folder))
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'none';
}

const small = (kind: PhantomKind, out: string, seed = 7) => ({ kind, out, patients: 2, size: 48, seed });

describe('writePhantoms', () => {
  it.each(['fundus', 'cxr', 'natural'] as const)(
    '%s: same seed, same bytes, whatever the threads; other seed, other bytes',
    async (kind) => {
      const [a, b, c] = [newFolder(), newFolder(), newFolder()];
      await writePhantoms({ ...small(kind, a), threads: 1 });
      await writePhantoms({ ...small(kind, b), threads: 3 });
      await writePhantoms(small(kind, c, 8));
      expect(hashFolder(b)).toBe(hashFolder(a));
      expect(hashFolder(c)).not.toBe(hashFolder(a));
    },
  );

  it('lays fundus out as EyePACS', async () => {
    const out = newFolder();
    const progress: number[] = [];
    const summary = await writePhantoms({
      ...small('fundus', out),
      patients: 3,
      onProgress: (done) => progress.push(done),
    });
    expect(summary).toMatchObject({ kind: 'fundus', folder: out, images: 6, patients: 3, size: 48, seed: 7 });
    expect([progress[0], progress.at(-1)]).toEqual([0, 6]);
    const ids = ['1_left', '1_right', '2_left', '2_right', '3_left', '3_right'];
    expect(listFiles(out)).toEqual([SYNTHETIC_NOTE, ...ids.map((id) => `train/${id}.jpeg`), 'trainLabels.csv']);
    const rows = readFileSync(join(out, 'trainLabels.csv'), 'utf8').split('\n');
    expect(rows[0]).toBe('image,level');
    expect(rows.at(-1)).toBe('');
    expect(rows.slice(1, -1).map((row) => row.split(',')[0])).toEqual(ids);
    for (const row of rows.slice(1, -1)) expect(row).toMatch(/^\d+_(left|right),[0-4]$/);
    expect(await sharp(join(out, 'train/1_left.jpeg')).metadata()).toMatchObject({
      format: 'jpeg',
      height: 48,
      channels: 3,
    });
    expect(readFileSync(join(out, SYNTHETIC_NOTE), 'utf8')).toMatch(
      /^SYNTHETIC IMAGES.*\n.*phantom fundus, 3 patients, two eyes each, 48 pixels, seed 7/,
    );
  });

  it('lays cxr out as CheXpert', async () => {
    const out = newFolder();
    const { folder, images } = await writePhantoms({ ...small('cxr', out), patients: 8 });
    expect(folder).toBe(join(out, 'CheXpert-v1.0-small'));
    const header =
      'Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,Edema,Consolidation,Pneumonia,' +
      'Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices';
    let rows = 0;
    const patients = new Set<string>();
    for (const split of ['train', 'valid']) {
      const lines = readFileSync(join(folder, `${split}.csv`), 'utf8')
        .trimEnd()
        .split('\n');
      expect(lines[0]).toBe(header);
      for (const line of lines.slice(1)) {
        const cells = line.split(',');
        expect(cells).toHaveLength(19);
        expect(cells[0]).toMatch(
          new RegExp(`^CheXpert-v1\\.0-small/${split}/patient\\d{5}/study\\d/view1_frontal\\.jpg$`),
        );
        expect(existsSync(join(out, cells[0] as string))).toBe(true);
        expect(['Male', 'Female']).toContain(cells[1]);
        expect(Number(cells[2])).toBeGreaterThanOrEqual(18);
        expect(cells[3]).toBe('Frontal');
        expect(['AP', 'PA']).toContain(cells[4]);
        for (const cell of cells.slice(5))
          expect(split === 'valid' ? ['1.0', '0.0'] : ['1.0', '0.0', '-1.0', '']).toContain(cell);
        patients.add(`${split} ${(cells[0] as string).split('/')[2]}`);
        rows++;
      }
    }
    expect(rows).toBe(images);
    expect(patients.size).toBe(8);
    expect([...patients].filter((name) => name.startsWith('valid'))).toEqual(['valid patient64541']);
    expect(existsSync(join(folder, SYNTHETIC_NOTE))).toBe(true);
  });

  it('lays natural out as a folder per class', async () => {
    const out = newFolder();
    expect((await writePhantoms(small('natural', out))).images).toBe(20);
    const expected = LEAF_CLASSES.flatMap(({ name }) => [`${name}/${name}_00001.jpeg`, `${name}/${name}_00002.jpeg`]);
    expect(listFiles(out)).toEqual([...expected, SYNTHETIC_NOTE].sort());
  });

  it('refuses a folder with other files and replaces an earlier phantom of any kind', async () => {
    const foreign = newFolder();
    writeFileSync(join(foreign, 'thesis.docx'), 'mine');
    expect(await codeOf(writePhantoms(small('fundus', foreign)))).toBe('bad-input');
    expect(readdirSync(foreign)).toEqual(['thesis.docx']);
    const out = newFolder();
    await writePhantoms(small('fundus', out));
    writeFileSync(join(out, 'train', 'my-notes.txt'), 'mine');
    expect(isPhantomFolder(out)).toBe(true);
    await writePhantoms(small('natural', out));
    expect(listFiles(out).filter((file) => !/^[a-z]+\/[a-z]+_0000[12]\.jpeg$/.test(file))).toEqual([
      SYNTHETIC_NOTE,
      'train/my-notes.txt',
    ]);
  });

  it('refuses bad options and leaves no labels behind when it is cancelled', async () => {
    for (const bad of [{ patients: 0 }, { patients: 1.5 }, { size: 8 }, { seed: -1 }, { kind: 'mri' as PhantomKind }]) {
      expect(await codeOf(writePhantoms({ ...small('fundus', newFolder()), ...bad }))).toBe('bad-input');
    }
    for (const threads of [1, 2]) {
      const out = newFolder();
      const abort = new AbortController();
      abort.abort();
      expect(
        await codeOf(writePhantoms({ ...small('fundus', out), patients: 20, signal: abort.signal, threads })),
      ).toBe('cancelled');
      expect(existsSync(join(out, 'trainLabels.csv'))).toBe(false);
      expect(await codeOf(writePhantoms(small('fundus', out)))).toBe('none');
    }
  });
});
