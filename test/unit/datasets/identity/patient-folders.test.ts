import { describe, expect, it } from 'vitest';
import { findClassFolder, findPatientFolders } from '../../../../main/datasets/identity/patient-folders.ts';

const each = (count: number, make: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => {
    const [className, ...inner] = make(i).split('/');
    return { className: className as string, inner };
  });
const side = (i: number): string => (i % 2 ? 'tumor' : 'normal');

describe('which of two folders is the class', () => {
  it.each([
    ['patients with one class', each(20, (i) => `patient${i >> 1}/${(i >> 1) % 2 ? 'tumor' : 'normal'}`), 'inner'],
    ['numbers', each(40, (i) => `00${i >> 2}/${side(i)}`), 'inner'],
    ['numbers, with numbers for classes', each(40, (i) => `8${100 + (i >> 2)}/${i % 2}`), 'inner'],
    ['few short numbers', each(16, (i) => `${i >> 2}/${side(i)}`), null],
    ['surnames', each(16, (i) => `${['Ames', 'Bell', 'Cole', 'Dunn'][i >> 2] as string}/${side(i)}`), null],
    ['patients below classes', each(20, (i) => `${side(i)}/patient${i >> 1}`), 'outer'],
    ['studies of patients', each(20, (i) => `patient${i >> 1}/study${i % 2}`), 'outer'],
    ['eyes', each(20, (i) => `grade${i >> 2}/${i % 2 ? 'left' : 'right'}`), 'outer'],
    ['stages', each(20, (i) => `stage ${i >> 2}/${i % 2 ? 'axial' : 'coronal'}`), 'outer'],
    ['magnifications', each(40, (i) => `${side(i)}/${100 * (1 + (i % 4))}X`), 'outer'],
  ])('%s', (_, images, expected) => expect(findClassFolder(images)).toBe(expected));
});

describe('folders inside the classes', () => {
  it.each([
    ['numbered', each(20, (i) => `${side(i)}/P${i >> 1}`), 'P0'],
    [
      'numbered, below subtypes and above magnifications',
      each(24, (i) => `${side(i)}/ductal/14-22${i >> 1}/${i % 2 ? 40 : 100}X`),
      '14-220',
    ],
    ['many surnames', each(24, (i) => `${side(i >> 1)}/${'abcdefghijkl'[i >> 1] as string}mith`), 'amith'],
  ])('%s are patients', (_, images, first) => expect(findPatientFolders(images)?.[0]).toBe(first));

  it.each([
    ['subtypes', each(32, (i) => `${side(i)}/${['adenosis', 'ductal'][i % 2] as string}`)],
    ['words for classes', each(30, (i) => `${side(i)}/${['benign', 'p1', 'p2', 'p3'][i % 4] as string}`)],
    ['stages', each(30, (i) => `${side(i)}/stage${i % 5}`)],
    ['few numbers with many images', each(300, (i) => `${side(i)}/${1 + (i % 4)}`)],
    ['views', each(30, (i) => `${side(i)}/${['axial', 'coronal', 'sagittal'][i % 3] as string}`)],
  ])('%s are not', (_, images) => expect(findPatientFolders(images)).toBeNull());
});
