import { describe, expect, it } from 'vitest';
import { endpointCounts } from '../../../shared/dataset/endpoint-counts.ts';

const counts = (positive: number, negative: number, unknown = 0) => ({ output: '', positive, negative, unknown });

describe('counts of an endpoint', () => {
  it('are those of its one output, unknown labels left out', () => {
    expect(endpointCounts({ positiveOutputs: [1] }, [counts(5, 5), counts(3, 4, 9)])).toEqual({
      positive: 3,
      negative: 4,
    });
  });

  it('add up grades that exclude each other; an ungraded image is neither', () => {
    const grades = [counts(50, 50, 7), counts(30, 70, 7), counts(20, 80, 7)];
    expect(endpointCounts({ positiveOutputs: [1, 2] }, grades)).toEqual({ positive: 50, negative: 50 });
  });

  it('are missing where nothing was counted', () => {
    expect(endpointCounts({ positiveOutputs: [0] }, [])).toBeNull();
  });
});
