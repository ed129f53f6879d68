import sharp, { type Sharp } from 'sharp';
import { RandomStream } from '../../shared/system/random.ts';

/** A grey picture of 64 x 64 pixels, of slow waves: pictures of two seeds do not look alike. */
export function picture(seed: number): Sharp {
  const stream = new RandomStream(seed, 'picture');
  const [a, b, c] = [stream.uniform(), stream.uniform(), stream.uniform()];
  const pixels = Uint8Array.from({ length: 64 * 64 }, (_, i) => {
    const [x, y] = [(i % 64) / 64, Math.floor(i / 64) / 64];
    return 120 + 60 * Math.sin(6 * (x * a + b)) + 50 * Math.cos(7 * (y * c + a));
  });
  return sharp(pixels, { raw: { width: 64, height: 64, channels: 1 } });
}
