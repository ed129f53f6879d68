/** Runs in a clean machine: starts the command that it is given, opens the loopback address that it prints as a browser would, and ends it. */
import { spawn } from 'node:child_process';
import http from 'node:http';

/** @param {string | URL} url @param {string} [cookie] @returns {Promise<{ status: number | undefined, headers: http.IncomingHttpHeaders, body: string }>} */
function get(url, cookie) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers: cookie ? { cookie } : {} }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part) => (body += part));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    request.on('error', reject);
  });
}

/** The address with its token answers with a cookie and sends on to the app. @param {string} url */
async function open(url) {
  const first = await get(url);
  const cookie = (first.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; ');
  const { status, body } = await get(new URL(first.headers.location ?? '/', url), cookie);
  console.log(`answered: ${status} ${/<title>.*<\/title>/.exec(body)?.[0]}`);
}

const [command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
let printed = '';
/** @type {Promise<void> | null} */
let asked = null;
child.stdout.setEncoding('utf8').on('data', (text) => {
  process.stdout.write(text);
  printed += text;
  const url = /http:\/\/127\.0\.0\.1:\d+\S*(?=\s)/.exec(printed)?.[0];
  if (url) asked ??= open(url).finally(() => child.kill());
});
child.on('exit', () => process.exit(asked ? 0 : 1));
