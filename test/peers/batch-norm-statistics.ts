/**
 * With which moving statistics of batch norm should a short run be scored? `node scripts/start-here.cjs run test/peers/batch-norm-statistics.ts`,
 * some minutes: Keras's rule, this app's warm-up, and statistics computed anew over training batches before each scoring ('precise BN', Wu and
 * Johnson 2021). All three score the same weights, since training does not read them. Prints the table of docs/decisions/014.
 */
import { auc } from '../../main/analysis/statistics/auc.ts';
import { parameterSpecs } from '../../main/engine/graph/definition.ts';
import { Network } from '../../main/engine/graph/network.ts';
import { initialise } from '../../main/engine/inits/initialise.ts';
import { MODELS } from '../../main/engine/models/catalogue.ts';
import type { NamedTensor } from '../../main/engine/tensors.ts';
import { loadTensorFlow } from '../../main/engine/tf.ts';
import { Parameters } from '../../main/engine/train/parameters.ts';
import { createTrainer } from '../../main/engine/train/trainer.ts';
import { augmentInto } from '../../main/images/augment.ts';
import { planPhantoms } from '../../main/phantoms/plan.ts';
import { MOVING_STATISTICS, PROTOCOLS } from '../../shared/study/protocol.ts';
import type { ModelId } from '../../shared/study/models.ts';
import { RandomStream } from '../../shared/system/random.ts';
import { formatNumber } from '../../shared/words/numbers.ts';

const SIZE = 64;
const TRAINING = 300;
const SCORED = 200;
const EVALUATIONS = [20, 50, 100, 200];
/** Training batches whose statistics are averaged. */
const PRECISE_BATCHES = 25;
/** Seeds of each model. */
const SEEDS: Partial<Record<ModelId, number>> = { 'cbr-tiny': 2, 'resnet50-slim': 2 };
const { batch, optimizer, normalisation, augmentation } = PROTOCOLS.retina;
const VALUES = SIZE * SIZE * 3;

const plan = planPhantoms({ kind: 'fundus', patients: (TRAINING + SCORED) / 2, size: SIZE, seed: 5 });
const table = (plan.tables[0]?.text ?? '').trim().split('\n').slice(1);
const labels = table.map((row) => (Number(row.split(',')[1]) >= 2 ? 1 : 0));
const pictures = plan.files.map((_, index) => square(plan.render(index).image));

/** The middle square of the image. */
function square({ width, height, data }: { width: number; height: number; data: Uint8Array }): Uint8Array {
  const [left, pixels] = [Math.floor((width - SIZE) / 2), new Uint8Array(VALUES)];
  if (height !== SIZE || left < 0) throw new RangeError(`Expected images at least ${SIZE} pixels wide and as high.`);
  for (let y = 0; y < SIZE; y++) {
    const from = (y * width + left) * 3;
    pixels.set(data.subarray(from, from + SIZE * 3), y * SIZE * 3);
  }
  return pixels;
}

/** A batch of images; augmented where a stream is given. */
function inputsOf(images: readonly number[], stream: RandomStream | null): Float32Array {
  const out = new Float32Array(images.length * VALUES);
  images.forEach((image, at) =>
    augmentInto({
      ...{ pixels: pictures[image] as Uint8Array, size: SIZE, normalisation, out, offset: at * VALUES },
      augmentation: stream === null ? null : augmentation,
      stream: stream ?? new RandomStream(0),
    }),
  );
  return out;
}

/** The weights with the mean of the moments of training batches, all with these weights, in place of the moving statistics. */
function withPreciseStatistics(model: ModelId, weights: readonly NamedTensor[]): NamedTensor[] {
  const tf = loadTensorFlow();
  const graph = MODELS[model].graph(1);
  const parameters = new Parameters(tf, parameterSpecs(graph), weights);
  let taken = 0;
  const network = new Network(tf, graph, parameters, { fuses: true, keepsOfPast: () => taken / (taken + 1) });
  const stream = new RandomStream(9, 'precise');
  for (; taken < PRECISE_BATCHES; taken++) {
    const images = Array.from({ length: batch }, () => stream.integer(TRAINING));
    const input = tf.upload([batch, SIZE, SIZE, 3], inputsOf(images, stream));
    tf.release(network.forward(input, 'training'), input);
    network.forget();
  }
  const found = parameters.read();
  parameters.dispose();
  return found;
}

const scoredImages = Array.from({ length: SCORED }, (_, i) => TRAINING + i);
const scoredInputs = inputsOf(scoredImages, null);

function score(probabilities: Float32Array): { loss: number; auc: number } {
  const known = scoredImages.map((image) => labels[image] as number);
  const losses = known.map((label, i) => {
    const p = Math.min(1 - 1e-7, Math.max(1e-7, probabilities[i] as number));
    return -Math.log(label === 1 ? p : 1 - p);
  });
  return { loss: losses.reduce((sum, value) => sum + value, 0) / SCORED, auc: auc(known, probabilities) ?? NaN };
}

for (const [model, seeds] of Object.entries(SEEDS) as [ModelId, number][]) {
  const rows = new Map<string, { loss: number; auc: number }[][]>();
  for (let seed = 0; seed < seeds; seed++) {
    const { tensors } = initialise({ model, outputs: 1, init: { kind: 'random' }, seed, pretrained: null });
    const options = { model, outputs: 1, head: 'sigmoid' as const, optimizer, size: SIZE, tensors };
    for (const movingStatistics of MOVING_STATISTICS) {
      const trainer = createTrainer({ ...options, movingStatistics });
      const stream = new RandomStream(seed, 'batches');
      for (let step = 1; step <= (EVALUATIONS.at(-1) ?? 0); step++) {
        const images = Array.from({ length: batch }, () => stream.integer(TRAINING));
        const wanted = Float32Array.from(images, (image) => labels[image] as number);
        trainer.trainStep(inputsOf(images, stream), wanted, optimizer.learningRate);
        if (!EVALUATIONS.includes(step)) continue;
        const add = (rule: string): void => {
          const found = rows.get(rule) ?? EVALUATIONS.map(() => []);
          found[EVALUATIONS.indexOf(step)]?.push(score(trainer.predict(scoredInputs, SCORED)));
          rows.set(rule, found);
        };
        add(movingStatistics);
        if (movingStatistics !== 'warm-up') continue;
        const weights = trainer.weights();
        trainer.restore(withPreciseStatistics(model, weights), trainer.optimizerState(), trainer.updates);
        add('precise');
        trainer.restore(weights, trainer.optimizerState(), trainer.updates);
      }
      trainer.dispose();
    }
  }
  for (const [rule, found] of rows) {
    const mean = (of: 'loss' | 'auc') =>
      found.map((scored) => formatNumber(scored.reduce((sum, value) => sum + value[of], 0) / seeds));
    const cells = [MODELS[model].name, rule, mean('loss').join(', '), mean('auc').join(', ')];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}
