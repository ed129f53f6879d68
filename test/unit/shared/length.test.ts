import { describe, expect, it } from 'vitest';
import { fitLength, LENGTH_IDS, LENGTHS, type LengthFacts } from '../../../shared/study/length.ts';
import { PROTOCOLS } from '../../../shared/study/protocol.ts';
import { shorterLengths } from '../../../renderer/state/studies/study-length.ts';

/** `arms` arms of a model with so many seconds a step at 64 pixels, on 600 images. */
function facts(secondsPerStep: number, arms = 4, images = 420): LengthFacts {
  const arm = { secondsPerStep, minimumSize: 16, trainImages: images };
  const rest = Math.round(images * 0.2);
  return { arms: Array.from({ length: arms }, () => arm), validation: rest, test: rest, protocol: PROTOCOLS.retina };
}

describe('the length of a study', () => {
  it.each([0.002, 0.01, 0.04])(
    'keeps to its budget at %d s a step, and is never longer than the paper’s own',
    (step) => {
      const paper = fitLength('paper', facts(step));
      for (const id of ['quick', 'hour', 'night'] as const) {
        const length = fitLength(id, facts(step));
        expect(length.seconds).toBeLessThanOrEqual(LENGTHS[id].budgetSeconds);
        expect(length.steps).toBeLessThanOrEqual(paper.steps);
        expect(length.size).toBeLessThanOrEqual(PROTOCOLS.retina.size);
        expect(length.evaluateEverySteps).toBeLessThanOrEqual(length.steps);
      }
    },
  );

  it('takes larger images and more seeds where there is more time', () => {
    const [quick, hour, night, paper] = LENGTH_IDS.map((id) => fitLength(id, facts(0.02)));
    expect(quick).toMatchObject({ size: 64, seeds: 3 });
    expect(hour?.size).toBeGreaterThan(64);
    expect(night?.size).toBeGreaterThanOrEqual(hour?.size ?? NaN);
    expect(paper).toMatchObject({ size: 587, seeds: 5, steps: 20 * 52 });
  });

  it('takes fewer seeds before it gives up, and says honestly what the smallest study takes', () => {
    expect(fitLength('quick', facts(0.08)).seeds).toBe(2);
    const slow = fitLength('quick', facts(5));
    expect(slow).toMatchObject({ size: 64, seeds: 2, steps: 50 });
    expect(slow.seconds).toBeGreaterThan(5 * 50 * 2 * 4);
  });

  it('keeps to the smallest side of a model', () => {
    const { arms, ...rest } = facts(0.01);
    expect(fitLength('quick', { ...rest, arms: [...arms, { ...facts(0.01).arms[0]!, minimumSize: 75 }] }).size).toBe(
      75,
    );
  });

  it('is offered shorter only where the study is longer than was asked for', () => {
    expect(shorterLengths('quick', 200, facts(0.01))).toEqual([]);
    expect(shorterLengths('paper', 30_000, facts(0.01))).toEqual([]);
    expect(shorterLengths(null, 200_000, facts(0.01)).map(({ id }) => id)).toEqual(['quick', 'hour', 'night']);
    expect(shorterLengths('quick', 9000, facts(0.01)).map(({ id }) => id)).toEqual(['quick', 'hour']);
  });
});
