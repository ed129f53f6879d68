/** Dependencies run one way: every import of the project, and proof that the check sees each kind of wrong one. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findViolations, readImports, roomOf, type SourceFile } from './import-rules.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

function readRoom(folder: string): SourceFile[] {
  return (
    fs
      .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/')))
      // The configuration of a tool runs on Node, whatever room it lies in.
      .filter(
        (file) =>
          /\.(ts|svelte|mjs|cjs)$/.test(file) &&
          !file.endsWith('.config.ts') &&
          fs.statSync(path.join(ROOT, file)).isFile(),
      )
      .map((file) => ({ file, text: fs.readFileSync(path.join(ROOT, file), 'utf8') }))
  );
}

const violationsOf = (file: string, text: string): string[] => findViolations([{ file, text }]);

describe('the sources', () => {
  const files = ['shared', 'main', 'renderer', 'scripts'].flatMap(readRoom);

  it('are found, with their imports', () => {
    const rooms = new Set(files.map(({ file }) => roomOf(file)));
    for (const room of ['shared', 'platform', 'engine', 'tasks', 'services', 'cli', 'app', 'scripts'])
      expect(rooms).toContain(room);
    expect(files.flatMap(({ file, text }) => readImports(file, text)).length).toBeGreaterThan(100);
  });

  it('import only to the left', () => {
    expect(findViolations(files)).toEqual([]);
  });
});

describe('the check', () => {
  it.each([
    ['main/runs/a.ts', "import { x } from '../store/x.ts';", 'neighbours'],
    ['main/engine/a.ts', "import { x } from '../images/x.ts';", 'neighbours'],
    ['main/platform/a.ts', "import { x } from '../engine/x.ts';", 'lies left of'],
    ['main/services/a.ts', "import { x } from '../app.ts';", 'lies left of'],
    ['main/engine/ops/a.ts', "import type { X } from '../../runs/x.ts';", 'lies left of'],
    ['main/engine/a.ts', "import { type X } from '../runs/x.ts';", 'lies left of'],
    ['main/engine/a.ts', "export * from '../runs/x.ts';", 'lies left of'],
    ['main/engine/a.ts', "export type { X } from '../runs/x.ts';", 'lies left of'],
    ['main/engine/a.ts', "type X = import('../runs/x.ts').X;", 'lies left of'],
    ['main/engine/a.ts', "await import('../runs/x.ts');", 'lies left of'],
    ['main/engine/a.ts', "import '../runs/x.ts';", 'lies left of'],
    ['main/engine/a.ts', "require('../runs/x.ts');", 'lies left of'],
    ['main/engine/a.ts', "new Worker(new URL('../runs/x.ts', import.meta.url));", 'lies left of'],
    ['main/engine/a.ts', "new Worker(moduleUrl(import.meta.url, '../runs/x'));", 'lies left of'],
    ['main/server/a.ts', "import { x } from '../electron/x.ts';", 'neighbours'],
    ['main/cli/study/study.ts', "import { x } from '../../server/x.ts';", 'neighbours'],
    ['main/extra/a.ts', "import { x } from '../store/x.ts';", 'not a room'],
    ['main/api/a.ts', "import { x } from '../extra/x.ts';", 'not a room'],
    ['main/api/a.ts', "import { x } from '../../renderer/x.ts';", 'nothing imports the renderer'],
    ['shared/a.ts', "import { x } from '../main/platform/x.ts';", 'lies left of'],
    ['shared/a.ts', "import fs from 'node:fs';", 'browser'],
    ['main/runs/a.ts', "import * as tf from '@tensorflow/tfjs-node-gpu';", 'TensorFlow'],
    ['main/runs/a.ts', "import type { Tensor } from '@tensorflow/tfjs-core';", 'TensorFlow'],
    ['main/runs/a.ts', "createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu');", 'TensorFlow'],
    ['main/server/a.ts', "import { app } from 'electron';", 'electron'],
    ['renderer/a.ts', "import { x } from '../main/api/router.ts';", 'only types'],
    ['renderer/a.ts', "import { type A, x } from '../main/api/router.ts';", 'only types'],
    ['renderer/a.ts', "import type { X } from '../main/services/x.ts';", 'only shared'],
    ['renderer/a.ts', "import fs from 'node:fs';", 'browser'],
    ['scripts/a.mjs', "import { x } from '../main/platform/x.ts';", 'any Node'],
    ['main/cli/a.ts', "import { openStore } from '../store/open.ts';", 'open the store'],
    ['main/api/a.ts', "import type { Store } from '../store/open.ts';", 'open the store'],
    ['shared/tables/a.ts', "import { x } from '../results/results.ts';", 'knows nothing'],
    ['shared/figures/drawing/a.ts', "import { x } from '../../results/results.ts';", 'only figures'],
    [
      'renderer/ui/A.svelte',
      '<script lang="ts">\nimport A from \'../state/a.svelte.ts\';\n</script>',
      'building block',
    ],
    ['renderer/ui/chart/a.ts', "import { x } from '../../../shared/study/study.ts';", 'building block'],
    ['renderer/state/results/a.ts', "import { x } from '../../ui/date.ts';", 'state'],
    ['main/runs/queue/a.ts', "import { x } from '../training/x.ts';", 'executor'],
    ['main/tasks/cost/a.ts', "import { x } from '../similarity/x.ts';", 'no other task'],
    [
      'renderer/ui/A.svelte',
      '<p>a</p>\n<script lang="ts">\nimport { x } from \'../../main/api/x.ts\';\n</script>',
      'only types',
    ],
  ])('sees %s: %s', (file, text, reason) => {
    const violations = violationsOf(file, text);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(reason);
  });

  it.each([
    ['main/runs/a.ts', "import { x } from '../engine/x.ts';"],
    ['main/runs/a.ts', "import { x } from './b.ts';"],
    ['main/runs/a.ts', "import { x } from '../../shared/x.ts';"],
    ['main/services/a.ts', "import { x } from '../phantoms/x.ts';"],
    ['main/cli/a.ts', "import { openApp } from '../app.ts';"],
    ['main/cli/serve.ts', "import { x } from '../server/x.ts';"],
    ['main/services/a.ts', "import { openStore } from '../store/open.ts';"],
    ['main/tasks/cost/a.ts', "import { runTask } from '../run-task.ts';"],
    ['main/tasks/cost/a.ts', "import { x } from '../../runs/feed/x.ts';"],
    ['renderer/ui/chart/a.ts', "import { x } from '../../../shared/figures/figure.ts';"],
    ['main/engine/tf.ts', "require('@tensorflow/tfjs-node-gpu');"],
    ['main/services/a.ts', "createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/package.json');"],
    ['main/electron/a.ts', "import { app } from 'electron';"],
    ['renderer/a.ts', "import type { AppRouter } from '../main/api/router.ts';"],
    ['renderer/a.ts', "import { x } from '../shared/x.ts';"],
    ['renderer/A.svelte', '<p>import { x } from "../main/api/x.ts"</p>'],
    ['main/engine/a.ts', "// import { x } from '../runs/x.ts';\nconst s = \"import '../runs/x.ts'\";"],
  ])('allows %s: %s', (file, text) => {
    expect(violationsOf(file, text)).toEqual([]);
  });

  it('names file and line', () => {
    const text = '<p>a</p>\n<script lang="ts">\n  import { x } from \'../main/runs/x.ts\';\n</script>';
    expect(violationsOf('renderer/A.svelte', text)[0]).toMatch(/^renderer\/A\.svelte:3 /);
  });
});
