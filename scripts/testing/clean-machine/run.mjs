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
import { readLoan, whyNoNetwork } from './host.mjs';
import { documentedPackages, ensureImage, MACHINES_FOLDER, SYSTEMS } from './image.mjs';
import { createMachine, removeLeftoverMachines, whyImpossible } from './machine.mjs';
import { obtainNode, OLDEST_ALLOWED, startOn, TOO_OLD } from './old-nodes.mjs';
import { startTally } from './tally.mjs';

/**
 * @typedef {import('./host.mjs').Loan} Loan
 * @typedef {import('./tally.mjs').Tally} Tally
 */

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
  const tally = startTally();
  const loan = await readLoan();
  const noNetwork = await whyNoNetwork(loan);
  const oldestNode = noNetwork ? null : await obtainNode(OLDEST_ALLOWED, loan.npm ?? '');
  await testOldNodes(loan, tally, noNetwork);
  const impossible = noNetwork ?? (await whyImpossible());
  if (!impossible) await removeLeftoverMachines();
  for (const [index, system] of systems.entries()) {
    await testSystem({ system, checks: checksOf(isWhole && index === 0), loan, oldestNode, impossible, tally });
  }
  process.stdout.write(`\n${closingLine(tally.counts)}\n`);
  return tally.counts.failed === 0 ? 0 : 1;
}

/** What any Node says to the first file. @param {Loan} loan @param {Tally} tally @param {string | null} noNetwork */
async function testOldNodes({ npm }, tally, noNetwork) {
  say('\nOld Nodes, from npm');
  for (const version of TOO_OLD) {
    const folder = noNetwork ? null : await obtainNode(version, npm ?? '');
    if (!folder) {
      tally.skip(`Node ${version}`, 1, noNetwork ?? 'npm could not fetch it.');
      continue;
    }
    await tally.check(`Node ${version} gets one sentence`, async () => {
      const { code, output } = await startOn(folder);
      const sentence = `This needs Node 18.13 or newer, and this is Node ${version}.`;
      if (code === 1 && output.trim().startsWith(sentence) && !/^\s+at /m.test(output)) return;
      throw new Error(`it ended with code ${code} and said: ${output}`);
    });
  }
}

/**
 * @param {object} params
 * @param {import('./image.mjs').System} params.system
 * @param {import('./checks.mjs').Check[]} params.checks
 * @param {Loan} params.loan
 * @param {string | null} params.oldestNode
 * @param {string | null} params.impossible why there can be no machine
 * @param {Tally} params.tally
 */
async function testSystem({ system, checks, loan, oldestNode, impossible, tally }) {
  say(`\n${system.title}, an ordinary user, with ${documentedPackages().join(' ')}`);
  const needsBrowser = checks.some(({ isWhole }) => isWhole);
  const packages = [...documentedPackages(), ...(needsBrowser ? [BROWSER] : [])];
  const image = impossible ? { reason: impossible, isUnreachable: true } : await ensureImage(system, packages);
  if ('reason' in image) {
    const { reason, isUnreachable } = image;
    if (isUnreachable) return tally.skip(`its ${checks.length} checks`, checks.length, reason);
    await tally.check('the system itself', () => Promise.reject(new Error(reason)));
    return;
  }
  const machine = await createMachine(image.archive, loan);
  let isReady = true;
  for (const { title, needsSetUp, needsOldestNode, run } of checks) {
    if (needsOldestNode && !oldestNode) {
      tally.skip(title, 1, `npm could not fetch Node ${OLDEST_ALLOWED}.`);
      continue;
    }
    const passed = await tally.check(title, async (note) => {
      if (needsSetUp && !isReady) throw new Error('it needs the set-up, which failed');
      await run({ machine, oldestNode: oldestNode ?? '', note });
    });
    if (title === SET_UP) isReady = passed;
  }
  await machine.remove();
}
