import { describe, expect, it } from 'vitest';
import { placeByFolder } from '../../../main/datasets/recognisers/folder-per-class.ts';

describe('placeByFolder', () => {
  it('finds classes below splits and below a folder that holds everything', () => {
    const placement = placeByFolder([
      'set/train/dr/1.png',
      'set/train/normal/2.png',
      'set/val/dr/3.png',
      'set/test/dr/4.png',
    ]);
    expect(placement?.classes).toEqual(['normal', 'dr']);
    expect([...(placement?.splits ?? [])]).toEqual(['train', 'validation', 'test']);
    expect(placement?.placed[3]).toEqual({ file: 'set/test/dr/4.png', split: 'test', className: 'dr', patient: null });
  });

  it('takes folders above or inside the classes for patients', () => {
    const above = Array.from({ length: 12 }, (_, i) => `patient0${i}/${i % 2 ? 'tumor' : 'normal'}/x.png`);
    const inside = Array.from({ length: 12 }, (_, i) => `${i % 2 ? 'tumor' : 'normal'}/patient0${i}/x.png`);
    for (const files of [above, inside]) {
      const { classes, placed } = placeByFolder(files) ?? {};
      expect(classes).toEqual(['normal', 'tumor']);
      expect(placed?.slice(0, 2).map(({ patient }) => patient)).toEqual(['patient00', 'patient01']);
    }
  });

  it.each([
    ['no folders', ['1.png', '2.png']],
    ['one folder', ['images/1.png', 'images/2.png']],
    ['splits without classes', ['train/1.png', 'test/2.png']],
    ['a folder per patient', Array.from({ length: 300 }, (_, i) => `patient${i}/1.png`)],
  ])('is not fooled by %s', (_, files) => expect(placeByFolder(files)).toBeNull());
});
