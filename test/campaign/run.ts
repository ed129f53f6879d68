/**
 * `npm run campaign -- kill|fuzz|disk|http|soak [amount] [seed]`: attacks the app and prints what came of it as JSON. Exit code 1 where
 * something happened that docs/reliability.md rules out.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Campaign } from './campaign.ts';
import { disk } from './disk.ts';
import { fuzz } from './fuzz.ts';
import { requests } from './http.ts';
import { kill } from './kill.ts';
import { soak } from './soak.ts';

/** Each with the amount of its whole form. */
const CAMPAIGNS: Record<string, readonly [Campaign, number]> = {
  kill: [kill, 200],
  fuzz: [fuzz, 20_000],
  disk: [disk, 12],
  http: [requests, 2000],
  soak: [soak, 10_000],
};

const [name = '', amount, seed = '1'] = process.argv.slice(2);
const chosen = CAMPAIGNS[name];
if (chosen === undefined) {
  console.error(`Expected one of ${Object.keys(CAMPAIGNS).join(', ')}, got "${name}".`);
  process.exit(2);
}
const [campaign, whole] = chosen;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'campaign-'));
try {
  const { figures, faults } = await campaign({ amount: Number(amount ?? whole), seed: Number(seed), folder });
  console.log(JSON.stringify({ campaign: name, seed: Number(seed), ...figures, faults }, null, 2));
  if (faults.length > 0) process.exitCode = 1;
} finally {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
