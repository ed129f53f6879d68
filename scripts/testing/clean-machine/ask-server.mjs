/** Runs in a clean machine: starts the command that it is given, asks the loopback address that it prints, and ends it. */
import { spawn } from 'node:child_process';
import http from 'node:http';

const [command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
let printed = '';
let isAsked = false;
child.stdout.setEncoding('utf8').on('data', (text) => {
  process.stdout.write(text);
  printed += text;
  const url = /http:\/\/127\.0\.0\.1:\d+\S*(?=\s)/.exec(printed)?.[0];
  if (!url || isAsked) return;
  isAsked = true;
  http.get(url, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (part) => (body += part));
    response.on('end', () => {
      console.log(`answered: ${response.statusCode} ${/<title>.*<\/title>/.exec(body)?.[0]}`);
      child.kill();
    });
  });
});
child.on('exit', () => process.exit(isAsked ? 0 : 1));
