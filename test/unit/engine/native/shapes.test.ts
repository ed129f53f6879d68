/** Static shapes of the native ops in a graph, which nothing but graphs asks for: by a program of TensorFlow's C interface. */
import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { bindingFolder } from '../../../../main/engine/tf.ts';
import { COMMON_OPTIONS, KERNEL_SOURCES, kernelSources } from '../../../../scripts/setup/tensorflow/kernels.mjs';
import { makeTemporaryFolder } from '../../../support/temporary-folder.ts';

const run = promisify(execFile);
const libraries = fs.realpathSync(path.join(bindingFolder(), '..', '..', 'deps', 'lib'));
const folder = makeTemporaryFolder('shapes');

type Case = [title: string, question: string, answer: string | RegExp];
const BOTH = 'TransfusionConv2DGradients';
const CASES: Case[] = [
  ['known', 'TransfusionConv2D 2,8,9,3 5,5,3,4', '2,8,9,4'],
  ['unknown batch', 'TransfusionConv2D ?,8,9,3 5,5,3,4', '?,8,9,4'],
  ['unknown batch and sides', 'TransfusionConv2D ?,?,?,3 7,7,3,4', '?,?,?,4'],
  ['nothing known of the image', 'TransfusionConv2D * 7,7,3,4', '?,?,?,4'],
  ['nothing known at all', 'TransfusionConv2D * *', '?,?,?,?'],
  ['unknown channels', 'TransfusionConv2D 1,8,9,? 3,3,?,4', '1,8,9,4'],
  ['empty batch', 'TransfusionConv2D 0,8,9,3 5,5,3,4', '0,8,9,4'],
  ['largest kernel', 'TransfusionConv2D 1,8,9,3 11,11,3,4', '1,8,9,4'],
  ['wrong rank', 'TransfusionConv2D 8,9,3 5,5,3,4', /Shape must be rank 4 but is rank 3.*TransfusionConv2D.*\[8,9,3\]/],
  ['wrong rank of the kernel', 'TransfusionConv2D 1,8,9,3 5,5', /rank 4 but is rank 2.*TransfusionConv2D.*\[5,5\]/],
  [
    'channels',
    'TransfusionConv2D 1,8,9,2 5,5,3,4',
    /expected as many channels in x as inputs of the kernel, got 2 and 3.*TransfusionConv2D.*\[1,8,9,2\], \[5,5,3,4\]/,
  ],
  ['even side', 'TransfusionConv2D 1,8,9,3 4,4,3,4', /side of 3, 5, 7, 9 or 11, got 4.*TransfusionConv2D.*\[4,4,3,4\]/],
  ['side 13', 'TransfusionConv2D 1,8,9,3 13,13,3,4', /side of 3, 5, 7, 9 or 11, got 13.*TransfusionConv2D.*\[13,13/],
  ['not square', 'TransfusionConv2D 1,8,9,3 3,5,3,4', /expected a square kernel, got 3 and 5.*TransfusionConv2D/],
  ['input gradient', 'TransfusionConv2DInputGradient 5,5,3,4 ?,8,9,4', '?,8,9,3'],
  ['its channels', 'TransfusionConv2DInputGradient 5,5,3,4 ?,8,9,3', /channels in dy.*got 3 and 4.*InputGradient/],
  ['kernel gradient', 'TransfusionConv2DKernelGradient ?,8,9,3 5,5,3,4 ?,8,9,4', '5,5,3,4'],
  ['kernel gradient of no images', 'TransfusionConv2DKernelGradient 0,8,9,3 5,5,3,4 0,8,9,4', '5,5,3,4'],
  ['both gradients', `${BOTH} ?,8,9,3 5,5,3,4 ?,8,9,4`, '?,8,9,3 5,5,3,4'],
  ['another batch', `${BOTH} 2,8,9,3 5,5,3,4 3,8,9,4`, /dy of the same batch, height and width as x, got 2 and 3/],
  ['norm', 'TransfusionNorm ?,8,9,3 3 3', '?,8,9,3 3 3'],
  ['norm and ReLU', 'TransfusionNormRelu 0,8,9,3 3 3', '0,8,9,3 3 3'],
  ['pooled', 'TransfusionNormReluPool ?,8,9,3 3 3', '?,4,5,3 ?,4,5,3 3 3'],
  // Half of what is not known could only be said by arithmetic on unknown sides, which the C interface does not have.
  ['pooled, unknown sides', 'TransfusionNormReluPool 2,?,?,3 3 3', '* * 3 3'],
  ['added', 'TransfusionNormAddRelu 2,8,9,3 3 3 2,8,9,3', '2,8,9,3 3 3'],
  ['inference', 'TransfusionNormReluPoolInference 2,7,9,3 3 3 3 3', '2,4,5,3'],
  ['added, inference', 'TransfusionNormAddReluInference ?,8,9,3 3 3 3 3 ?,8,9,3', '?,8,9,3'],
  ['pooled, gradient', 'TransfusionNormReluPoolGradient ?,4,5,3 ?,4,5,3 ?,4,5,3 ?,8,9,3 3 3 3 3', '?,8,9,3 3 3'],
  ['added, gradient', 'TransfusionNormAddReluGradient ?,8,9,3 ?,8,9,3 ?,8,9,3 3 3 3 3', '?,8,9,3 3 3 ?,8,9,3'],
  [
    'gamma',
    'TransfusionNormReluPool 2,8,9,3 4 3',
    /expected one value a channel of x, got 4 and 3.*NormReluPool.*\[4\]/,
  ],
  ['rank of gamma', 'TransfusionNorm 2,8,9,3 3,1 3', /Shape must be rank 1 but is rank 2.*TransfusionNorm/],
  ['rank of x', 'TransfusionNormRelu 2,8,3 3 3', /Shape must be rank 4 but is rank 3.*TransfusionNormRelu.*\[2,8,3\]/],
];

describe.runIf(process.platform === 'linux')('in a graph', () => {
  let answers: string[] = [];

  beforeAll(async () => {
    const own = kernelSources('x64').filter((name) => name !== 'addon.cc' && !name.startsWith('instruction-set-'));
    const sources = [
      ...own.map((name) => path.join(KERNEL_SOURCES, name)),
      path.join(import.meta.dirname, 'shapes-driver.cc'),
    ];
    const program = path.join(folder, 'shapes');
    const options = [...COMMON_OPTIONS, '-O0', `-I${KERNEL_SOURCES}`, `-I${libraries}/include`, `-L${libraries}`];
    const link = [`-Wl,-rpath,${libraries}`, '-ltensorflow', '-ltensorflow_framework', '-o', program];
    await run(process.env.CXX ?? 'g++', [...options, ...sources, ...link]);
    const input = `${CASES.map(([, question]) => question).join('\n')}\n`;
    const { stdout, stderr } = spawnSync(program, { input, encoding: 'utf8', env: { TF_CPP_MIN_LOG_LEVEL: '2' } });
    answers = stdout.trimEnd().split('\n');
    expect(answers.length, stderr).toBe(CASES.length);
  });

  test.each(CASES.map((one, index) => [index, ...one] as const))('%i %s: %s', (index, _, __, answer) => {
    if (typeof answer === 'string') expect(answers[index]).toBe(answer);
    else expect(answers[index]).toMatch(answer);
  });
});
