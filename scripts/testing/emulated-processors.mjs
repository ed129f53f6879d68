/**
 * Runs the native kernels on processors that this machine is not: node scripts/testing/emulated-processors.mjs [avx512|avx2|plain ...]
 *
 * The very objects that the set-up compiles are linked with test/unit/engine/native/driver.cc into one static program, which a Linux
 * kernel starts on Bochs, an emulator that interprets each instruction. For Debian 12 on x86-64, without administrator rights: the
 * packages are downloaded by apt-get and unpacked into the cache. Minutes a processor, and so not part of `npm test`.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { capture } from '../setup/children.mjs';
import { printError, say, SetupError, step } from '../setup/output.mjs';
import { cacheFolder, ROOT } from '../setup/paths.mjs';
import { COMMON_OPTIONS, KERNEL_SOURCES, OPTIONS_OF } from '../setup/tensorflow/kernels.mjs';

/** Processors of Bochs by the widest instruction set that the kernels have for them. @type {Record<string, string>} */
const PROCESSORS = { avx512: 'corei7_skylake_x', avx2: 'corei7_haswell_4770', plain: 'core2_penryn_t9600' };
const PACKAGES = [
  ...['bochs', 'bochs-term', 'bochsbios', 'vgabios', 'libsamplerate0'],
  ...['isolinux', 'syslinux-common', 'genisoimage', 'busybox-static'],
];
const DRIVER = path.join(ROOT, 'test', 'unit', 'engine', 'native', 'driver.cc');
const PATIENCE_MS = 60 * 60 * 1000;

const folder = path.join(cacheFolder(), 'emulated-processors');
const at = (/** @type {string[]} */ ...parts) => path.join(folder, ...parts);

/** @param {string} command @param {string[]} args @param {string} [cwd] @returns {Promise<string>} what it printed */
async function must(command, args, cwd = folder) {
  const { code, output } = await capture(command, args, { cwd });
  if (code === 0) return output;
  throw new SetupError(`${command} ended with code ${code}: ${output.trim().split('\n').slice(-6).join('\n')}`, [
    'This script is for Debian 12 on x86-64 with apt-get, dpkg, gzip, g++ and script.',
  ]);
}

async function unpackPackages() {
  if (fs.existsSync(at('unpacked'))) return;
  fs.rmSync(at('packages'), { recursive: true, force: true });
  fs.mkdirSync(at('packages'), { recursive: true });
  // The package of this name only says which kernel is the newest.
  const kernel = /Depends: (linux-image-\S+)/.exec(
    await must('apt-cache', ['depends', 'linux-image-cloud-amd64']),
  )?.[1];
  if (!kernel) throw new SetupError('apt-cache knows no linux-image-cloud-amd64.', ['Run apt-get update.']);
  await must('apt-get', ['download', ...PACKAGES, kernel], at('packages'));
  for (const file of fs.readdirSync(at('packages'))) await must('dpkg', ['-x', at('packages', file), at('draft')]);
  fs.renameSync(at('draft'), at('unpacked'));
}

async function compileDriver() {
  const sets = fs.readdirSync(KERNEL_SOURCES).filter((name) => name.startsWith('instruction-set-'));
  const others = ['workers.cc', 'scratch.cc', 'processor.cc'];
  const objects = await Promise.all(
    [...sets, ...others].map(async (name) => {
      const object = at(`${name}.o`);
      await must('g++', [
        ...COMMON_OPTIONS,
        ...(OPTIONS_OF[name] ?? []),
        `-I${KERNEL_SOURCES}`,
        '-c',
        path.join(KERNEL_SOURCES, name),
        '-o',
        object,
      ]);
      return object;
    }),
  );
  await must('g++', [...COMMON_OPTIONS, `-I${KERNEL_SOURCES}`, DRIVER, ...objects, '-static', '-o', at('driver')]);
}

