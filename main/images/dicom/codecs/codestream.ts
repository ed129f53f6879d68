/** The frame header of JPEG, JPEG-LS and JPEG 2000 codestreams: read before a decoder is given memory for what it says. */
import { imageFailure, RefusedImage } from '../../failure.ts';
import type { PixelDescription } from '../describe.ts';

export interface CodestreamHeader {
  width: number;
  height: number;
  components: number;
  /** Bits of a sample. */
  precision: number;
}

/** A segment of a JPEG: `start` is its 0xFF, `length` that of its contents, which begin at `start + 4`. */
interface Segment {
  marker: number;
  start: number;
  length: number;
}

/** The segments before the coded data. */
export function jpegSegments(bytes: Buffer): Segment[] {
  const segments: Segment[] = [];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const size = bytes.readUInt16BE(at + 2);
    segments.push({ marker, start: at, length: size - 2 });
    if (marker === 0xda) break;
    at += 2 + size;
  }
  return segments;
}

/** SOF0 to SOF15 without tables (DHT, JPG, DAC), and that of JPEG-LS. */
const isFrame = ({ marker }: Segment): boolean =>
  marker === 0xf7 || (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker));

function jpegHeader(bytes: Buffer): CodestreamHeader | null {
  const frame = jpegSegments(bytes).find(isFrame);
  if (frame === undefined || frame.start + 10 > bytes.length) return null;
  const at = frame.start + 4;
  return {
    precision: bytes[at] as number,
    height: bytes.readUInt16BE(at + 1),
    width: bytes.readUInt16BE(at + 3),
    components: bytes[at + 5] as number,
  };
}

/** SOC and SIZ; in a JP2 file they stand after its boxes. */
const JPEG_2000_START = Buffer.from([0xff, 0x4f, 0xff, 0x51]);

function jpeg2000Header(bytes: Buffer): CodestreamHeader | null {
  const at = bytes.indexOf(JPEG_2000_START);
  if (at < 0 || at + 43 > bytes.length) return null;
  return {
    width: bytes.readUInt32BE(at + 8) - bytes.readUInt32BE(at + 16),
    height: bytes.readUInt32BE(at + 12) - bytes.readUInt32BE(at + 20),
    components: bytes.readUInt16BE(at + 40),
    precision: ((bytes[at + 42] as number) & 0x7f) + 1,
  };
}

/** Every one of these formats ends with this marker; DICOM pads to even length, some writers to more. */
const END = Buffer.from([0xff, 0xd9]);
const MOST_PADDING = 64;

/** @throws RefusedImage where the codestream is cut short, or describes another picture than the DICOM header */
export function checkCodestream(bytes: Buffer, wanted: PixelDescription): CodestreamHeader {
  const header = bytes[0] === 0xff && bytes[1] === 0xd8 ? jpegHeader(bytes) : jpeg2000Header(bytes);
  if (header === null) {
    throw new RefusedImage(
      imageFailure('corrupt', 'Expected a readable DICOM image, got compressed pixels without a frame header.'),
    );
  }
  const { width, height, components, precision } = header;
  if (width !== wanted.width || height !== wanted.height || components !== wanted.samples || precision > 16) {
    const found = `${width} x ${height} pixels of ${components} x ${precision} bits`;
    const message = `Expected compressed pixels as the DICOM header says (${wanted.width} x ${wanted.height}), got ${found}.`;
    throw new RefusedImage(imageFailure('corrupt', message));
  }
  if (!bytes.subarray(-MOST_PADDING).includes(END)) {
    throw new RefusedImage(
      imageFailure('truncated', 'Expected a whole DICOM image, got one whose compressed pixels break off.'),
    );
  }
  return header;
}
