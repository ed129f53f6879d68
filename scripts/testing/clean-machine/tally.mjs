/** Counts checks and says how each ended, as it ends. */
import { say } from '../../setup/output.mjs';

/** @typedef {(note: (text: string) => void) => Promise<void>} Run fails by throwing; notes stand beside its title */

export function startTally() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  return {
    counts,

    /** @param {string} title @param {Run} run @returns {Promise<boolean>} whether it passed */
    async check(title, run) {
      const started = Date.now();
      /** @type {string[]} */
      const notes = [];
      try {
        await run((text) => notes.push(text));
      } catch (error) {
        counts.failed++;
        const reason = error instanceof Error ? error.message : String(error);
        say(`  FAILED  ${title}: ${reason.replace(/\n/g, '\n          ')}`);
        return false;
      }
      counts.passed++;
      say(`  ok      ${[title, ...notes].join('; ')} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
      return true;
    },

    /** @param {string} what @param {number} many checks @param {string} reason a sentence */
    skip(what, many, reason) {
      counts.skipped += many;
      say(`  skipped ${what}: ${reason}`);
    },
  };
}

/** @typedef {ReturnType<typeof startTally>} Tally */
