import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRendererFiles, type RendererFiles } from '../../../main/api/renderer-files.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

let root: string;
let files: RendererFiles;

beforeEach(() => {
  root = makeTemporaryFolder('renderer');
  fs.mkdirSync(path.join(root, 'dist', 'assets'), { recursive: true });
  fs.writeFileSync(path.join(root, 'secret.html'), 'secret');
  fs.writeFileSync(path.join(root, 'dist', 'index.html'), '<html>');
  fs.writeFileSync(path.join(root, 'dist', 'assets', 'app-1a2b.js'), 'run()');
  fs.writeFileSync(path.join(root, 'dist', '.env'), 'x');
  files = createRendererFiles(path.join(root, 'dist'));
});

const get = (address: string, init?: RequestInit) => files.serve(new Request(`http://127.0.0.1:1${address}`, init));

describe('renderer files', () => {
  it.each(['/', '/studies/1', '/index.html'])('answers %s with the page, to be asked for again', async (address) => {
    const response = await get(address);
    expect(await response.text()).toBe('<html>');
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('Cache-Control')).toBe('no-cache');
  });

  it('lets a browser keep files whose name carries their hash', async () => {
    const response = await get('/assets/app-1a2b.js');
    expect(response.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8');
    expect(response.headers.get('Cache-Control')).toMatch(/immutable/);
  });

  it('answers an unchanged file without its content', async () => {
    const etag = (await get('/')).headers.get('ETag') ?? '';
    const response = await get('/', { headers: { 'If-None-Match': etag } });
    expect(response.status).toBe(304);
    expect(await response.text()).toBe('');
  });

  it('answers HEAD without content', async () => {
    const response = await get('/', { method: 'HEAD' });
    expect(response.headers.get('Content-Length')).toBe('6');
    expect(await response.text()).toBe('');
  });

  it.each([
    '/assets/missing.js',
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/assets/..%5c..%5csecret.html',
    '//secret.html',
    '/.env',
    '/assets',
  ])('has nothing else: %s', async (address) => {
    const body = await (await get(address)).text();
    expect(body).not.toContain('secret');
    expect(body === '<html>' || body === 'There is no such file.\n').toBe(true);
  });

  it('refuses to be written to', async () => {
    expect((await get('/', { method: 'POST' })).status).toBe(405);
  });

  it('says what to do when it has not been built, and finds it once it has', async () => {
    const later = createRendererFiles(path.join(root, 'later'));
    const ask = () => later.serve(new Request('http://127.0.0.1:1/'));
    expect((await ask()).status).toBe(503);
    fs.renameSync(path.join(root, 'dist'), path.join(root, 'later'));
    expect((await ask()).status).toBe(200);
  });
});
