import { describe, expect, it } from 'vitest';
import { createResolver } from '../../../main/datasets/image-resolver.ts';

const images = [
  'IMAGES/a.JPG',
  'IMAGES/b.png',
  'one/twice.png',
  'train/p1/view1.jpg',
  'train/p2/view1.jpg',
  'two/twice.png',
  'x/same.jpg',
  'x/same.png',
];
const resolver = createResolver({
  folder: '/data/set',
  images,
  tableFiles: [],
  textFiles: [],
  otherFiles: 0,
  archives: 0,
  problems: [],
  synthetic: false,
});

function resolve(reference: string, near: string[] = []): string {
  const found = resolver.resolve(reference, near);
  if (found.kind === 'found') return `${images[found.image]} by ${found.how}`;
  return found.kind === 'ambiguous' ? `${found.count} files` : found.kind;
}

describe('from a cell to a file', () => {
  it.each([
    ['IMAGES/a.JPG', 'IMAGES/a.JPG by path'],
    ['./IMAGES\\a.jpg', 'IMAGES/a.JPG by path'],
    ['/data/set/IMAGES/b.png', 'IMAGES/b.png by path'],
    ['C:\\export\\IMAGES\\b.png', 'IMAGES/b.png by root-removed'],
    ['CheXpert-v1.0-small/train/p2/view1.jpg', 'train/p2/view1.jpg by root-removed'],
    ['a', 'IMAGES/a.JPG by name'],
    ['a.png', 'IMAGES/a.JPG by name'],
    ['elsewhere/b.png', 'IMAGES/b.png by name'],
    ['p1/view1.jpg', 'train/p1/view1.jpg by path'],
    ['p3/view1.jpg', 'missing'],
    ['twice.png', '2 files'],
    ['two/twice', 'two/twice.png by path'],
    ['same.png', 'x/same.png by name'],
    ['x/same', '2 files'],
    ['gone.png', 'missing'],
    ['', 'missing'],
    ['  ', 'missing'],
  ])('%j', (reference, expected) => expect(resolve(reference)).toBe(expected));

  it('looks near the table first', () => {
    expect(resolve('twice', ['two'])).toBe('two/twice.png by path');
    expect(resolve('twice', ['three', 'one'])).toBe('one/twice.png by path');
  });
});
