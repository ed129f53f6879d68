import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImageMarksService } from '../../../main/services/datasets/image-marks.ts';
import { openStore, type Store } from '../../../main/store/open.ts';
import { aDataset, someImages } from './factories.ts';

let store: Store;
beforeEach(() => {
  store = openStore(':memory:');
  store.datasets.insert(aDataset(), someImages(), []);
});
afterEach(() => store.close());

const imageId = someImages()[0]?.id ?? '';

describe('marks of probable label noise', () => {
  it('are kept, replaced, listed and taken off again', () => {
    const marks = createImageMarksService({ store });
    marks.mark({ datasetId: 'd1', imageId, reason: '  blurred ' });
    const mark = marks.mark({ datasetId: 'd1', imageId, reason: 'wrong eye' });
    expect(marks.list('d1')).toEqual([{ ...mark, split: 'train', patient: someImages()[0]?.patient }]);
    expect(mark.reason).toBe('wrong eye');
    expect(marks.unmark({ datasetId: 'd1', imageId })).toEqual(mark);
    expect(marks.unmark({ datasetId: 'd1', imageId })).toBeNull();
    expect(marks.list('d1')).toEqual([]);
  });

  it('change no label', () => {
    const before = store.datasets.images('d1');
    createImageMarksService({ store }).mark({ datasetId: 'd1', imageId, reason: 'borderline' });
    expect(store.datasets.images('d1')).toEqual(before);
  });

  it('go with their dataset', () => {
    createImageMarksService({ store }).mark({ datasetId: 'd1', imageId, reason: 'borderline' });
    store.datasets.remove('d1');
    expect(store.imageMarks.list('d1')).toEqual([]);
  });

  it('are written as CSV without paths; a reason stays text in a spreadsheet', () => {
    const marks = createImageMarksService({ store });
    const { markedAt } = marks.mark({ datasetId: 'd1', imageId, reason: '=1+1, "odd"' });
    const [image] = someImages();
    const labels = image?.labels.map((label) => label ?? '').join(',');
    expect(marks.csv('d1')).toBe(
      `image_id,split,patient,label_0,label_1,label_2,reason,marked_at\n${imageId},train,${image?.patient},${labels},"'=1+1, ""odd""",${markedAt}\n`,
    );
    expect(marks.csv('d1')).not.toContain('/');
  });

  it('are refused without a reason, and for images and datasets that are not there', () => {
    const marks = createImageMarksService({ store });
    expect(() => marks.mark({ datasetId: 'd1', imageId, reason: '  ' })).toThrow('a reason is needed');
    expect(() => marks.mark({ datasetId: 'd1', imageId: 'nobody', reason: 'x' })).toThrow(
      'Expected an image of this dataset',
    );
    expect(() => marks.list('d9')).toThrow('Expected a dataset of this library');
  });
});
