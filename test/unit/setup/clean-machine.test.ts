import { describe, expect, it } from 'vitest';
import { checksOf } from '../../../scripts/testing/clean-machine/checks.mjs';
import { CERTIFICATES, composeLoan, parsePipConfig } from '../../../scripts/testing/clean-machine/host.mjs';
import { documentedPackages } from '../../../scripts/testing/clean-machine/image.mjs';

const nothing = { env: {}, npmConfig: {}, pipConfig: {}, exists: () => true };

describe('composeLoan', () => {
  it('lends nothing where nothing is configured', () => {
    expect(composeLoan(nothing)).toEqual({ env: {}, certificateFiles: [] });
    expect(composeLoan({ ...nothing, npmConfig: { proxy: null, noproxy: [''] } }).env).toEqual({});
  });

  it('lends proxies and registries, and no other variable', () => {
    const { env } = composeLoan({
      ...nothing,
      env: { HTTPS_PROXY: 'http://proxy.test', PATH: '/bin', NODE_OPTIONS: '--inspect' },
      npmConfig: { registry: 'https://npm.test/', '//npm.test/:_authToken': 'secret', 'strict-ssl': true },
      pipConfig: {
        'index-url': 'https://pip.test/simple',
        'extra-index-url': 'file:///opt/a https://b.test file:///opt/c',
      },
    });
    expect(env).toEqual({
      HTTPS_PROXY: 'http://proxy.test',
      npm_config_registry: 'https://npm.test/',
      npm_config_strict_ssl: 'true',
      PIP_INDEX_URL: 'https://pip.test/simple',
      PIP_EXTRA_INDEX_URL: 'https://b.test',
    });
  });

  it('lends each certificate file once, under its name over there', () => {
    const { env, certificateFiles } = composeLoan({
      ...nothing,
      env: { SSL_CERT_FILE: '/a.pem', CURL_CA_BUNDLE: '/gone.pem' },
      npmConfig: { cafile: '/a.pem' },
      pipConfig: { cert: '/b.pem' },
      exists: (file) => file !== '/gone.pem',
    });
    expect(certificateFiles).toEqual(['/a.pem', '/b.pem']);
    expect(env).toMatchObject({ npm_config_cafile: CERTIFICATES, PIP_CERT: CERTIFICATES, SSL_CERT_FILE: CERTIFICATES });
  });
});

describe('parsePipConfig', () => {
  it('prefers the environment to files', () => {
    const text = ":env:.timeout='180'\nglobal.cert='/a.pem'\nglobal.timeout='15'\nuser.index-url='https://x.test'\n";
    expect(parsePipConfig(text)).toEqual({ timeout: '180', cert: '/a.pem', 'index-url': 'https://x.test' });
  });
});

describe('a clean machine', () => {
  it('has the packages that docs/setup.md names', () => {
    expect(documentedPackages()).toEqual(['nodejs', 'npm', 'python3', 'python3-pip', 'g++', 'make']);
    expect(documentedPackages('| a | b | `apt install x y` |\n| c | d | e |\n| f | g | `apt install z` | h |')).toEqual(
      ['x', 'y', 'z'],
    );
  });

  it('runs all of npm test at the whole level only', () => {
    const added = checksOf(true).filter((check) => !checksOf(false).includes(check));
    expect(added.map(({ title }) => title)).toEqual(['`npm test`, whole']);
  });
});
