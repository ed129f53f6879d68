import { describe, expect, it } from 'vitest';
import { checkInitialisation } from '../../../main/engine/inits/initialise.ts';
import { describeModels, MODELS } from '../../../main/engine/models/catalogue.ts';
import { parameterSpecs } from '../../../main/engine/graph/definition.ts';
import { elementCount, type NamedTensor } from '../../../main/engine/tensors.ts';
import { MODEL_IDS, weightsOf, type ModelId } from '../../../shared/study/models.ts';
import { expandArms, repeatedArm, studySpecSchema, type StudySpec } from '../../../shared/study/study.ts';
import { TEMPLATE_IDS, type TemplateId } from '../../../shared/templates/template-ids.ts';
import { hasPaperNumbers, paperNumber } from '../../../shared/templates/template-paper.ts';
import { buildTemplate, scaleSizes, type TemplateOverrides } from '../../../shared/templates/template-study.ts';
import {
  chooseWeights,
  whereToGet,
  type ChosenWeights,
  type TemplateSet,
} from '../../../shared/templates/template-weights.ts';
import {
  STUDY_TEMPLATES,
  studyTemplate,
  TEMPLATE_SCALES,
  type TemplateScale,
} from '../../../shared/templates/templates.ts';

const models = describeModels({ outputs: 5, size: 224, batch: 8 });
const SETS: TemplateSet[] = MODEL_IDS.map((model) => ({ name: `natural ${model}`, model, synthetic: false }));
const PHANTOM = { dataset: 'phantom', modality: 'fundus', trainImages: 60 };

function make(
  id: TemplateId,
  scale: TemplateScale,
  options: { sets?: TemplateSet[]; weights?: ChosenWeights; data?: typeof PHANTOM; overrides?: TemplateOverrides } = {},
): { spec: StudySpec; notes: string[]; missing: ModelId[] } {
  const { sets = SETS, weights = {}, data = PHANTOM, overrides = {} } = options;
  const template = studyTemplate(id);
  const choices = chooseWeights({ template, scale, models, sets, weights });
  const made = buildTemplate({ template, scale, choices, data, overrides });
  return { ...made, spec: studySpecSchema.parse(made.spec) };
}

const made = new Map<ModelId, NamedTensor[]>();

/** Zeros in the shapes of a model. */
function madeUp(model: ModelId): NamedTensor[] {
  const known = made.get(model) ?? zerosOf(model);
  made.set(model, known);
  return known;
}

function zerosOf(model: ModelId): NamedTensor[] {
  return parameterSpecs(MODELS[model].graph(3)).map(({ name, role, stage, shape }) => ({
    ...{ name, role, stage, shape: [...shape], values: new Float32Array(elementCount(shape)) },
  }));
}

const arms = (spec: StudySpec) => expandArms(spec).map(({ id }) => id);
const SMALL = { size: 32, steps: 4, seeds: [0, 1] };

describe('templates', () => {
  it.each(TEMPLATE_IDS.flatMap((id) => TEMPLATE_SCALES.map((scale) => [id, scale] as const)))(
    '%s (%s) becomes a study whose arms all fit their weights',
    (id, scale) => {
      const { spec } = make(id, scale, { overrides: scale === 'small' ? SMALL : {} });
      expect(spec.template).toBe(id);
      expect(repeatedArm(spec)).toBeNull();
      const all = expandArms(spec);
      expect(all.length).toBeGreaterThan(1);
      for (const { model, init } of all) {
        const set = SETS.find(({ name }) => name === weightsOf(init));
        const pretrained = set === undefined ? null : madeUp(set.model);
        expect(() => checkInitialisation({ model, init, pretrained, source: set?.model ?? null })).not.toThrow();
      }
      for (const model of spec.models) expect(arms(spec)).toContain(`${model}/random/${spec.train_sizes[0]}`);
    },
  );

  it('have an id, a question and models of the app each', () => {
    expect(STUDY_TEMPLATES.map(({ id }) => id)).toEqual(TEMPLATE_IDS);
    for (const { title, answers, look } of STUDY_TEMPLATES) {
      expect(title.endsWith('?')).toBe(true);
      expect(answers.length).toBeGreaterThan(40);
      expect(look).not.toBe('');
    }
  });

  it('take every model with its own weights, slim ones with those of their base', () => {
    expect(arms(make('table-1', 'small').spec)).toEqual([
      'cbr-small/random/all',
      'cbr-small/transfer(natural cbr-small)/all',
      'cbr-tiny/random/all',
      'cbr-tiny/transfer(natural cbr-tiny)/all',
    ]);
    expect(arms(make('slim-gabor', 'small').spec)).toEqual([
      'cbr-largew/random/all',
      'cbr-largew/transfer(natural cbr-largew)/all',
      'cbr-largew/gabor(natural cbr-largew)/all',
      'cbr-largew-slim/random/all',
      'cbr-largew-slim/transfusion(natural cbr-largew, block2)/all',
    ]);
  });

  it('freeze and keep stages to every depth', () => {
    expect(arms(make('transfusion-depth', 'small').spec)).toHaveLength(5);
    const frozen = arms(make('frozen-features', 'small').spec);
    expect(frozen.filter((id) => id.includes('random, frozen'))).toHaveLength(4);
    expect(frozen.filter((id) => /transfer.*frozen/.test(id))).toHaveLength(4);
    expect(frozen.filter((id) => /transfusion.*frozen/.test(id))).toHaveLength(3);
  });

  it('follow the protocol of the paper, or the small one, and what was asked for', () => {
    const paper = make('table-1', 'paper').spec;
    expect([paper.protocol, paper.size, paper.steps, paper.seeds.length]).toEqual(['retina', undefined, undefined, 5]);
    const small = make('table-1', 'small').spec;
    expect([small.size, small.steps, small.evaluateEverySteps, small.seeds]).toEqual([128, 600, 60, [0, 1, 2]]);
    const own = make('table-1', 'small', { overrides: SMALL }).spec;
    expect([own.size, own.steps, own.evaluateEverySteps, own.seeds]).toEqual([32, 4, 1, [0, 1]]);
    expect(make('table-2', 'small').spec.protocol).toBe('chexpert');
    expect(make('table-1', 'small', { data: { ...PHANTOM, modality: 'cxr' } }).spec.protocol).toBe('chexpert');
  });
});

