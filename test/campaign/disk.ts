/** A disk that becomes full at random moments: no run is started again without end, and with room the study ends as it would have. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RandomStream } from '../../shared/system/random.ts';
import type { Campaign } from './campaign.ts';
import { outcomes, prepare, runToEnd, start } from './study.ts';

const RUNS = 2;
const LATEST_MS = 8000;

export const disk: Campaign = async ({ amount, seed, folder }) => {
  if (process.getuid?.() !== 0)
    return { figures: { points: 0, skipped: 'mounting a small disk needs root' }, faults: [] };
  const stream = new RandomStream(seed, 'disk');
  const faults: string[] = [];
  const figures = { points: 0, told: 0, endedBefore: 0 };
  for (let point = 0; point < amount; point++) {
    const mount = path.join(folder, `disk-${point}`);
    fs.mkdirSync(mount);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=120m', 'tmpfs', mount]);
    try {
      const home = path.join(mount, 'home');
      const file = await prepare(home, folder, RUNS);
      const { ended } = start(home, ['study', 'run', file]);
      await delay(stream.integer(LATEST_MS));
      const filling = path.join(mount, 'filling');
      execFileSync('sh', ['-c', `cat /dev/zero > "$1" 2>/dev/null || true`, 'sh', filling]);
      const { code, errors } = await ended;
      figures.points++;
      if (code === 0) figures.endedBefore++;
      else if (code === 1 && /disk|space|room|free/i.test(errors)) figures.told++;
      else faults.push(`point ${point}: exit ${code}: ${errors.slice(-300)}`);
      fs.rmSync(filling);
      if (code !== 0) {
        const isThere = (await start(home, ['study', 'show', 's']).ended).code === 0;
        await runToEnd(home, isThere ? ['study', 'resume', 's'] : ['study', 'run', file]);
      }
      const { hashes, attempts } = outcomes(home);
      if (hashes.includes('none') || hashes.length !== RUNS) faults.push(`point ${point}: a run has no result`);
      if (attempts > 2 * RUNS) faults.push(`point ${point}: ${attempts} starts of ${RUNS} runs`);
    } finally {
      execFileSync('umount', ['-l', mount]);
    }
  }
  return { figures, faults };
};
