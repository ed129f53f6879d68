/** Clean systems by mmdebstrap: Debian with the packages that docs/setup.md names, and an ordinary user. */
import fs from 'node:fs';
import path from 'node:path';
import { capture } from '../../setup/children.mjs';
import { draftOf, remove, removeLeftovers, sha256 } from '../../setup/files.mjs';
import { step } from '../../setup/output.mjs';
import { cacheFolder, ROOT } from '../../setup/paths.mjs';
import { aptNetworkOptions, debianMirror } from './host.mjs';

export const MACHINES_FOLDER = path.join(cacheFolder(), 'clean-machines');
const IMAGE_DAYS = 30;
/** How apt says that it could not reach a mirror. */
const UNREACHABLE =
  /Could not (resolve|connect)|Temporary failure|Unable to connect|Connection (failed|timed out|refused)/;
const USER_LINES = { passwd: 'lab:x:1000:1000::/home/lab:/bin/sh', group: 'lab:x:1000:' };

/** @typedef {{ title: string, suite: string }} System */

/** @type {System[]} */
export const SYSTEMS = [
  { title: 'Debian 12', suite: 'bookworm' },
  { title: 'Debian 13', suite: 'trixie' },
];

/** The packages of the table in docs/setup.md, column "Debian, Ubuntu". @param {string} [text] @returns {string[]} */
export function documentedPackages(text = fs.readFileSync(path.join(ROOT, 'docs', 'setup.md'), 'utf8')) {
  const cells = text.matchAll(/^\|[^|]*\|[^|]*\| *`apt install ([^`]+)` *\|/gm);
  return [...cells].flatMap(([, names = '']) => names.trim().split(/\s+/));
}

/**
 * The archive of a system, made when there is none or an old one. Only what apt must have and the packages: apt's
 * recommendations stay out.
 * @param {System} system @param {string[]} packages
 * @returns {Promise<{ archive: string } | { reason: string, isUnreachable: boolean }>} `isUnreachable`: the mirror did not answer
 */
export async function ensureImage({ title, suite }, packages) {
  fs.mkdirSync(MACHINES_FOLDER, { recursive: true });
  removeLeftovers(MACHINES_FOLDER);
  const key = sha256(JSON.stringify([packages, USER_LINES])).slice(0, 12);
  const archive = path.join(MACHINES_FOLDER, `${suite}-${key}.tar`);
  const age = Date.now() - (fs.statSync(archive, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (age < IMAGE_DAYS * 86_400_000) return { archive };
  const draft = draftOf(archive);
  const hooks = Object.entries(USER_LINES).map(([file, line]) => `--customize-hook=echo '${line}' >> "$1/etc/${file}"`);
  const outcome = await step(`making a clean ${title} (minutes; kept for ${IMAGE_DAYS} days)`, async () =>
    capture('mmdebstrap', [
      ...['--variant=apt', '--format=tar', `--include=${packages.join(',')}`],
      '--aptopt=Acquire::Retries "3";',
      ...(await aptNetworkOptions()).map((option) => `--aptopt=${option}`),
      ...hooks,
      '--customize-hook=mkdir -p "$1/home/lab" && chown 1000:1000 "$1/home/lab"',
      ...[suite, draft, (await debianMirror()) ?? ''].filter(Boolean),
    ]),
  );
  if (outcome.code === 0) {
    fs.renameSync(draft, archive);
    return { archive };
  }
  remove(draft);
  const errors = outcome.output.split('\n').filter((line) => /^(E|Err|dpkg): ?/.test(line));
  const reason = errors.slice(0, 5).join('\n') || `exit code ${outcome.code}`;
  return { reason: `mmdebstrap could not make ${title}: ${reason}`, isUnreachable: UNREACHABLE.test(outcome.output) };
}
