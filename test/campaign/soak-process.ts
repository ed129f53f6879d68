/** Trains a tiny network for so many steps as the argument says and prints what {@link watchGrowth} saw, as JSON. */
import { cbrGraph } from '../../main/engine/models/cbr.ts';
import { watchGrowth } from '../../main/engine/train/benchmark.ts';
import { createGraphTrainer } from '../../main/engine/train/trainer.ts';
import { someImages, someLabels, someTensors } from '../unit/engine/support/networks.ts';

const [outputs, size, batch] = [3, 16, 4];
const graph = cbrGraph({ kernelSize: 3, widths: [4, 8], poolAfterLast: true, outputs });
const trainer = createGraphTrainer({
  graph,
  outputs,
  head: 'sigmoid',
  optimizer: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  size,
  tensors: someTensors(graph),
});
const [images, labels] = [someImages(batch, size), someLabels(batch, outputs)];
const samples = watchGrowth(trainer, () => trainer.trainStep(images, labels, 1e-3), Number(process.argv[2]));
console.log(JSON.stringify(samples));
