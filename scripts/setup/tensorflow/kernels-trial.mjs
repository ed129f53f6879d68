/**
 * Started by the set-up in a process of its own, with the paths of the binding and of the freshly compiled addon: loads both and lets
 * every instruction set of this processor compute. Ends with an error, or dies, where training had better take TensorFlow's own ops.
 */
import { createRequire } from 'node:module';

const [bindingFile = '', addonFile = ''] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const binding = require(bindingFile);
const { supportedSets } = require(addonFile);

const FLOAT = 1;
const TEXT_ATTRIBUTE = 0;
const SIDE = 5;
// In the middle of a picture of ones, a kernel of ones sees them all.
const ones = new Float32Array(SIDE * SIDE).fill(1);
const image = binding.createTensor([1, SIDE, SIDE, 1], FLOAT, ones);
const kernel = binding.createTensor([SIDE, SIDE, 1, 1], FLOAT, ones);
for (const value of supportedSets.split(' ')) {
  const attributes = [{ name: 'instruction_set', type: TEXT_ATTRIBUTE, value }];
  const [output] = binding.executeOp('TransfusionConv2D', attributes, [image, kernel], 1);
  const middle = binding.tensorDataSync(output.id)[(SIDE * SIDE - 1) / 2];
  if (!(Math.abs(middle - SIDE * SIDE) < 1e-3))
    throw new Error(`${value}: a sum of ${SIDE * SIDE} ones came out as ${middle}`);
}
