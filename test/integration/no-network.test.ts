/** Every kind of command under strace: nothing is reached beyond this machine. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const PROGRAM = path.join(import.meta.dirname, '../../main/cli/transfusion.ts');
const STRACE = [
  'strace',
  '-ff',
  '--seccomp-bpf',
  '-qq',
  '-e',
  'trace=connect,sendto,sendmsg,sendmmsg',
  '-e',
  'signal=none',
];
const SPEC = ['name: s', 'dataset: d', 'protocol: retina', 'size: 32', 'batch: 8', 'steps: 4', 'models: [cbr-tiny]'];

const isTraced = spawnSync(STRACE[0] ?? '', [...STRACE.slice(1), '-o', '/dev/null', 'true']).status === 0;
/** Where a network with nobody in it cannot be made, Chromium may ask the system for a way to the Internet. */
const isAlone = spawnSync('unshare', ['--map-current-user', '--net', 'true']).status === 0;

/** Calls that reached an address of the Internet protocol that is not this machine's. */
const beyond = (trace: string): string[] =>
  trace.split('\n').filter((line) => {
    const reached = /\) += (\d|-1 EINPROGRESS)/.test(line);
    return reached && /AF_INET6?\b/.test(line) && !/"(127\.[\d.]+|::1|::ffff:127\.[\d.]+)"/.test(line);
  });

it.skipIf(!isTraced)('no command reaches beyond this machine', () => {
  const folder = makeTemporaryFolder('no-network');
  const at = (name: string): string => path.join(folder, name);
  fs.writeFileSync(at('study.yaml'), [...SPEC, 'inits: [random]', 'seeds: [0, 1]'].join('\n'));
  const commands = [
    ['phantom', 'fundus', '--out', at('data'), '--patients', '20', '--size', '64'],
    ['dataset', 'import', at('data'), '--name', 'd'],
    ['study', 'run', at('study.yaml')],
    ['study', 'results', 's'],
    ['study', 'similarity', 's'],
    ['study', 'bundle', 's', '--out', at('s.zip')],
    ['report', 's', '--out', at('report'), ...(isAlone ? [] : ['--no-pdf'])],
    ['doctor'],
  ];
  for (const [index, command] of commands.entries()) {
    const traces = at(`traces-${index}`);
    fs.mkdirSync(traces);
    const program = [process.execPath, PROGRAM, '--home', at('home'), ...command];
    execFileSync(STRACE[0] ?? '', [...STRACE.slice(1), '-o', path.join(traces, 'process'), ...program], {
      stdio: 'ignore',
    });
    const text = fs.readdirSync(traces).map((name) => fs.readFileSync(path.join(traces, name), 'utf8'));
    expect(beyond(text.join('')), command.join(' ')).toEqual([]);
  }
});

it('tells a call that reached somebody from others', () => {
  const far = 'connect(24, {sa_family=AF_INET6, sin6_port=htons(443), inet_pton(AF_INET6, "2001:db8::8", &a)}, 28) = ';
  const near = 'connect(18, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("127.0.0.1")}, 16) = 0';
  const none = 'sendto(4, "x", 1, MSG_NOSIGNAL, NULL, 0) = 1';
  expect(beyond([`${far}0`, `${far}-1 EADDRNOTAVAIL (no)`, near, none].join('\n'))).toEqual([`${far}0`]);
});
