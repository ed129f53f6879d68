/**
 * One clean machine: a folder that holds a system, entered with mounts and processes of its own, as an ordinary user without any
 * capability. Everything that runs in it ends with the command that started it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { capture } from '../../setup/children.mjs';
import { ROOT } from '../../setup/paths.mjs';
import { CERTIFICATES } from './host.mjs';
import { MACHINES_FOLDER } from './image.mjs';

/** Where the clone of the project lies in the machine. */
export const CLONE = '/home/lab/transfusion-lab';
/** Another one, never used before. */
export const SECOND_CLONE = '/home/lab/second-clone';
/** A disk that is too small, where a command asks for it. */
export const SMALL_DISK = '/small';
/** More than any command takes. */
const LIMIT_MS = 30 * 60_000;
const IS_ROOT = process.getuid?.() === 0;

/** Without root, the rights over the mounts are those of a user namespace. */
const NAMESPACES = [
  ...(IS_ROOT ? [] : ['--user', '--map-root-user', '--map-auto']),
  ...['--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child'],
];

/** Run by sh with the machine's folder, the size of the small disk or '', and the command. */
const ENTER = `
set -e
root=$1 small=$2; shift 2
# chroot lies where an ordinary user's path does not lead.
PATH=$PATH:/usr/sbin:/sbin
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
if [ -n "$small" ]; then
  mkdir -p "$root${SMALL_DISK}"
  mount -t tmpfs -o "size=$small,mode=1777" tmpfs "$root${SMALL_DISK}"
fi
exec chroot "$root" setpriv --reuid=1000 --regid=1000 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
`;

/**
 * @typedef {object} CommandOptions
 * @property {Record<string, string>} [env]
 * @property {boolean} [network] false: none, not even loopback
 * @property {string} [smallDisk] size of the disk at SMALL_DISK, as mount takes it
 * @property {string} [cwd]
 */

/** @returns {Promise<string | null>} why there can be no clean machines here, as a sentence */
export async function whyImpossible() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'Clean machines are made on Linux on x86-64 only.';
  for (const program of ['mmdebstrap', 'unshare', 'tar', 'git']) {
    if ((await capture(program, ['--version'])).code === 0) continue;
    return `${program} was not found; on Debian and Ubuntu: apt-get install mmdebstrap uidmap util-linux tar git`;
  }
  const { code, output } = await capture('unshare', [...NAMESPACES, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  if (code === 0) return null;
  return `This user may not mount anything, neither as root nor in a user namespace: ${output.trim().split('\n')[0]}`;
}

/** A clean machine from an archive, with a clone of HEAD. @param {string} archive @param {import('./host.mjs').Loan} loan */
export async function createMachine(archive, loan) {
  const folder = fs.mkdtempSync(path.join(MACHINES_FOLDER, 'machine-'));
  const root = path.join(folder, 'root');
  fs.mkdirSync(root);
  const unpack = [
    'tar',
    '--extract',
    '--numeric-owner',
    '--exclude=./dev/*',
    `--file=${archive}`,
    `--directory=${root}`,
  ];
  await must('unshare', [...NAMESPACES, ...unpack]);
  await must('git', ['clone', '--quiet', '--depth=1', `file://${ROOT}`, path.join(folder, 'clone')]);
  const certificates = loan.certificateFiles.map((file) => fs.readFileSync(file, 'utf8')).join('\n');
  fs.writeFileSync(path.join(folder, 'certificates.pem'), certificates);
  // The clone belongs to the ordinary user, as if that user had made it.
  for (const place of [CLONE, SECOND_CLONE]) {
    await asRoot(`cp -r "$1/clone" "$1/root${place}"; chown -R 1000:1000 "$1/root${place}"`, folder);
  }
  await asRoot(`cp "$1/certificates.pem" "$1/root${CERTIFICATES}"; chmod 644 "$1/root${CERTIFICATES}"`, folder);
  await asRoot(
    'for f in resolv.conf hosts; do cp -L "/etc/$f" "$1/root/etc/$f"; chmod 644 "$1/root/etc/$f"; done',
    folder,
  );

  return {
    /**
     * Runs a program as the ordinary user, in the clone.
     * @param {string[]} command @param {CommandOptions} [options]
     * @returns {Promise<{ code: number | null, output: string }>}
     */
    run(command, { env = {}, network = true, smallDisk = '', cwd = CLONE } = {}) {
      const own = { HOME: '/home/lab', USER: 'lab', PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' };
      const variables = Object.entries({ ...own, ...loan.env, ...env }).map(([name, value]) => `${name}=${value}`);
      const inside = ['env', '-i', ...variables, 'sh', '-c', 'cd "$0" && exec "$@"', cwd, ...command];
      const namespaces = [...NAMESPACES, ...(network ? [] : ['--net'])];
      return runLimited('unshare', [...namespaces, 'sh', '-c', ENTER, 'enter', root, smallDisk, ...inside]);
    },

    /** Takes programs away, runs `work` and puts them back. @template T @param {string[]} files absolute, in the machine @param {() => Promise<T>} work */
    async without(files, work) {
      const moves = (/** @type {string} */ from, /** @type {string} */ to) =>
        files.map((file) => `mv "$1/root${file}${from}" "$1/root${file}${to}"`).join('; ');
      await asRoot(moves('', '.away'), folder);
      try {
        return await work();
      } finally {
        await asRoot(moves('.away', ''), folder);
      }
    },

    /** Absolute names in the machine of the programs that match. @param {RegExp} pattern */
    programs(pattern) {
      return fs
        .readdirSync(path.join(root, 'usr', 'bin'))
        .map((name) => `/usr/bin/${name}`)
        .filter((file) => pattern.test(file));
    },

    /** Copies a file or folder of this machine into it. @param {string} source @param {string} target absolute, in the machine */
    async copyIn(source, target) {
      await asRoot(`cp -r "$2" "$1/root${target}"`, folder, source);
    },

    async remove() {
      await asRoot('rm -rf "$1"', folder);
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof createMachine>>} Machine */

/** Removes the machines of tests that were killed. The caller is the only test at work. */
export async function removeLeftoverMachines() {
  const names = fs.existsSync(MACHINES_FOLDER) ? fs.readdirSync(MACHINES_FOLDER) : [];
  for (const name of names.filter((one) => one.startsWith('machine-'))) {
    await asRoot('rm -rf "$1"', path.join(MACHINES_FOLDER, name));
  }
}

/** A line of shell with the rights over the machine's files. @param {string} script @param {string[]} args as $1, $2 */
function asRoot(script, ...args) {
  return must('unshare', [...NAMESPACES, 'sh', '-ec', script, 'sh', ...args]);
}

/** @param {string} command @param {string[]} args */
async function must(command, args) {
  const { code, output } = await capture(command, args);
  if (code !== 0)
    throw new Error(`${command} ended with code ${code}: ${output.trim().split('\n').slice(-3).join(' ')}`);
}

/**
 * A command that hangs fails.
 * @param {string} command @param {string[]} args
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function runLimited(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const timer = setTimeout(() => {
      output += '\n(ended: it did not come to an end by itself)';
      child.kill('SIGKILL');
    }, LIMIT_MS);
    const end = () => void child.kill('SIGKILL');
    process.once('exit', end);
    child.on('error', (error) => (output += error.message));
    child.on('close', (code) => {
      clearTimeout(timer);
      process.off('exit', end);
      resolve({ code, output });
    });
  });
}
