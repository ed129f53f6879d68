/** The short form of the campaigns of docs/reliability.md that need no disk of their own. */
import { expect, it } from 'vitest';
import type { Campaign } from '../campaign/campaign.ts';
import { fuzz } from '../campaign/fuzz.ts';
import { requests } from '../campaign/http.ts';
import { soak } from '../campaign/soak.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

it.each<[string, Campaign, number]>([
  ['damaged files are read or refused in words', fuzz, 500],
  ['odd requests have a right answer', requests, 300],
  ['training steps leave nothing behind', soak, 2000],
])('%s', async (_, campaign, amount) => {
  const { faults, figures } = await campaign({ amount, seed: 7, folder: makeTemporaryFolder('campaign') });
  expect(faults).toEqual([]);
  expect(figures['files'] ?? figures['requests'] ?? figures['steps']).toBeGreaterThanOrEqual(amount);
});
