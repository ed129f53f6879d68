/** Child process of cache.test.ts: writes images until it is killed. Arguments: folder, images, size, first index, step. */
import { ImageCache } from '../../../main/images/cache.ts';

const [folder, images, size, first, step] = process.argv.slice(2);
const cache = ImageCache.open(folder as string, { images: Number(images), size: Number(size) });
process.stdout.write('ready\n');
for (let round = 0; ; round++) {
  for (let i = Number(first); i < Number(images); i += Number(step)) {
    const index = (i * 37 + round) % Number(images);
    if (cache.state(index) === 0) cache.write(index, new Uint8Array(cache.stride).fill((index % 255) + 1));
  }
  if (cache.counts()[0] === 0) break;
}
process.stdout.write('finished\n');
