/**
 * Child process of cache.test.ts: writes images, every second one of a round. Arguments: folder, images, size, first index, and `whole`
 * or `endless`. An endless one leaves the last two out, tells each image that it has been at, and goes on until it is killed.
 */
import { ImageCache } from '../../../main/images/cache.ts';

const [folder, images, size, first, until] = process.argv.slice(2);
const count = Number(images);
const cache = ImageCache.open(folder as string, { images: count, size: Number(size) });
const isEndless = until === 'endless';
for (let round = 0; isEndless || cache.counts()[0] > 0; round++) {
  for (let i = Number(first); i < count; i += 2) {
    const index = (i * 37 + round) % count;
    if (isEndless && index >= count - 2) continue;
    if (cache.state(index) === 0) cache.write(index, new Uint8Array(cache.stride).fill((index % 255) + 1));
    if (isEndless) process.stdout.write('.');
  }
}
