import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { describeHead } from '../../../main/datasets/sniff.ts';

describe('the first bytes', () => {
  it.each(['jpeg', 'png', 'tiff', 'webp', 'gif', 'avif'] as const)('of %s are an image', async (format) => {
    const image = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } });
    expect(describeHead(await image.toFormat(format).toBuffer())).toBeNull();
  });

  it('of DICOM are an image', () => {
    expect(describeHead(Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]))).toBeNull();
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'Expected an image, got a file of zero bytes.'],
    ['text', Buffer.from('image,level'), 'Expected an image, got something else under the name of one.'],
  ])('of %s are not', (_, head, message) => expect(describeHead(head)?.message).toBe(message));
});
