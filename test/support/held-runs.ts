/**
 * Runs that wait until they are told. A run process that is started with `env` stands still at a point of its training until it is
 * asked to stop, is killed, or is let go: what a test does to a run that is under way does not depend on how fast the machine is.
 */
import fs from 'node:fs';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** A run stands still before the next batch once `done` are through. */
export interface HoldPoint {
  during: 'extracting' | 'training' | 'testing';
  done: number;
  /** Of this arm only. */
  armId?: string;
}

export interface Hold {
  /** Added to the environment of the run process, or of the program that starts it. */
  env: Record<string, string>;
  /** Lets the run go on. */
  release(): void;
}

export function holdRuns(point: HoldPoint): Hold {
  const file = `${makeTemporaryFolder('hold')}/point.json`;
  fs.writeFileSync(file, JSON.stringify(point));
  const hooks = new URL('./held-run-hooks.ts', import.meta.url).href;
  return {
    env: {
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${hooks}`.trim(),
      TRANSFUSION_TEST_HOLD: file,
    },
    release: () => fs.rmSync(file, { force: true }),
  };
}
