import { describe, expect, it } from 'vitest';
import { greyGrid } from '../../../main/images/grey-grid.ts';

const ramp = (width: number, height: number): Uint8Array =>
  Uint8Array.from({ length: width * height }, (_, i) => Math.floor((255 * ((i % width) + 0.5)) / width));

describe('the picture as a grid', () => {
  it('is the same for any size, also below 16 pixels and where cells cut pixels', () => {
    const whole = greyGrid(ramp(160, 32), { width: 160, height: 32, channels: 1 });
    expect([whole[0], whole[15], whole[240]]).toEqual([7, 247, 7]);
    for (const [width, height] of [
      [40, 40],
      [33, 7],
      [100, 17],
    ] as const) {
      const grid = greyGrid(ramp(width, height), { width, height, channels: 1 });
      expect(Math.max(...grid.map((value, i) => Math.abs(value - (whole[i] as number))))).toBeLessThanOrEqual(4);
    }
  });

  it('weighs colours', () => {
    const pixels = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => (i % 3 === 1 ? 100 : 0));
    expect([...new Set(greyGrid(pixels, { width: 16, height: 16, channels: 3 }))]).toEqual([59]);
  });
});
