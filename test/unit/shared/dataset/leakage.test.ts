import { describe, expect, it } from 'vitest';
import { describeLeakage } from '../../../../shared/dataset/leakage.ts';

const proved = { patientDisjoint: true, patientIdKnown: true, picturesCompared: true, problemCounts: {} };

describe('the sentence on leakage', () => {
  it('says None only where it was proved', () => {
    expect(describeLeakage(proved).state).toBe('none');
    expect(describeLeakage({ ...proved, patientDisjoint: false }).sentence).toMatch(/^Found: some patients/);
  });

  it.each([
    [{ patientIdKnown: false }, 'whose it is'],
    [{ picturesCompared: false }, 'same bytes'],
    [{ problemCounts: { 'doubtful-patients': 1 } }, 'two spellings'],
    [{ problemCounts: { 'alike-pictures': 7 } }, 'look the same'],
  ])('else what could not be proved: %j', (over, words) => {
    const { state, sentence } = describeLeakage({ ...proved, ...over });
    expect(state).toBe('not-proved');
    expect(sentence).toMatch(/^Not proved: /);
    expect(sentence).toContain(words);
  });
});