describe('weights of a template', () => {
  const tiny: TemplateSet = { name: 'tiny', model: 'cbr-tiny', synthetic: true };

  it('are picked by fit, real ones before synthetic, unless they are named', () => {
    const sets = [tiny, { ...tiny, name: 'real', synthetic: false }];
    const taken = (weights: ChosenWeights) => make('mean-var', 'small', { sets, weights }).spec.arms[0]?.init;
    expect(taken({})).toEqual({ kind: 'transfer', weights: 'real' });
    expect(taken({ 'cbr-tiny': 'tiny' })).toEqual({ kind: 'transfer', weights: 'tiny' });
  });

  it('that are missing leave their model out, and say what to do', () => {
    const { spec, notes, missing } = make('table-1', 'small', { sets: [tiny] });
    expect(spec.models).toEqual(['cbr-tiny']);
    expect(notes.join(' ')).toContain('CBR-Small is left out: no weights of CBR-Small are here.');
    expect(missing.map(whereToGet)).toEqual([expect.stringContaining('No public weights of CBR-Small')]);
    expect(() => make('table-1', 'paper', { sets: [] })).toThrow(
      /Expected pretrained weights for Table 1 .*found none/,
    );
    expect(() => make('mean-var', 'small', { sets: [tiny], weights: { 'cbr-tiny': null } })).toThrow(/found none/);
  });

  it('of another model, or of none, are refused by name', () => {
    const refuse = (weights: ChosenWeights) => () => make('mean-var', 'small', { sets: SETS, weights });
    expect(refuse({ 'cbr-tiny': 'natural resnet50' })).toThrow('got "natural resnet50", weights of ResNet-50');
    expect(refuse({ 'cbr-tiny': 'x' })).toThrow('got "x", which this library does not have');
  });

  it('of ResNet-50 v1.5 do where there are no others, or where they are named', () => {
    const v15: TemplateSet = { name: 'timm', model: 'resnet50-v15', synthetic: false };
    const { spec, notes } = make('table-4', 'paper', { sets: [v15] });
    expect(spec.models).toEqual(['resnet50-v15']);
    expect(notes.join(' ')).toContain('ResNet-50 v1.5 takes the place of ResNet-50');
    const both = [v15, { ...v15, name: 'keras', model: 'resnet50' as const }];
    expect(make('table-4', 'paper', { sets: both }).spec.models).toEqual(['resnet50']);
    const named = make('table-4', 'paper', { sets: both, weights: { 'resnet50-v15': 'timm' } });
    expect(named.spec.models).toEqual(['resnet50-v15']);
  });

  it('are of no use to a model whose images would be too small', () => {
    const { spec, notes } = make('table-1', 'paper', { overrides: { size: 64 } });
    expect(spec.models).not.toContain('inception-v3');
    expect(notes.join(' ')).toContain('Inception-v3 is left out: it needs images of at least 75 pixels.');
  });
});

