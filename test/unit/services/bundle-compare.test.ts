import { describe, expect, it } from 'vitest';
import { compareResults } from '../../../main/services/bundles/bundle-compare.ts';

describe('compareResults', () => {
  it('counts numbers and differences, and leaves out what only later versions say', () => {
    expect(compareResults({ a: 1, b: [2, null] }, { a: 1, b: [2, null], c: 3 })).toEqual({ numbers: 2, different: 0 });
    expect(compareResults({ a: 0.1, b: 'x' }, { a: 0.1 + 1e-17, b: 'y' })).toEqual({ numbers: 1, different: 2 });
    expect(compareResults({ a: 0.3 }, { a: 0.1 + 0.2 })).toEqual({ numbers: 1, different: 1 });
    expect(compareResults([1], [1, 2])).toEqual({ numbers: 1, different: 1 });
  });
});
