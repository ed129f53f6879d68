import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inFile, readStudyFile } from '../../../main/cli/study/study-file.ts';
import { parseSpec } from '../../../main/services/studies/study-spec.ts';
import { fieldName, SpecError } from '../../../main/services/studies/spec-error.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const good = { name: 'n', dataset: 'd', models: ['cbr-tiny'], inits: ['random', { transfer: 'w' }], seeds: [0] };

const arm = { model: 'cbr-tiny', init: 'random' };

function problem(change: object): string {
  try {
    parseSpec({ ...good, ...change });
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  throw new Error('expected a SpecError');
}

describe('parseSpec', () => {
  it('reads the short forms', () => {
    expect(parseSpec(good).inits).toEqual([{ kind: 'random' }, { kind: 'transfer', weights: 'w' }]);
  });

  it('needs no grid where arms are listed', () => {
    const spec = parseSpec({ name: 'n', dataset: 'd', arms: [arm], seeds: [0] });
    expect(spec.models).toEqual([]);
    expect(spec.arms).toEqual([{ model: 'cbr-tiny', init: { kind: 'random' } }]);
  });

  it.each([
    [{ steps: 'many' }, 'steps: expected a value of type number, got "many".'],
    [{ size: 8 }, 'size: expected a number of at least 16, got 8.'],
    [{ size: 5000 }, 'size: expected a number of at most 1024, got 5000.'],
    [{ models: ['resnet'] }, 'models[0]: expected one of resnet50, resnet50-slim,'],
    [{ models: [] }, 'models: expected at least 1 entry, got [].'],
    [{ seeds: [0.5] }, 'seeds[0]: expected a value of type whole number, got 0.5.'],
    [{ seeds: undefined }, 'seeds: expected a value of type array, got nothing.'],
    [{ name: ' ' }, 'name: expected some text, got " ".'],
    [{ inits: ['sampled'] }, 'inits[0]: expected an initialisation, got "sampled".'],
    [{ inits: ['sampling'] }, 'inits[0].weights: expected a value of type string, got nothing.'],
    [{ inits: [] }, 'inits: expected at least 1 entry, got [].'],
    [{ models: [], arms: [arm] }, 'models: expected at least 1 entry, got [].'],
    [{ arms: [{ ...arm, model: 'x' }] }, 'arms[0].model: expected one of resnet50, resnet50-slim,'],
    [{ arms: [{ ...arm, init: 'x' }] }, 'arms[0].init: expected an initialisation, got "x".'],
    [{ arms: [{ ...arm, train_sizes: [] }] }, 'arms[0].train_sizes: expected at least 1 entry, got [].'],
    [{ arms: [{ ...arm, sizes: [5] }] }, 'arms[0].sizes: expected a field of a study, got one that is not known.'],
    [{ earlyStopping: { patience: 0 } }, 'earlyStopping.patience: expected a number of at least 1, got 0.'],
    [{ classWeights: 'heavy' }, 'classWeights: expected one of none, balanced, got "heavy".'],
    [{ thresholdAuc: 1 }, 'thresholdAuc: expected a number below 1, got 1.'],
    [{ train_size: [5] }, 'train_size: expected a field of a study, got one that is not known.'],
    [{ protocol: 'mine' }, 'protocol: expected one of retina, chexpert, got "mine".'],
  ])('names field, expected and got: %j', (change, message) => {
    expect(problem(change)).toContain(message);
  });

  it('refuses something that is no study at all', () => {
    expect(() => parseSpec(null)).toThrow(/expected fields of a study/);
  });
});

describe('study files', () => {
  let folder: string;
  beforeAll(() => {
    folder = makeTemporaryFolder('study-file');
  });
  const write = (text: string): string => {
    const file = path.join(folder, 'study.yaml');
    fs.writeFileSync(file, text);
    return file;
  };

  it('names the line of a field', () => {
    const file = readStudyFile(write('name: n\n# a remark\ninits:\n  - random\n  - {transfer: w}\n'));
    expect(file.lineOf(['inits', 1, 'weights'])).toBe(5);
    const error = inFile(new SpecError(['inits', 1], 'expected x, got y.', 'Do z.'), file);
    expect(error).toMatchObject({ message: 'study.yaml, line 5, inits[1]: expected x, got y.', action: 'Do z.' });
    expect(inFile(new Error('other'), file)).toEqual(new Error('other'));
  });

  it('says where a file is no YAML, and that a file is missing', () => {
    expect(() => readStudyFile(write('name: n\nmodels: [a\n'))).toThrow(/study\.yaml, line \d/);
    expect(() => readStudyFile(path.join(folder, 'none.yaml'))).toThrow(/found no file/);
  });

  it('names fields as they are written', () => {
    expect(fieldName(['inits', 1, 'weights'])).toBe('inits[1].weights');
  });
});

describe('a hostile study file', () => {
  const file = (text: string): string => {
    const place = path.join(makeTemporaryFolder('hostile'), 'study.yaml');
    fs.writeFileSync(place, text);
    return place;
  };

  it('whose references multiply is refused in words', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    );
    const bomb = file(['l0: &l0 [x]', ...levels].join('\n'));
    expect(() => readStudyFile(bomb)).toThrow(
      'study.yaml: expected YAML whose references unfold to a study, got far more.',
    );
  });

  it('with control characters in its name is refused', () => {
    expect(problem({ name: 'a\u0000b' })).toBe(
      'name: expected another value (Expected a name without control characters.), got "a\\u0000b".',
    );
  });
});