/** A disc that boots into the driver. @param {string} set */
async function makeDisc(set) {
  fs.rmSync(at('root'), { recursive: true, force: true });
  fs.rmSync(at('disc'), { recursive: true, force: true });
  for (const name of ['bin', 'proc', 'sys', 'dev']) fs.mkdirSync(at('root', name), { recursive: true });
  fs.mkdirSync(at('disc', 'isolinux'), { recursive: true });
  fs.copyFileSync(at('unpacked', 'bin', 'busybox'), at('root', 'bin', 'busybox'));
  fs.copyFileSync(at('driver'), at('root', 'driver'));
  // Bochs writes the serial port to its file in blocks, and Linux powers off with lines still in its own: dots push the last ones out.
  const init = [
    '#!/bin/busybox sh',
    ...['/bin/busybox mount -t proc none /proc', '/bin/busybox mount -t sysfs none /sys'],
    "/bin/busybox grep -m1 'model name' /proc/cpuinfo",
    `/driver few ${set}`,
    'echo "driver ended with $?"',
    '/bin/busybox yes . | /bin/busybox head -c 8192',
    '/bin/busybox sleep 10',
    '/bin/busybox poweroff -f',
  ];
  fs.writeFileSync(at('root', 'init'), `${init.join('\n')}\n`, { mode: 0o755 });
  await must('sh', ['-c', `find . | ./bin/busybox cpio -o -H newc | gzip -1 > ../disc/initrd.gz`], at('root'));
  const kernel = fs.readdirSync(at('unpacked', 'boot')).find((name) => name.startsWith('vmlinuz-'));
  fs.copyFileSync(at('unpacked', 'boot', /** @type {string} */ (kernel)), at('disc', 'vmlinuz'));
  fs.copyFileSync(at('unpacked', 'usr/lib/ISOLINUX/isolinux.bin'), at('disc', 'isolinux', 'isolinux.bin'));
  fs.copyFileSync(at('unpacked', 'usr/lib/syslinux/modules/bios/ldlinux.c32'), at('disc', 'isolinux', 'ldlinux.c32'));
  // Bochs 2.7 tells a wrong size for the compacted form of saved registers; without that form Linux believes it and allows AVX-512.
  const options =
    'console=ttyS0 rdinit=/init clearcpuid=xsavec,xsaves nokaslr mitigations=off tsc=reliable panic=1 quiet';
  const menu = ['default linux', 'prompt 0', 'label linux', 'kernel /vmlinuz', `append initrd=/initrd.gz ${options}`];
  fs.writeFileSync(at('disc', 'isolinux', 'isolinux.cfg'), `${menu.join('\n')}\n`);
  const boot = ['-b', 'isolinux/isolinux.bin', '-c', 'isolinux/boot.cat', '-no-emul-boot', '-boot-load-size', '4'];
  await must(at('unpacked/usr/bin/genisoimage'), [
    '-quiet',
    '-o',
    at('boot.iso'),
    ...boot,
    '-boot-info-table',
    at('disc'),
  ]);
}

/** @param {string} model @returns {Promise<string>} what the serial port said */
async function emulate(model) {
  // Relative paths: Bochs 2.7 dies of long ones.
  const share = 'unpacked/usr/share';
  const libraries = 'unpacked/usr/lib/x86_64-linux-gnu';
  const serial = at(`${model}.txt`);
  fs.rmSync(serial, { force: true });
  const settings = [
    ...['config_interface: textconfig', 'display_library: term', 'memory: guest=512, host=512'],
    ...[`romimage: file=${share}/bochs/BIOS-bochs-latest`, `vgaromimage: file=${share}/vgabios/vgabios.bin`],
    ...[`cpu: model=${model}, count=1, ips=50000000, reset_on_triple_fault=0`, 'clock: sync=none, time0=utc'],
    'ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14',
    ...['ata0-master: type=cdrom, path=boot.iso, status=inserted', 'boot: cdrom'],
    ...[`com1: enabled=1, mode=file, dev=${model}.txt`, `log: ${model}.log`],
    ...['panic: action=fatal', 'error: action=report', 'info: action=ignore'],
  ];
  fs.writeFileSync(at(`${model}.rc`), `${settings.join('\n')}\n`);
  // Debian's build begins in its debugger.
  fs.writeFileSync(at('continue'), 'c\n');
  const command = `unpacked/usr/bin/bochs-bin -q -f ${model}.rc -rc continue`;
  const plugins = `${libraries}/bochs/plugins`;
  // Its text screen wants a terminal.
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: folder,
    stdio: ['ignore', fs.openSync(at(`${model}.screen`), 'w'), 'inherit'],
    env: {
      ...process.env,
      TERM: 'linux',
      BXSHARE: `${share}/bochs`,
      LD_LIBRARY_PATH: `${libraries}:${plugins}`,
      LTDL_LIBRARY_PATH: plugins,
    },
  });
  const said = () => (fs.existsSync(serial) ? fs.readFileSync(serial, 'latin1').replaceAll('\r', '') : '');
  let hasEnded = false;
  child.on('error', () => (hasEnded = true)).on('exit', () => (hasEnded = true));
  const until = Date.now() + PATIENCE_MS;
  while (!hasEnded && Date.now() < until && !/driver ended with \d+\n/.test(said())) await sleep(1000);
  child.kill();
  return said();
}

try {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !(name in PROCESSORS));
  if (unknown) throw new SetupError(`Expected ${Object.keys(PROCESSORS).join(', ')}, got "${unknown}".`, []);
  fs.mkdirSync(folder, { recursive: true });
  await step('fetching the emulator and a kernel', unpackPackages);
  await step('compiling the kernels and their driver', compileDriver);
  for (const name of wanted.length > 0 ? wanted : Object.keys(PROCESSORS)) {
    const model = /** @type {string} */ (PROCESSORS[name]);
    await makeDisc(name);
    const lines = (await step(`${name}: emulating ${model} (minutes)`, () => emulate(model))).split('\n');
    for (const line of lines.filter((text) => /^model name|^processor:|^case|done$|error|^driver ended/.test(text)))
      say(`  ${line}`);
    const isGood = lines.includes('driver ended with 0') && lines.some((line) => line.endsWith(`, takes ${name}`));
    if (!isGood) process.exitCode = 1;
    say(isGood ? `${name}: good` : `${name}: failed; the whole output is in ${at(`${model}.txt`)}`);
  }
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
