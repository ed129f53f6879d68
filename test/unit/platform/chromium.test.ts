import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createChromiumPrinter, findChromium } from '../../../main/platform/chromium.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const on = (platform: string, env: Record<string, string>, ...there: string[]) =>
  findChromium({ platform, env, exists: (file) => there.includes(file) });

describe('findChromium', () => {
  it('takes the chosen browser, or none where that is missing', () => {
    expect(on('linux', { TRANSFUSION_BROWSER: '/b', PATH: '/bin' }, '/b', '/bin/chromium')).toBe('/b');
    expect(on('linux', { TRANSFUSION_BROWSER: '/b', PATH: '/bin' }, '/bin/chromium')).toBeNull();
  });
  it('looks where each system keeps its browsers', () => {
    expect(on('linux', { PATH: '/x:/bin' }, '/bin/google-chrome', '/bin/chromium')).toBe('/bin/chromium');
    const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(on('darwin', { PATH: '/bin' }, mac)).toBe(mac);
    const edge = 'C:\\Programs\\Microsoft\\Edge\\Application\\msedge.exe';
    expect(on('win32', { ProgramFiles: 'C:\\Programs' }, edge)).toBe(edge);
    expect(on('linux', {})).toBeNull();
  });
});

describe('createChromiumPrinter', () => {
  let folder: string;
  beforeEach(() => (folder = makeTemporaryFolder('chromium')));

  /** A stand-in for the browser. */
  function program(script: string): string {
    const file = path.join(folder, 'browser');
    fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return file;
  }

  it.skipIf(process.platform === 'win32')('returns what the browser writes, with a profile of its own', async () => {
    const script = 'for a in "$@"; do case "$a" in --print-to-pdf=*) printf "%s" "$*" > "${a#*=}";; esac; done';
    const printer = createChromiumPrinter(() => program(script));
    const text = Buffer.from(await printer.print(path.join(folder, 'my report.html'))).toString();
    expect(text).toContain('--user-data-dir=');
    expect(text).toContain('MAP * ~NOTFOUND');
    expect(text).toMatch(/file:\/\/\/.*my%20report\.html$/);
  });

  it.skipIf(process.platform === 'win32')('ends what the browser leaves behind, and its folder is gone', async () => {
    const script = [
      'for a in "$@"; do case "$a" in --print-to-pdf=*) out="${a#*=}";; esac; done',
      'dir=$(dirname "$out")',
      '(while :; do mkdir -p "$dir/again"; done) &',
      'printf "%s %s" "$!" "$dir" > "$out"',
    ].join('\n');
    const printed = await createChromiumPrinter(() => program(script)).print(path.join(folder, 'report.html'));
    const [helper, place] = Buffer.from(printed).toString().split(' ') as [string, string];
    expect(fs.existsSync(place)).toBe(false);
    expect(() => process.kill(Number(helper), 0)).toThrow('ESRCH');
  });

  it.skipIf(process.platform === 'win32')(
    'gives its own folder as the temporary one, by a short path however long the folder is',
    async () => {
      const script =
        'for a in "$@"; do case "$a" in --print-to-pdf=*) printf "%s %s" "$TMPDIR" "$(pwd)" > "${a#*=}";; esac; done';
      const printed = await createChromiumPrinter(() => program(script)).print(path.join(folder, 'report.html'));
      expect(Buffer.from(printed).toString()).toMatch(/^\. \/.*\/pdf-\w+$/);
    },
  );

  it.skipIf(process.platform === 'win32')('says so where there is no browser, it fails or writes nothing', async () => {
    const page = path.join(folder, 'report.html');
    expect(createChromiumPrinter(() => null).available()).toBe(false);
    await expect(createChromiumPrinter(() => null).print(page)).rejects.toThrow('no browser of the Chromium family');
    await expect(createChromiumPrinter(() => program('exit 3')).print(page)).rejects.toThrow('the browser failed');
    await expect(createChromiumPrinter(() => program('exit 0')).print(page)).rejects.toThrow('wrote no PDF');
    await expect(createChromiumPrinter(() => '/no/such').print(page)).rejects.toThrow('could not be started');
  });
});
