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

/** What the usual refusals of a system mean. @type {Record<string, [string, string]>} code -> what was found, what to do */
const REFUSALS = {
  ENOSPC: ['the disk is full', 'Free about 2 GB on it.'],
  EDQUOT: ["this user's quota of the disk is used up", 'Free about 2 GB of it.'],
  EROFS: ['the disk is read-only', 'Put the clone and the cache (TRANSFUSION_CACHE) where this user may write.'],
  EACCES: ['this user has no right to it', 'Give this user the right, or use a folder of their own.'],
  EPERM: ['this user has no right to it', 'Give this user the right, or use a folder of their own.'],
  EMFILE: ['too many files are open', 'Close other programs, or raise the limit (ulimit -n).'],
};

/** One sentence and what to do, for anything that was thrown. @param {unknown} error @returns {string[]} lines */
export function describeError(error) {
  if (error instanceof SetupError) return [error.message, ...error.actions];
  const { code, path, message, stack } = /** @type {NodeJS.ErrnoException} */ (
    error instanceof Error ? error : new Error(String(error))
  );
  const [found, action] = REFUSALS[code ?? ''] ?? [];
  const trace = process.env['TRANSFUSION_TRACE'] ? (stack ?? '').split('\n') : [];
  if (found && action) {
    return [
      `The set-up could not ${path ? `use ${path}` : 'go on'}: ${found} (${code}).`,
      `${action} Then run the same command again.`,
      ...trace,
    ];
  }
  return [
    `The set-up stopped at something that it does not know: ${message.split('\n')[0]}`,
    'Running the same command again is safe. If it stops again, report what it says with TRANSFUSION_TRACE=1 before it.',
    ...trace,
  ];
}

/** @param {unknown} error */
export function printError(error) {
  say(`\n${describeError(error).join('\n  ')}\n`);
}
