/** What the set-up tells: always on stderr, so that a command's own output stays clean. */

/** @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Says what is being done and, at the end, how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  say(`[set-up] ${title} ...`);
  const started = Date.now();
  const value = await work();
  say(`[set-up] ${title}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return value;
}

/** A number of bytes in the unit that a person would use. @param {number} bytes */
export function formatBytes(bytes) {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

/** Something is missing or broken that only the user can put right: printed without a stack, exit code 1. */
export class SetupError extends Error {
  /**
   * @param {string} message one sentence: what was expected, what was found
   * @param {string[]} [actions] what to do, one line each
   */
  constructor(message, actions = []) {
    super(message);
    this.name = 'SetupError';
    this.actions = actions;
  }
}

/** @param {unknown} error */
export function printError(error) {
  if (error instanceof SetupError) {
    say(`\n${error.message}`);
    for (const line of error.actions) say(`  ${line}`);
    say('');
    return;
  }
  say(`\nThe set-up failed in a way that was not foreseen; running the same command again is safe.`);
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
