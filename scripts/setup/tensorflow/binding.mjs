/**
 * The binding between Node and TensorFlow: tfjs-node's own source, compiled by node-gyp with the Node-API headers of
 * `node-api-headers`. Node-API is stable, so the same file serves Node and Electron of any version.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { capture } from '../children.mjs';
import { draftOf, remove, removeLeftovers } from '../files.mjs';
import { SetupError, step } from '../output.mjs';
import { node24, node24Environment } from '../node24.mjs';
import { NODE_MODULES, packageCommand, TFJS } from '../paths.mjs';
import { librariesOf } from './runtime.mjs';
import { NAPI_VERSION } from './sources.mjs';

export const BINDING = 'tfjs_binding.node';

/**
 * What node-gyp expects of Node's own build settings, reduced to what a Node-API addon needs. With these and
 * `node-api-headers`, nothing of a particular Node goes into the binding.
 */
const COMMON_GYPI = {
  variables: { 'visibility%': 'hidden' },
  target_defaults: {
    default_configuration: 'Release',
    configurations: { Release: { defines: ['NDEBUG'] } },
    cflags: ['-O2', '-fPIC', '-pthread', '-Wno-unused-result'],
    cflags_cc: ['-std=c++17'],
    msvs_settings: { VCCLCompilerTool: { AdditionalOptions: ['/std:c++17'] } },
  },
};

/**
 * Compiles into `folder` (made anew). The caller holds the cache's lock.
 * @param {{ runtime: string, folder: string, python: { command: string } }} params
 */
export async function compileBinding({ runtime, folder, python }) {
  // make cannot cope with spaces in paths.
  const beside = draftOf(folder);
  const work = /\s/.test(folder) ? fs.mkdtempSync(path.join(os.tmpdir(), 'transfusion-binding-')) : beside;
  removeLeftovers(path.dirname(folder));
  layOut(work, runtime);
  await step('compiling the binding between Node and TensorFlow (about 20 seconds)', async () => {
    const args = [
      packageCommand('node-gyp'),
      'rebuild',
      `--nodedir=${process.platform === 'win32' ? '' : path.join(work, 'node')}`,
      `--python=${python.command}`,
      '--module_name=tfjs_binding',
      '--module_path=out',
      `--napi_version=${NAPI_VERSION}`,
      `--napi_build_version=${NAPI_VERSION}`,
    ].filter((arg) => arg !== '--nodedir=');
    const outcome = await capture(node24(), args, { cwd: work, env: compilerEnvironment() });
    if (outcome.code !== 0) throw compileError(outcome.output, work);
  });
  const finished = path.join(work, 'finished');
  fs.mkdirSync(finished);
  fs.copyFileSync(path.join(work, 'build', 'Release', BINDING), path.join(finished, BINDING));
  remove(folder);
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  if (work === beside) fs.renameSync(finished, folder);
  else fs.cpSync(finished, folder, { recursive: true });
  remove(work);
}

/** @param {string} work @param {string} runtime */
function layOut(work, runtime) {
  fs.mkdirSync(path.join(work, 'deps'), { recursive: true });
  fs.cpSync(path.join(TFJS, 'binding'), path.join(work, 'binding'), { recursive: true });
  fs.copyFileSync(path.join(TFJS, 'binding.gyp'), path.join(work, 'binding.gyp'));
  linkFolder(librariesOf(runtime), path.join(work, 'deps', 'lib'));
  linkFolder(path.join(librariesOf(runtime), 'include'), path.join(work, 'deps', 'include'));
  const headers = path.join(work, 'node', 'include', 'node');
  fs.cpSync(path.join(NODE_MODULES, 'node-api-headers', 'include'), headers, { recursive: true });
  fs.writeFileSync(path.join(headers, 'common.gypi'), JSON.stringify(COMMON_GYPI));
  fs.writeFileSync(path.join(headers, 'config.gypi'), JSON.stringify({ target_defaults: {}, variables: {} }));
}

/** A link to a folder; on Windows a junction, which needs no special rights. @param {string} target @param {string} place */
export function linkFolder(target, place) {
  fs.symlinkSync(target, place, process.platform === 'win32' ? 'junction' : 'dir');
}

/** npm's settings would reach node-gyp as its own (for example a `nodedir` of this machine). */
function compilerEnvironment() {
  const env = node24Environment();
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_(config|package)_/i.test(name)));
}

/** @param {string} output @param {string} work */
function compileError(output, work) {
  const lines = output.trimEnd().split(/\r?\n/);
  const actions = lines.slice(-25).map((line) => `| ${line}`);
  if (/Could not find any Visual Studio|find VS/.test(output)) {
    actions.push(
      'Visual Studio Build Tools with the C++ workload are missing. To get them:',
      '  winget install Microsoft.VisualStudio.2022.BuildTools --override "--wait --passive --add Microsoft.VisualStudio.Workload.VCTools"',
    );
  }
  actions.push(`The sources that were compiled lie in ${work}. Run the same command again after putting it right.`);
  return new SetupError(
    'Compiling the binding between Node and TensorFlow failed; the end of what the tools said:',
    actions,
  );
}