describe('numbers of training images', () => {
  it('stay where the data have as many', () => {
    expect(scaleSizes([5000], 10_000)).toEqual({ sizes: [5000], note: [] });
    expect(scaleSizes(null, 10)).toEqual({ sizes: ['all'], note: [] });
  });

  it('keep their proportions where they have fewer, and say so', () => {
    const { sizes, note } = scaleSizes([10_000, 50_000, 100_000], 3000);
    expect(sizes).toEqual([300, 1500, 'all']);
    expect(note[0]).toContain('exceed the 3,000 of this dataset: scaled to 300, 1,500, all 3,000.');
    expect(scaleSizes([5000], 60).sizes).toEqual(['all']);
    expect(scaleSizes([10_000, 50_000, 100_000], 1).sizes).toEqual(['all']);
  });
});

describe("the paper's numbers", () => {
  const endpoint = { name: 'Referable', headline: true };
  const study = { trainSizes: ['all' as const], modality: 'fundus', endpoint };
  const number = (
    template: TemplateId,
    arm: Parameters<typeof paperNumber>[1],
    change: Partial<Parameters<typeof paperNumber>[2]> = {},
  ) => paperNumber(template, arm, { ...study, ...change });
  const random = { kind: 'random' as const };
  const transfer = { kind: 'transfer' as const, weights: 'w' };

  it('of Table 1 stand beside random and transfer', () => {
    const arm = { model: 'resnet50' as const, init: random, trainSize: 'all' as const };
    expect(number('table-1', arm)).toEqual({ auc: 0.964, sd: 0.0005, where: 'Table 1' });
    expect(number('table-1', { ...arm, init: transfer })?.auc).toBe(0.967);
    expect(number('table-1', { ...arm, model: 'cbr-small', init: transfer })?.auc).toBe(0.958);
    expect(number('table-1', { ...arm, init: { ...random, freeze: 'conv1' } })).toBeNull();
    expect(number('table-1', { ...arm, trainSize: 500 })).toBeNull();
    expect(number('table-1', arm, { modality: 'cxr' })).toBeNull();
    expect(number('table-1', arm, { endpoint: { ...endpoint, headline: false } })).toBeNull();
  });

  it('of Table 2 stand beside the finding of that name, on chest x-rays', () => {
    const of = (name: string, modality = 'cxr') =>
      number(
        'table-2',
        { model: 'cbr-small', init: transfer, trainSize: 'all' },
        { modality, endpoint: { name, headline: true } },
      );
    expect(of('Pleural Effusion')).toEqual({ auc: 0.8788, sd: 0.0101, where: 'Table 2' });
    expect(of('Pneumothorax')).toBeNull();
    expect(of('Edema', 'fundus')).toBeNull();
  });

  it('of Tables 3 and 4 say for how many images they are', () => {
    const conv1 = { kind: 'transfusion' as const, weights: 'w', upto: 'conv1' };
    const arm = { model: 'resnet50' as const, init: conv1, trainSize: 'all' as const };
    expect(number('table-3', arm)).toEqual({ auc: 0.929, sd: null, where: 'Table 3, 5,000 images' });
    const meanVar = { kind: 'mean-var' as const, weights: 'w', bn: 'identity' as const };
    const trainSizes = [300, 1500, 'all' as const];
    const at = (trainSize: number | 'all') => number('table-4', { ...arm, init: meanVar, trainSize }, { trainSizes });
    expect([at(300)?.auc, at(1500)?.auc, at('all')?.auc]).toEqual([0.944, 0.955, 0.958]);
    expect(at(1500)?.where).toBe('Table 4, 50,000 images');
    expect(at(700)).toBeNull();
    expect(number('table-4', { ...arm, init: random, trainSize: 300 }, { trainSizes })?.auc).toBe(0.933);
    expect(number('table-4', { ...arm, init: transfer, trainSize: 'all' }, { trainSizes })?.auc).toBe(0.96);
    expect(number('table-4', { ...arm, init: meanVar, trainSize: 50_000 })?.auc).toBe(0.955);
  });

  it('are none where the paper prints curves', () => {
    const printed = (scale: TemplateScale) =>
      STUDY_TEMPLATES.filter(({ id, models: of }) => hasPaperNumbers(id, of[scale])).map(({ id }) => id);
    expect(printed('paper')).toEqual(['table-1', 'table-2', 'table-3', 'table-4']);
    expect(printed('small')).toEqual(['table-1', 'table-2']);
    expect(hasPaperNumbers('table-4', ['resnet50-v15'])).toBe(true);
    expect(number('mean-var', { model: 'resnet50', init: random, trainSize: 'all' })).toBeNull();
  });
});
