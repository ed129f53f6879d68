/** What the pixels of a DICOM image are (PS3.3 C.7.6.3), and which images are refused, each with one reason. */
import type { Result } from '../../../shared/system/errors.ts';
import { formatCount } from '../../../shared/words/numbers.ts';
import { imageFailure, MOST_PIXELS, type ImageFailure, type ImageFailureReason } from '../failure.ts';
import type { ParsedDicom } from './parse.ts';
import type { PixelCoding } from './transfer-syntax.ts';

const PHOTOMETRICS = [
  'MONOCHROME1',
  'MONOCHROME2',
  'PALETTE COLOR',
  'RGB',
  'YBR_FULL',
  'YBR_FULL_422',
  'YBR_ICT',
  'YBR_RCT',
] as const;
type Photometric = (typeof PHOTOMETRICS)[number];

export interface PixelDescription {
  coding: PixelCoding;
  width: number;
  height: number;
  samples: 1 | 3;
  photometric: Photometric;
  /** Colours one after the other and not pixel by pixel. */
  planar: boolean;
  /** Bits of a sample in the file, and those of them that mean something, up to bit `high`. */
  allocated: 8 | 16;
  stored: number;
  high: number;
  signed: boolean;
}

const CT = 'a CT slice';
const MR = 'an MR slice';

/** Storage classes that are slices, volumes, or no pictures at all, by UID after 1.2.840.10008.5.1.4.1.1 (PS3.4 B.5). */
const REFUSED_CLASSES: Partial<Record<string, string>> = {
  '2': CT,
  '2.1': CT,
  '2.2': CT,
  '4': MR,
  '4.1': MR,
  '4.3': MR,
  '4.4': MR,
  '20': 'a slice of nuclear medicine',
  '128': 'a PET slice',
  '130': 'a PET slice',
  '128.1': 'a PET slice',
  '13.1.3': 'a slice of tomosynthesis',
  '77.1.5.4': 'a slice of optical coherence tomography',
  '66.4': 'a segmentation',
  '30': 'a parametric map',
  '481.2': 'a radiotherapy dose',
};
const STORAGE = '1.2.840.10008.5.1.4.1.1.';
const DIRECTORY = '1.2.840.10008.1.3.10';
/** Where the class is not known. */
const REFUSED_MODALITIES: Partial<Record<string, string>> = {
  CT,
  MR,
  PT: 'a PET slice',
  NM: 'a slice of nuclear medicine',
  SEG: 'a segmentation',
  RTDOSE: 'a radiotherapy dose',
};

const READ = 'Radiographs (DX, CR, MG) and photographs (secondary capture, VL, ophthalmic) are read.';

function refuse(found: string, reason: ImageFailureReason = 'unsupported'): { ok: false; error: ImageFailure } {
  return { ok: false, error: imageFailure(reason, `Expected a single DICOM radiograph or photograph, got ${found}.`) };
}

/** Null for a single picture; else why a file of this kind is none: a slice of a volume, a dose, a directory. */
export function refuseKind({ data, sopClass: uid }: ParsedDicom): ImageFailure | null {
  if (uid === DIRECTORY) {
    const message = 'Expected a DICOM image, got a DICOMDIR, which only lists the files beside it.';
    return imageFailure('not-an-image', message);
  }
  const kind = uid.startsWith(STORAGE)
    ? REFUSED_CLASSES[uid.slice(STORAGE.length)]
    : REFUSED_MODALITIES[data.string('x00080060') ?? ''];
  return kind === undefined ? null : { ...refuse(kind).error, action: READ };
}

/** Of YBR_FULL_422, two pixels share their colour. */
export function nativeLength({ width, height, samples, allocated, photometric }: PixelDescription): number {
  const perPixel = photometric === 'YBR_FULL_422' ? 2 : samples;
  return width * height * perPixel * (allocated / 8);
}

export function describePixels({ data, pixels, syntax }: ParsedDicom): Result<PixelDescription, ImageFailure> {
  if (pixels === null) return refuse('a file without pixel data', 'not-an-image');
  const [height, width] = [data.uint16('x00280010') ?? 0, data.uint16('x00280011') ?? 0];
  const frames = data.intString('x00280008') ?? 1;
  if (frames > 1) return refuse(`one with ${formatCount(frames)} frames (a film or a volume)`);
  if (width === 0 || height === 0) return refuse(`one of ${width} x ${height} pixels`, 'corrupt');
  if (width * height > MOST_PIXELS) return refuse('one of more than 268 megapixels');
  if (syntax.coding === null)
    return refuse(`one whose pixels are encoded as ${syntax.name}, for which there is no decoder here`);
  const samples = data.uint16('x00280002') ?? 1;
  const photometric = PHOTOMETRICS.find((known) => known === data.string('x00280004'));
  if (photometric === undefined) {
    return refuse(`one of the photometric interpretation ${data.string('x00280004') ?? '(none)'}`);
  }
  const isGrey = photometric.startsWith('MONOCHROME') || photometric === 'PALETTE COLOR';
  if (samples !== (isGrey ? 1 : 3)) return refuse(`${photometric} with ${samples} samples a pixel`, 'corrupt');
  const allocated = data.uint16('x00280100') ?? 0;
  const stored = data.uint16('x00280101') ?? allocated;
  const high = data.uint16('x00280102') ?? stored - 1;
  if (allocated !== 8 && allocated !== 16) return refuse(`one of ${allocated} bits a sample, not 8 or 16`);
  if (stored < 1 || stored > allocated || high < stored - 1 || high >= allocated) {
    return refuse(`one that stores ${stored} bits up to bit ${high} in ${allocated}`, 'corrupt');
  }
  return {
    ok: true,
    value: {
      coding: syntax.coding,
      width,
      height,
      samples,
      photometric,
      planar: samples === 3 && data.uint16('x00280006') === 1,
      allocated,
      stored,
      high,
      signed: data.uint16('x00280103') === 1,
    },
  };
}
