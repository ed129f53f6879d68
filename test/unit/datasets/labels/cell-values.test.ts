import { describe, expect, it } from 'vitest';
import {
  readAge,
  readEye,
  readEyeName,
  readFindingCell,
  readGrade,
  readSex,
  readSplitName,
  sexReader,
} from '../../../../main/datasets/labels/cell-values.ts';
import { labelUnder } from '../../../../shared/dataset/label-policies.ts';

describe('findings', () => {
  it.each([
    ['1.0', 'present'],
    ['1', 'present'],
    ['YES', 'present'],
    ['0.0', 'absent'],
    ['-1.0', 'uncertain'],
    ['', 'blank'],
    [' NaN ', 'blank'],
    ['2', 'unreadable'],
    ['maybe', 'unreadable'],
  ])('%j is %s', (cell, expected) => expect(readFindingCell(cell)).toBe(expected));

  it('follows the policies for uncertain and blank', () => {
    const label = (cell: string, uncertain: 'ignore' | 'zeros' | 'ones', blank: 'ignore' | 'zeros') =>
      labelUnder(readFindingCell(cell), { uncertain, blank, noFinding: 'absent' });
    expect([label('-1', 'ignore', 'zeros'), label('-1', 'zeros', 'zeros'), label('-1', 'ones', 'zeros')]).toEqual([
      null,
      0,
      1,
    ]);
    expect([label('', 'ignore', 'zeros'), label('', 'ignore', 'ignore')]).toEqual([0, null]);
    expect([label('1', 'zeros', 'ignore'), label('0', 'ones', 'ignore')]).toEqual([1, 0]);
  });
});

describe('other cells', () => {
  it.each([
    ['3', 3],
    ['3.0', 3],
    ['', null],
    ['-1', null],
    ['3.5', null],
    ['ungradable', null],
  ])('grade %j is %s', (cell, grade) => expect(readGrade(cell)).toBe(grade));

  it.each([
    ['058Y', 58],
    ['0', null],
    ['64', 64],
    ['411', null],
    ['unknown', null],
  ])('age %j is %s', (cell, age) => expect(readAge(cell)).toBe(age));

  it('reads eyes, sexes and splits in the usual spellings', () => {
    expect(['OD', 'left', 'os', 'R', 'x'].map(readEye)).toEqual(['right', 'left', 'left', 'right', null]);
    expect(['F', 'Male', 'Unknown'].map(readSex)).toEqual(['female', 'male', null]);
    expect(['F', 'H', 'femme', 'Homme', 'mulher'].map(sexReader(['F', 'H']))).toEqual([
      'female',
      'male',
      'female',
      'male',
      'female',
    ]);
    expect(['M', 'H', ''].map(sexReader(['H', 'M']))).toEqual(['female', 'male', null]);
    expect(['train', 'Val', 'validation', 'TEST', 'images'].map(readSplitName)).toEqual([
      'train',
      'validation',
      'validation',
      'test',
      null,
    ]);
  });

  it.each([
    ['10_left', { patient: '10', eye: 'left' }],
    ['IMG-0007 OD', { patient: 'IMG-0007', eye: 'right' }],
    ['left', null],
    ['drleft', null],
    ['view1_frontal', null],
  ])('the name %j', (name, expected) => expect(readEyeName(name)).toEqual(expected));
});
