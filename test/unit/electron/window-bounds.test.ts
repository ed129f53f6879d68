import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readWindowState, writeWindowState } from '../../../main/electron/window-bounds.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let file: string;
const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const state = { x: 100, y: 100, width: 1000, height: 700, maximized: false };

beforeEach(() => {
  file = path.join(makeTemporaryFolder('bounds'), 'window.json');
});

describe('window state', () => {
  it('comes back as it was', () => {
    writeWindowState(file, state);
    expect(readWindowState(file, [screen])).toEqual(state);
  });

  it.each([
    ['on a screen that is gone', { ...state, x: 3000 }],
    ['above every screen', { ...state, y: -600 }],
    ['with only an edge in sight', { ...state, x: 1900 }],
  ])('is forgotten %s, but not its size class', (_name, kept) => {
    writeWindowState(file, { ...kept, maximized: true });
    expect(readWindowState(file, [screen])).toEqual({ width: 1280, height: 800, maximized: true });
  });

  it.each(['', '{', '{"x":1}', '{"x":0,"y":0,"width":1,"height":1,"maximized":false}'])(
    'falls back to the default when the file holds %o',
    (text) => {
      fs.writeFileSync(file, text);
      expect(readWindowState(file, [screen])).toEqual({ width: 1280, height: 800 });
    },
  );
});
