import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { previewImport, type PreviewProgress } from '../../../main/datasets/preview.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const PATIENTS = 120;
let folder: string;
beforeAll(() => {
  folder = makeTemporaryFolder();
  for (let i = 0; i < PATIENTS; i++) {
    const home = path.join(folder, i % 2 === 0 ? 'healthy' : 'diseased', `patient${i}`);
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'image.png'), Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  }
});

it('says how many folders and files it has seen, then what it reads', async () => {
  const seen: PreviewProgress[] = [];
  await previewImport({ folder }, { onProgress: (progress) => seen.push(progress) });
  const walked = seen.filter(({ stage }) => stage === 'folder');
  expect(walked.length).toBeGreaterThan(1);
  expect(walked.map(({ folders }) => folders)).toEqual(walked.map(({ folders }) => folders).sort((a, b) => a - b));
  // The folder itself, two classes, and one folder for each patient.
  expect(walked.at(-1)).toEqual({ stage: 'folder', folders: PATIENTS + 3, files: PATIENTS });
  expect(seen.slice(-2).map(({ stage }) => stage)).toEqual(['labels', 'images']);
});

it.each(['folder', 'labels', 'images'] as const)('stops when cancelled at the stage %s', async (stage) => {
  const abort = new AbortController();
  const stages: string[] = [];
  const preview = previewImport(
    { folder },
    {
      signal: abort.signal,
      onProgress: (progress) => {
        stages.push(progress.stage);
        if (progress.stage === stage) abort.abort(new Error('enough'));
      },
    },
  );
  await expect(preview).rejects.toThrow('enough');
  expect(stages.at(-1)).toBe(stage);
});
