/**
 * `npm run test:clean-machine`: the README's commands on clean systems, and without each needed tool in turn. `-- --whole` runs the
 * whole `npm test` on the first of them, too; `-- bookworm` takes that system alone. Needs mmdebstrap, the right to mount (root or
 * user namespaces) and a network; where one is missing it says so, and counts what it could not check as skipped.
 */
import path from 'node:path';
import { withLock } from '../../setup/lock.mjs';
import { say, SetupError } from '../../setup/output.mjs';
import { closingLine } from '../counts.mjs';
import { checksOf, SET_UP } from './checks.mjs';
import { readLoan } from './host.mjs';
import { documentedPackages, ensureImage, MACHINES_FOLDER, SYSTEMS } from './image.mjs';
import { createMachine, removeLeftoverMachines, whyImpossible } from './machine.mjs';
import { obtainNode, OLDEST_ALLOWED, startOn, TOO_OLD } from './old-nodes.mjs';

/** @typedef {import('./host.mjs').Loan} Loan */

/** The end-to-end tests need a browser, which an ordinary user cannot install from Debian. */
const BROWSER = 'chromium';

/** @param {string[]} args @returns {Promise<number>} exit code */
export function testCleanMachines(args) {
  return withLock(path.join(MACHINES_FOLDER, 'test.lock'), 'testing clean machines', () => testInTurn(args));
}

/** @param {string[]} args */
async function testInTurn(args) {
  const isWhole = args.includes('--whole');
  const names = args.filter((arg) => arg !== '--whole');
  const unknown = names.find((name) => !SYSTEMS.some(({ suite }) => suite === name));
  if (unknown) {
    const known = SYSTEMS.map(({ suite }) => suite).join(', ');
    throw new SetupError(`test:clean-machine takes --whole and any of ${known}, and got "${unknown}".`);
  }
  const systems = SYSTEMS.filter(({ suite }) => names.length === 0 || names.includes(suite));
  const counts = { passed: 0, failed: 0, skipped: 0 };

  /** @param {string} title @param {(note: (text: string) => void) => Promise<void>} run */
  const check = async (title, run) => {
    const started = Date.now();
    /** @type {string[]} */
    const notes = [];
    try {
      await run((text) => notes.push(text));
      counts.passed++;
      say(`  ok      ${[title, ...notes].join('; ')} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
      return true;
    } catch (error) {
      counts.failed++;
      say(
        `  FAILED  ${title}: ${(error instanceof Error ? error.message : String(error)).replace(/\n/g, '\n          ')}`,
      );
      return false;
    }
  };
  /** @param {number} many @param {string} reason */
  const skip = (many, reason) => {
    counts.skipped += many;
    say(`  skipped ${many} checks: ${reason}`);
  };

  const loan = await readLoan();
  const oldestNode = await testOldNodes(loan, check, skip);
  const impossible = await whyImpossible();
  if (!impossible) await removeLeftoverMachines();
  for (const [index, system] of systems.entries()) {
    const checks = checksOf(isWhole && index === 0);
    say(`\n${system.title}, an ordinary user, with ${documentedPackages().join(' ')}`);
    if (impossible) {
      skip(checks.length, impossible);
      continue;
    }
    const needsBrowser = checks.some((one) => one.isWhole);
    const image = await ensureImage(system, [...documentedPackages(), ...(needsBrowser ? [BROWSER] : [])]);
    if ('reason' in image) {
      skip(checks.length, image.reason);
      continue;
    }
    const machine = await createMachine(image.archive, loan);
    try {
      let isReady = true;
      for (const { title, needsSetUp, run } of checks) {
        const passed = await check(title, async (note) => {
          if (needsSetUp && !isReady) throw new Error('it needs the set-up, which failed');
          await run({ machine, oldestNode, note });
        });
        if (title === SET_UP) isReady = passed;
      }
    } finally {
      await machine.remove();
    }
  }
  process.stdout.write(`\n${closingLine(counts)}\n`);
  return counts.failed === 0 ? 0 : 1;
}

/**
 * @param {Loan} loan
 * @param {(title: string, run: () => Promise<void>) => Promise<boolean>} check
 * @param {(many: number, reason: string) => void} skip
 * @returns {Promise<string | null>} the folder of the oldest Node that is allowed
 */
async function testOldNodes({ npm }, check, skip) {
  say('\nOld Nodes, from npm');
  const isPossible = npm && process.platform === 'linux' && process.arch === 'x64';
  const oldest = isPossible ? await obtainNode(OLDEST_ALLOWED, npm) : null;
  for (const version of TOO_OLD) {
    const folder = isPossible && oldest ? await obtainNode(version, npm) : null;
    if (!folder) {
      skip(1, `npm could not fetch Node ${version} for Linux on x86-64.`);
      continue;
    }
    await check(`Node ${version} gets one sentence`, async () => {
      const { code, output } = await startOn(folder);
      const sentence = `This needs Node 18.13 or newer, and this is Node ${version}.`;
      if (code === 1 && output.trim().startsWith(sentence) && !/^\s+at /m.test(output)) return;
      throw new Error(`it ended with code ${code} and said: ${output}`);
    });
  }
  return oldest;
}
