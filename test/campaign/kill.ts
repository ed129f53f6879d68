/** `kill -9` at random moments, over host and runs together: resumed to its end, the study holds the same bits as an undisturbed one. */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RandomStream } from '../../shared/system/random.ts';
import type { Campaign } from './campaign.ts';
import { outcomes, prepare, runToEnd, start } from './study.ts';

/** Later than this a start has most often ended. */
const LATEST_MS = 6000;

export const kill: Campaign = async ({ amount, seed, folder }) => {
  const [calm, home] = [path.join(folder, 'calm'), path.join(folder, 'home')];
  await runToEnd(calm, ['study', 'run', await prepare(calm, folder, 1)]);
  const expected = outcomes(calm).hashes;
  const stream = new RandomStream(seed, 'kill');
  const faults: string[] = [];
  const figures = { kills: 0, studies: 0 };
  while (figures.kills < amount) {
    const place = `${home}-${figures.studies++}`;
    const file = await prepare(place, folder, 1);
    let started = false;
    for (let kills = 0; kills < 5 && figures.kills < amount; kills++, figures.kills++) {
      const { child, ended } = start(place, started ? ['study', 'resume', 's'] : ['study', 'run', file]);
      await delay(stream.integer(LATEST_MS));
      if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGKILL');
      await ended;
      started ||= (await start(place, ['study', 'show', 's']).ended).code === 0;
    }
    await runToEnd(place, started ? ['study', 'resume', 's'] : ['study', 'run', file]);
    const { hashes } = outcomes(place);
    if (hashes.join() !== expected.join())
      faults.push(`study ${figures.studies}: predictions ${hashes.join()} instead of ${expected.join()}`);
  }
  return { figures, faults };
};
