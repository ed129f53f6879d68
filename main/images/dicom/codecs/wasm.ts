/** JPEG 2000 (OpenJPEG) and JPEG-LS (CharLS), compiled to WebAssembly by cornerstonejs; both come without types. */
import { createRequire } from 'node:module';
import { toWords } from '../../depth.ts';
import type { PixelDescription } from '../describe.ts';
import type { RawSamples } from './raw-samples.ts';

interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
  /** JPEG-LS. 0: one component after the other. */
  getInterleaveMode?(): number;
  delete(): void;
}

interface WasmModule {
  J2KDecoder?: new () => WasmDecoder;
  JpegLSDecoder?: new () => WasmDecoder;
}

type Load = (options: {
  locateFile: () => string;
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<WasmModule>;

interface Loaded {
  module: WasmModule;
  /** What the library printed; OpenJPEG tells of failures in no other way. */
  lines: string[];
}

const require = createRequire(import.meta.url);

const loading = new Map<string, Promise<Loaded>>();

function load(name: 'codec-openjpeg' | 'codec-charls'): Promise<Loaded> {
  const known = loading.get(name);
  if (known) return known;
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const factory = require(`@cornerstonejs/${name}/decodewasmjs`) as Load;
  const file = require.resolve(`@cornerstonejs/${name}/decodewasm`);
  const loaded = factory({ locateFile: () => file, print, printErr: print }).then((module) => ({ module, lines }));
  loading.set(name, loaded);
  return loaded;
}

/** @throws Error with the library's words */
async function decode(
  name: 'codec-openjpeg' | 'codec-charls',
  bytes: Buffer,
  { width, height, samples }: PixelDescription,
): Promise<RawSamples> {
  const { module, lines } = await load(name);
  const Decoder = (module.J2KDecoder ?? module.JpegLSDecoder) as new () => WasmDecoder;
  const decoder = new Decoder();
  lines.length = 0;
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const failed = lines.find((line) => line.includes('[ERROR]'));
    if (failed !== undefined) throw new Error(failed.trim());
    const isWide = decoder.getFrameInfo().bitsPerSample > 8;
    const decoded = new Uint8Array(decoder.getDecodedBuffer());
    if (decoded.length !== width * height * samples * (isWide ? 2 : 1)) throw new Error('not enough data');
    const planar = samples > 1 && decoder.getInterleaveMode?.() === 0;
    return { words: isWide ? toWords(decoded) : decoded, planar, isRgb: false };
  } catch (error) {
    // After a failure inside, its memory is not to be trusted; C++ exceptions come as numbers.
    loading.delete(name);
    throw error instanceof Error ? error : new Error(`${name}: the pixel data is damaged`);
  } finally {
    decoder.delete();
  }
}

export const decodeJpeg2000 = (bytes: Buffer, description: PixelDescription): Promise<RawSamples> =>
  decode('codec-openjpeg', bytes, description);

export const decodeJpegLs = (bytes: Buffer, description: PixelDescription): Promise<RawSamples> =>
  decode('codec-charls', bytes, description);
