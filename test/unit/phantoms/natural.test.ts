import { describe, expect, it } from 'vitest';
import { LEAF_CLASSES } from '../../../main/phantoms/natural/classes.ts';
import { createTextures, renderNatural } from '../../../main/phantoms/natural/render.ts';
import { fractalNoise } from '../../../main/phantoms/noise.ts';
import { RandomStream } from '../../../shared/system/random.ts';

const SIZE = 64;
const textures = createTextures(2);
const render = (name: string, index: number) =>
  renderNatural(
    { seed: 2, classIndex: LEAF_CLASSES.findIndex((kind) => kind.name === name), index, size: SIZE },
    textures,
  ).data;

/** Mean squared difference between neighbours across (x) and down (y). */
function gradients(data: Uint8Array): { across: number; down: number } {
  let [across, down] = [0, 0];
  for (let y = 0; y < SIZE - 1; y++) {
    for (let x = 0; x < SIZE - 1; x++) {
      const at = (y * SIZE + x) * 3 + 1;
      across += ((data[at + 3] as number) - (data[at] as number)) ** 2;
      down += ((data[at + SIZE * 3] as number) - (data[at] as number)) ** 2;
    }
  }
  return { across, down };
}

describe('natural phantoms', () => {
  it('have ten classes with distinct names', () => {
    expect(new Set(LEAF_CLASSES.map(({ name }) => name)).size).toBe(10);
  });

  it('differ in orientation: reeds vary across, strata vary down, pebbles both', () => {
    for (let i = 1; i <= 5; i++) {
      const reeds = gradients(render('reeds', i));
      const strata = gradients(render('strata', i));
      const pebbles = gradients(render('pebbles', i));
      expect(reeds.across).toBeGreaterThan(1.8 * reeds.down);
      expect(strata.down).toBeGreaterThan(1.8 * strata.across);
      expect(Math.abs(Math.log(pebbles.across / pebbles.down))).toBeLessThan(0.5);
    }
  });

  it('cannot be told apart by mean colour alone', () => {
    const meanOf = (data: Uint8Array, k: number) => {
      let sum = 0;
      for (let i = k; i < data.length; i += 3) sum += data[i] as number;
      return sum / (SIZE * SIZE);
    };
    const points = LEAF_CLASSES.flatMap(({ name }, label) =>
      Array.from({ length: 12 }, (_, i) => ({ label, colour: [0, 1, 2].map((k) => meanOf(render(name, i + 1), k)) })),
    );
    const distance = (a: number[], b: number[]) => a.reduce((sum, v, k) => sum + (v - (b[k] as number)) ** 2, 0);
    const right = points.filter((point) => {
      const others = points.filter((other) => other !== point);
      others.sort((a, b) => distance(point.colour, a.colour) - distance(point.colour, b.colour));
      return others[0]!.label === point.label;
    });
    expect(right.length / points.length).toBeLessThan(0.6);
  });

  it('leave nearly nothing of the ground uncovered', () => {
    const data = render('petals', 1);
    let flat = 0;
    for (let i = 0; i < data.length; i += 3)
      if (Math.abs(data[i]! - data[i + 1]!) < 2 && Math.abs(data[i + 1]! - data[i + 2]!) < 2) flat++;
    expect(flat / (SIZE * SIZE)).toBeLessThan(0.2);
  });
});

describe('fractalNoise', () => {
  it('has mean about 0, deviation about 1, and less power at finer scales', () => {
    const noise = fractalNoise({ width: 128, height: 96, cells: 8, octaves: 4 }, new RandomStream(1));
    const mean = noise.reduce((sum, v) => sum + v, 0) / noise.length;
    const deviation = Math.sqrt(noise.reduce((sum, v) => sum + (v - mean) ** 2, 0) / noise.length);
    expect(Math.abs(mean)).toBeLessThan(0.25);
    expect(deviation).toBeGreaterThan(0.6);
    expect(deviation).toBeLessThan(1.5);
    let [near, far] = [0, 0];
    for (let y = 0; y < 96; y++) {
      for (let x = 0; x < 100; x++) {
        near += ((noise[y * 128 + x + 1] as number) - (noise[y * 128 + x] as number)) ** 2;
        far += ((noise[y * 128 + x + 20] as number) - (noise[y * 128 + x] as number)) ** 2;
      }
    }
    expect(far).toBeGreaterThan(5 * near);
  });
});
