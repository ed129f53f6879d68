import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSystemService, listFolders } from '../../../main/services/system/system-service.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let root: string;

beforeAll(() => {
  root = makeTemporaryFolder('folders');
  for (const name of ['scan 10', 'scan 2', 'Atlas', '.hidden']) fs.mkdirSync(path.join(root, name));
  fs.writeFileSync(path.join(root, 'labels.csv'), '');
  fs.writeFileSync(path.join(root, '.DS_Store'), '');
  if (process.platform !== 'win32') fs.symlinkSync(path.join(root, 'Atlas'), path.join(root, 'linked'));
});

describe('folders', () => {
  it('lists folders in the order a person expects, follows links, counts files and leaves hidden ones out', async () => {
    const listing = await listFolders(root);
    expect(listing.folders.map((folder) => folder.name)).toEqual(['Atlas', 'linked', 'scan 2', 'scan 10']);
    expect(listing.files).toBe(1);
    expect(listing.parent).toBe(path.dirname(root));
    expect(listing.folders[0]?.path).toBe(path.join(root, 'Atlas'));
  });

  it('has no parent at the root', async () => {
    expect((await listFolders(path.parse(root).root)).parent).toBeNull();
  });

  it.each([
    ['relative/path', /full path/],
    [path.resolve('/there-is-no-such-folder'), /no folder/],
  ])('says what is wrong with %s', async (folder, message) => {
    await expect(listFolders(folder)).rejects.toThrow(message);
  });

  it('says that a file is no folder', async () => {
    await expect(listFolders(path.join(root, 'labels.csv'))).rejects.toThrow(/Expected a folder, got a file/);
  });
});

describe('info', () => {
  it('knows its own version', () => {
    const system = createSystemService({
      home: '/library',
      hostKind: 'browser',
      doctor: () => Promise.reject(new Error()),
    });
    const expected = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
      version: string;
    };
    expect(system.info()).toMatchObject({ version: expected.version, home: '/library', hostKind: 'browser' });
  });
});

describe('the doctor', () => {
  it('examines once for all who ask meanwhile, and anew later', async () => {
    let examined = 0;
    const service = createSystemService({
      home: root,
      hostKind: 'browser',
      doctor: () => Promise.resolve({ ready: ++examined } as never),
    });
    const answers = await Promise.all(Array.from({ length: 700 }, () => service.doctor()));
    expect(new Set(answers).size).toBe(1);
    await service.doctor();
    expect(examined).toBe(2);
  });
});
