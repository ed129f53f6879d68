import { describe, expect, it } from 'vitest';
import { howToInstall, type Missing } from '../../../scripts/setup/requirements.mjs';

const python: Missing = { requirement: 'python', found: 'none on the path' };
const pip: Missing = { requirement: 'pip', found: 'no Python' };
const compiler: Missing = { requirement: 'compiler', found: 'g++ is not on the path' };
const make: Missing = { requirement: 'make', found: 'make is not on the path' };

describe('howToInstall', () => {
  it('names each missing thing, its purpose and what was found', () => {
    const lines = howToInstall([python, compiler], { manager: 'apt', isRoot: false });
    expect(lines[0]).toBe('- Python 3.8 or newer (unpacks TensorFlow and drives the compiler): none on the path');
    expect(lines[1]).toContain('C++17 compiler');
    expect(lines[1]).toContain('g++ is not on the path');
  });

  it('gives one command for the package manager that is there', () => {
    const lines = howToInstall([python, pip, compiler, make], { manager: 'apt', isRoot: false });
    expect(lines.filter((line) => line.includes('install'))).toEqual([
      '  Debian, Ubuntu:  sudo apt-get install -y python3 python3-pip g++ make',
    ]);
  });

  it('counts npm, which Debian packages apart from Node', () => {
    const npm: Missing = { requirement: 'npm', found: 'neither beside this Node nor on the path' };
    expect(howToInstall([npm, make], { manager: 'apt', isRoot: false }).join('\n')).toContain('install -y npm make');
    expect(howToInstall([npm], { manager: 'winget', isRoot: false }).join('\n')).toContain('OpenJS.NodeJS.LTS');
  });

  it('leaves sudo out for root', () => {
    expect(howToInstall([make], { manager: 'dnf', isRoot: true }).join('\n')).toContain('   dnf install -y make');
  });

  it('gives the lines of apt, dnf and winget where the package manager is not known', () => {
    const text = howToInstall([python, compiler], { manager: null, isRoot: false }).join('\n');
    expect(text).toContain('sudo apt-get install -y python3 g++');
    expect(text).toContain('sudo dnf install -y python3 gcc-c++');
    expect(text).toContain('winget install Python.Python.3.12');
    expect(text).toContain('winget install Microsoft.VisualStudio.2022.BuildTools --override');
  });

  it('does not offer packages for a C library', () => {
    const lines = howToInstall([{ requirement: 'glibc', found: 'this system has another C library' }], {
      manager: 'apk',
      isRoot: true,
    });
    expect(lines.join('\n')).not.toContain('To get it');
    expect(lines.join('\n')).toContain('Debian 10');
  });
});
