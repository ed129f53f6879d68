/** What this machine must have for a step, and how to get what it lacks. Pure: probing is in `probe.mjs`. */

/**
 * @typedef {'npm' | 'python' | 'pip' | 'compiler' | 'make' | 'glibc'} Requirement
 * @typedef {{ requirement: Requirement, found: string }} Missing `found`: what was found instead
 * @typedef {'apt' | 'dnf' | 'zypper' | 'pacman' | 'apk' | 'winget' | 'brew'} PackageManager
 */

const NAMES = /** @type {const} */ ({
  npm: 'npm',
  python: 'Python 3.8 or newer',
  pip: 'pip for Python 3',
  compiler: 'a C++17 compiler',
  make: 'make',
  glibc: 'GNU C library 2.27 or newer',
});

const PURPOSE = /** @type {const} */ ({
  npm: 'fetches the packages',
  python: 'unpacks TensorFlow and drives the compiler',
  pip: 'downloads TensorFlow',
  compiler: 'compiles the small binding between Node and TensorFlow, once',
  make: 'drives the compiler',
  glibc: 'TensorFlow is built against it',
});

/** @type {Record<PackageManager, Record<Requirement, string[]>>} packages by their names there */
const PACKAGES = {
  apt: { npm: ['npm'], python: ['python3'], pip: ['python3-pip'], compiler: ['g++'], make: ['make'], glibc: [] },
  dnf: { npm: ['npm'], python: ['python3'], pip: ['python3-pip'], compiler: ['gcc-c++'], make: ['make'], glibc: [] },
  zypper: {
    npm: ['npm-default'],
    python: ['python3'],
    pip: ['python3-pip'],
    compiler: ['gcc-c++'],
    make: ['make'],
    glibc: [],
  },
  pacman: { npm: ['npm'], python: ['python'], pip: ['python-pip'], compiler: ['gcc'], make: ['make'], glibc: [] },
  apk: { npm: ['npm'], python: ['python3'], pip: ['py3-pip'], compiler: ['g++'], make: ['make'], glibc: [] },
  brew: { npm: ['node'], python: ['python'], pip: ['python'], compiler: ['gcc'], make: ['make'], glibc: [] },
  winget: {
    npm: ['OpenJS.NodeJS.LTS'],
    python: ['Python.Python.3.12'],
    pip: ['Python.Python.3.12'],
    compiler: ['Microsoft.VisualStudio.2022.BuildTools'],
    make: [],
    glibc: [],
  },
};

const COMMANDS = /** @type {const} */ ({
  apt: 'sudo apt-get install -y',
  dnf: 'sudo dnf install -y',
  zypper: 'sudo zypper install -y',
  pacman: 'sudo pacman -S --needed',
  apk: 'apk add',
  brew: 'brew install',
  winget: 'winget install',
});

const TITLES = /** @type {const} */ ({
  apt: 'Debian, Ubuntu',
  dnf: 'Fedora, RHEL',
  zypper: 'openSUSE',
  pacman: 'Arch',
  apk: 'Alpine',
  brew: 'macOS',
  winget: 'Windows',
});

/**
 * The lines that tell how to get what is missing: for the package manager that is there, or for the usual ones.
 * @param {Missing[]} missing
 * @param {{ manager: PackageManager | null, isRoot: boolean }} machine
 * @returns {string[]}
 */
export function howToInstall(missing, { manager, isRoot }) {
  const lines = missing.map(({ requirement, found }) => `- ${NAMES[requirement]} (${PURPOSE[requirement]}): ${found}`);
  const managers = manager ? [manager] : /** @type {PackageManager[]} */ (['apt', 'dnf', 'winget']);
  const commands = managers.flatMap((name) => installCommand(missing, name, isRoot));
  if (commands.length > 0) lines.push('To get it:', ...commands.map((command) => `  ${command}`));
  if (missing.some(({ requirement }) => requirement === 'glibc')) {
    lines.push(
      'Use a distribution with the GNU C library (Debian 10, Ubuntu 18.04, RHEL 9 or newer); Alpine cannot run TensorFlow.',
    );
  }
  lines.push('Then run the same command again.');
  return lines;
}

/** @param {Missing[]} missing @param {PackageManager} manager @param {boolean} isRoot @returns {string[]} */
function installCommand(missing, manager, isRoot) {
  const packages = [...new Set(missing.flatMap(({ requirement }) => PACKAGES[manager][requirement]))];
  if (packages.length === 0) return [];
  const command = COMMANDS[manager].replace(isRoot ? /^sudo / : /^$/, '');
  const title = `${TITLES[manager]}:`.padEnd(16);
  if (manager !== 'winget') return [`${title} ${command} ${packages.join(' ')}`];
  return packages.map(
    (name) =>
      `${title} ${command} ${name}${
        name.includes('BuildTools')
          ? ' --override "--wait --passive --add Microsoft.VisualStudio.Workload.VCTools"'
          : ''
      }`,
  );
}
