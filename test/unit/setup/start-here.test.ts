import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../../scripts/setup/paths.mjs';

const FILE = path.join(ROOT, 'scripts', 'start-here.cjs');
const SOURCE = fs.readFileSync(FILE, 'utf8');

/** The first file on a Node that only has a version and a console. */
function startOn(version: string): { said: string; exitCodes: number[] } {
  const said: string[] = [];
  const exitCodes: number[] = [];
  const process = { version, exit: (code: number) => exitCodes.push(code) };
  vm.runInNewContext(SOURCE, { process, console: { error: (text: string) => said.push(text) } });
  return { said: said.join('\n'), exitCodes };
}

describe('the first file', () => {
  it('is ECMAScript 3, so that any Node can read it', () => {
    const parse = (code: string): unknown[] =>
      new Linter().verify(code, { languageOptions: { ecmaVersion: 3, sourceType: 'script' } });
    expect(parse(SOURCE)).toEqual([]);
    // This parser does tell newer syntax.
    expect(parse('const a = 1;')).not.toEqual([]);
    expect(parse('f(a, )')).not.toEqual([]);
  });

  it.each(['v0.8.28', 'v0.10.48', 'v4.9.1', 'v12.22.12', 'v16.20.2', 'v18.12.1'])(
    '%s is told what to do',
    (version) => {
      const { said, exitCodes } = startOn(version);
      expect(said).toMatch(`This needs Node 18.13 or newer, and this is Node ${version.slice(1)}.`);
      expect(said).toContain('sudo apt-get install -y nodejs npm');
      expect(exitCodes).toEqual([1]);
    },
  );

  it('starts the set-up, whose failures are sentences with exit code 1', () => {
    const { status, stderr } = spawnSync(process.execPath, [FILE, 'no-such-command'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^\nbootstrap\.mjs takes one of start, .*, and got "no-such-command"\.\n/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('is what every script of package.json begins with, and asks for the same Node as its engines', () => {
    const { scripts, engines } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
      engines: { node: string };
    };
    const others = Object.values(scripts).filter((script) => !script.startsWith('node scripts/start-here.cjs '));
    expect(others).toEqual(['prettier --write .']);
    expect(engines.node).toBe('>=18.13');
    expect(SOURCE).toContain('[18, 13]');
  });
});

describe('what runs on the Node of the machine', () => {
  /** Names that Node 18.13 does not have. */
  const NEWER = [
    'import.meta.dirname',
    'import.meta.filename',
    'import.meta.resolve',
    'availableParallelism',
    'toSorted',
    'toSpliced',
    'toReversed',
    'groupBy',
    'fromAsync',
    'withResolvers',
    'globSync',
    'loadEnvFile',
    'getBuiltinModule',
    'isSubsetOf',
    'openAsBlob',
    'styleText',
  ];

  /** A module and all that it imports, in whatever way. */
  function reach(file: string, found = new Set<string>()): Set<string> {
    if (found.has(file)) return found;
    found.add(file);
    for (const [, target = ''] of fs.readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+\.mjs)'/g)) {
      reach(path.resolve(path.dirname(file), target), found);
    }
    return found;
  }

  it('takes nothing that Node 18.13 does not have', () => {
    const files = [...reach(path.join(ROOT, 'scripts', 'bootstrap.mjs'))];
    expect(files.length).toBeGreaterThan(15);
    const newer = files.flatMap((file) => {
      const source = fs.readFileSync(file, 'utf8');
      return NEWER.filter((name) => source.includes(name)).map((name) => `${path.relative(ROOT, file)}: ${name}`);
    });
    expect(newer).toEqual([]);
  });
});
