import { describe, expect, it } from 'vitest';
import { findBrowser } from '../../../scripts/setup/browser.mjs';

const find = (files: string[], env: Record<string, string>, platform = 'linux'): string | null =>
  findBrowser({ env, platform, exists: (file: string) => files.includes(file) });

describe('findBrowser', () => {
  it('prefers what the user names', () => {
    const env = { TRANSFUSION_BROWSER: '/opt/mine', PATH: '/usr/bin' };
    expect(find(['/opt/mine', '/usr/bin/chromium'], env)).toBe('/opt/mine');
    expect(find(['/usr/bin/chromium'], env)).toBeNull();
  });

  it('searches the path, Chromium first', () => {
    const env = { PATH: '/a:/usr/bin' };
    expect(find(['/usr/bin/google-chrome', '/usr/bin/chromium'], env)).toBe('/usr/bin/chromium');
    expect(find(['/a/microsoft-edge'], env)).toBe('/a/microsoft-edge');
    expect(find([], env)).toBeNull();
  });

  it('knows where Windows keeps Chrome and Edge', () => {
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
    expect(find([edge], { 'ProgramFiles(x86)': 'C:\\Program Files (x86)' }, 'win32')).toBe(edge);
  });
});
