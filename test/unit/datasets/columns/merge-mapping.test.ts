import { describe, expect, it } from 'vitest';
import { completeMapping, mergeMapping } from '../../../../main/datasets/columns/merge-mapping.ts';

describe('columns that the user names', () => {
  const suggested = { image: 'file', labels: ['a', 'b'], patient: 'id', site: 'c' };

  it('leave the role that was suggested for them', () => {
    expect(mergeMapping(suggested, { patient: 'b' })).toEqual({
      image: 'file',
      labels: ['a'],
      patient: 'b',
      site: 'c',
    });
    expect(mergeMapping(suggested, { image: 'id' })).toEqual({ image: 'id', labels: ['a', 'b'], site: 'c' });
    expect(mergeMapping(suggested, { labels: ['c'], patient: undefined })).toEqual({
      image: 'file',
      labels: ['c'],
      patient: 'id',
    });
    expect(mergeMapping(suggested, undefined)).toBe(suggested);
  });

  it('complete a mapping only with images and labels', () => {
    expect(completeMapping(mergeMapping({ labels: ['a'] }, { labels: ['b'] }))).toBeNull();
    expect(completeMapping(mergeMapping({ labels: ['a'] }, { image: 'b' }))).toEqual({ image: 'b', labels: ['a'] });
    expect(completeMapping(mergeMapping({ image: 'x', labels: ['a'] }, { patient: 'a' }))).toBeNull();
  });
});
