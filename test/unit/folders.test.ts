/** A folder and a file stay small enough to be read: a newcomer finds a feature by the names of folders. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MOST_FILES = 25;
const MOST_LINES = 350;
/** Files that may be longer, each with the reason. */
const LONGER: Record<string, string> = {};

const folders = ['main', 'renderer', 'shared'].flatMap((room) => [
  room,
  ...fs
    .readdirSync(path.join(ROOT, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/')),
]);
const filesOf = (folder: string): string[] =>
  fs
    .readdirSync(path.join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${folder}/${entry.name}`);
const lines = new Map(
  folders
    .flatMap(filesOf)
    .filter((file) => /\.(ts|svelte|css|h|cc)$/.test(file))
    .map((file) => [file, fs.readFileSync(path.join(ROOT, file), 'utf8').split('\n').length - 1]),
);

it(`no folder holds more than ${MOST_FILES} files of its own`, () => {
  expect(folders.length).toBeGreaterThan(50);
  const tooFull = folders.filter((folder) => filesOf(folder).length > MOST_FILES);
  expect(tooFull.map((folder) => `${folder}: ${filesOf(folder).length}`)).toEqual([]);
});

it(`no file has more than ${MOST_LINES} lines but those that say why`, () => {
  const long = [...lines].filter(([, count]) => count > MOST_LINES).map(([file]) => file);
  expect(long.sort()).toEqual(Object.keys(LONGER).sort());
});
