import { describe, expect, it } from 'vitest';
import { methodsText, shortMethods, type MethodsInput } from '../../../main/report/text/methods.ts';
import { resolveProtocol, studySpecSchema, type StudySpecInput } from '../../../shared/study/study.ts';
import { datasetDetail } from './fixtures.ts';

function input(overrides: Partial<StudySpecInput> = {}, dataset: Partial<MethodsInput['dataset']> = {}): MethodsInput {
  const spec = studySpecSchema.parse({
    name: 'does transfer help',
    dataset: 'ds1',
    models: ['cbr-tiny'],
    inits: ['random', { transfer: 'natural' }],
    seeds: [0, 1, 2],
    ...overrides,
  });
  return { spec, protocol: resolveProtocol(spec), dataset: { ...datasetDetail(), ...dataset } };
}

describe('methodsText', () => {
  it('says what was stored, one paragraph a section', () => {
    const text = methodsText(input());
    expect(text.split('\n\n')).toHaveLength(6);
    expect(text).toContain('CBR-Tiny was trained with 5 outputs');
    expect(text).toContain('Adam (learning rate 0.001');
    expect(text).toContain('No field of the protocol was changed.');
    expect(text).toContain('seeds 0, 1 and 2');
    expect(text).toContain('each run scored the test set once');
    expect(text).toContain('“natural”');
  });

  it('names every override with the value of the protocol beside it', () => {
    const text = methodsText(
      input({
        size: 224,
        steps: 300,
        augmentation: { flipVertical: false },
        evaluateEverySteps: 50,
        optimizer: { kind: 'sgd', learningRate: 0.01 },
      }),
    );
    expect(text).toContain('image side 224 (protocol: 587)');
    expect(text).toContain('300 steps in place of epochs (protocol: 20 epochs)');
    expect(text).toContain('vertical flip off (protocol: on)');
    expect(text).toContain('evaluation interval 50 (protocol: once an epoch)');
    expect(text).toContain('optimiser stochastic gradient descent (learning rate 0.01, momentum 0.9) (protocol: Adam');
    expect(text).not.toContain('batch 8 (protocol');
  });

  it('says which arms saw images as their weights expect', () => {
    const set = { id: 'w', name: 'natural', origin: 'a file', sha256: 'f'.repeat(64), synthetic: false };
    const withSet = (
      normalisation: 'imagenet' | 'imagenet-bgr-mean',
      inits: StudySpecInput['inits'],
      own: Partial<StudySpecInput> = {},
    ) => methodsText({ ...input({ inits, ...own }), weights: [{ ...set, normalisation }] });
    const three: StudySpecInput['inits'] = ['random', { transfer: 'natural' }, { sampling: 'natural' }];
    // By default all arms of a model see the same; a study may say otherwise, and then the report does.
    expect(withSet('imagenet-bgr-mean', three)).not.toContain('standard deviation of the ImageNet');
    const both = withSet('imagenet-bgr-mean', three, { normalisation: 'imagenet' });
    expect(both).toContain('differ in that too');
    expect(both).toContain('standard deviation of the ImageNet channels (random); pixel values (0 to 255) were put');
    expect(both).toContain('blue, green, red');
    expect(both).toContain('(transfer(natural) and sampling(natural)). A network that starts from values');
    const same = withSet('imagenet', ['random', { transfer: 'natural' }]);
    expect(same).toContain(
      'pixel values were normalised by the mean and standard deviation of the ImageNet channels.\n',
    );
    const alone = withSet('imagenet-bgr-mean', [{ transfer: 'natural' }]);
    expect(alone).toContain('channel was subtracted.\n');
    expect(alone).not.toContain('standard deviation of the ImageNet');
  });

  it('describes every rule for single weights, and frozen stages', () => {
    const text = methodsText(
      input({
        inits: [
          { sampling: 'natural' },
          { shuffled: 'natural', bn: 'imagenet-transfer' },
          { random: true, freeze: 'block1' },
          { transfusion: 'natural', upto: 'block3', freeze: 'block2' },
        ],
      }),
    );
    expect(text).toContain(
      'sampling (each weight drawn independently, with replacement, from the values of that tensor',
    );
    expect(text).toContain('in a random order; batch-normalisation parameters copied)');
    expect(text).toContain('random initialisation, with the stages up to and including block1 frozen');
    expect(text).toContain(
      'up to and including block3, the rest random), with the stages up to and including block2 frozen',
    );
    expect(text).toContain('computed once');
    expect(methodsText(input({ augmentFrozen: true, inits: [{ random: true, freeze: 'block1' }] }))).toContain(
      'their images were augmented like all others',
    );
    expect(methodsText(input())).not.toContain('Frozen');
  });

  it('says which arms were run beside a grid', () => {
    const arms: StudySpecInput['arms'] = [
      { model: 'resnet50-slim', init: 'random' },
      { model: 'resnet50-slim', init: { transfusion: 'natural', upto: 'block2' }, train_sizes: [500] },
    ];
    const text = methodsText(input({ models: ['resnet50'], arms }));
    expect(text).toContain('were trained with 5 outputs (one sigmoid each) from 3 initialisations: random');
    expect(text).toContain('from random and transfer(natural);');
    expect(text).toContain('from random and transfusion(natural, block2) (500 images).');
    expect(text).toContain('Training-set sizes: all training images and 500 images;');
    expect(methodsText(input())).not.toContain('Not every combination');
    const listed: StudySpecInput['arms'] = [{ model: 'resnet50', init: { transfer: 'natural' } }];
    const whole = methodsText(input({ models: ['resnet50'], inits: ['random'], arms: listed }));
    expect(whole).not.toContain('Not every combination');
  });

  it('says when training stops early, and how labels are weighted', () => {
    const text = methodsText(input({ earlyStopping: { patience: 3, minDelta: 0.01 }, classWeights: 'balanced' }));
    expect(text).toContain('Training ended early when this AUC had not risen by more than 0.01 for 3 evaluations.');
    expect(text).toContain('early stopping after 3 evaluations without a gain of more than 0.01 (protocol: none)');
    expect(text).toContain('N / (2 N₊) for positive and N / (2 N₋) for negative labels');
    expect(text).toContain('class weights balanced (protocol: none)');
    expect(methodsText(input({ head: 'softmax', classWeights: 'balanced' }))).toContain('N / (K nₖ)');
    expect(methodsText(input())).not.toMatch(/early|weighted/);
  });

  it('chooses the interval by images per patient, and says where patients are not known', () => {
    expect(methodsText(input())).toContain('Obuchowski');
    const single = { patientIdKnown: false, splits: [], images: 10, patients: 10 };
    const text = methodsText(input({}, single));
    expect(text).toContain('DeLong');
    expect(text).toContain('No patient identifier was available');
    expect(text).not.toContain('no patient in more than one set');
  });

  it('says how smaller training sets were made, and which split was given', () => {
    const text = methodsText(
      input(
        { train_sizes: ['all', 200] },
        { splitConfig: { train: 0.7, validation: 0.1, test: 0.2, seed: 3, source: 'given' } },
      ),
    );
    expect(text).toContain('all training images and 200 images; smaller sets are stratified');
    expect(text).toContain('and the choice of smaller training sets');
    expect(text).toContain('is the one that the data set names; a part that it lacks was drawn by patient');
  });

  it('marks synthetic data and a single seed', () => {
    const text = methodsText(input({ seeds: [4] }, { synthetic: true }));
    expect(text).toContain('synthetic');
    expect(text).toContain('run once (seed 4)');
  });

  it('is shorter in a report, whose data section and appendix have the rest', () => {
    const short = shortMethods(input()).join(' ');
    expect(short).toContain('Patients were assigned at random');
    expect(short).toContain('primary comparison');
    expect(short).not.toMatch(/Sizes:|Obuchowski|McNemar/);
    expect(short.length).toBeLessThan(methodsText(input()).length / 1.5);
  });
});
