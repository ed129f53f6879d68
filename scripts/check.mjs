/** `npm run check`: everything that must hold before a change goes in. All steps run; the end says which failed. */
import fs from 'node:fs';
import path from 'node:path';
import { say } from './setup/output.mjs';
import { ROOT } from './setup/paths.mjs';
import { runScript, runTool } from './setup/stages.mjs';

/** @param {string} project */
const types = (project) => () => runTool({ package: 'typescript', command: 'tsc', args: ['-p', project] });
/** @param {string} name @param {string[]} args */
const bootstrap = (name, ...args) => runScript(path.join(ROOT, 'scripts', 'bootstrap.mjs'), [name, ...args]);

/** @type {[string, () => Promise<number>][]} */
const STEPS = [
  ['format', () => runTool({ package: 'prettier', args: ['--check', '--log-level', 'warn', '.'] })],
  ['lint', () => runTool({ package: 'eslint', args: ['--max-warnings', '0', '.'] })],
  ['types of shared', types('shared')],
  ['types of main', types('main')],
  ['types of test', types('test')],
  ['types of tools', types('tsconfig.tools.json')],
  ['types of scripts', types('scripts')],
  ['types of renderer', () => runTool({ package: 'svelte-check', args: ['--tsconfig', 'renderer/tsconfig.json'] })],
  [
    'types of components',
    () => runTool({ package: 'svelte-check', args: ['--tsconfig', 'test/components/tsconfig.json'] }),
  ],
  ['import directions', () => runTool({ package: 'vitest', args: ['run', 'test/unit/import-direction.test.ts'] })],
  ['tests', () => bootstrap('test')],
  ['build', () => bootstrap('build')],
];

/** @type {string[]} */
const failed = [];
for (const [name, run] of STEPS) {
  if (name === 'types of renderer' && !fs.existsSync(path.join(ROOT, 'renderer', 'tsconfig.json'))) continue;
  say(`[check] ${name} ...`);
  if ((await run()) !== 0) failed.push(name);
}
say(failed.length === 0 ? '[check] everything holds' : `[check] failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
