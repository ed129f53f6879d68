/**
 * sharp, set up once for this program: work is made parallel by processing several images at once (worker threads), so that libvips'
 * own threads would only compete, and each image is read once, so that its operation cache would only hold memory.
 */
import sharp from 'sharp';

sharp.concurrency(1);
sharp.cache(false);

export { sharp };
