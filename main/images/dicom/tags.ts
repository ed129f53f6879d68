/**
 * What a study needs of the header of a DICOM file, and nothing else of it. Patient, study and instance are held in memory while a
 * folder is read; of these only a salted hash of the patient is stored.
 */
import type { DataSet } from 'dicom-parser';
import { openRegularFile } from '../../platform/input-file.ts';
import type { ImageFailure } from '../failure.ts';
import { describePixels, refuseKind } from './describe.ts';
import { isDicom, parseDicom, type ParsedDicom } from './parse.ts';

export interface DicomTags {
  patient: string | null;
  sopInstance: string | null;
  study: string | null;
  accession: string | null;
  /** As written: `F`, `M`, `O`. */
  sex: string | null;
  /** Years, with decimals below one. */
  age: number | null;
  view: string | null;
  /** `L` or `R`, of ophthalmic photographs only. */
  eye: string | null;
  institution: string | null;
  /** Manufacturer and model. */
  device: string | null;
  /** `DX`, `CR`, `OP`, ... */
  modality: string | null;
  /** `CHEST`, `HAND`, ... */
  bodyPart: string | null;
  hasBurnedInText: boolean;
  /** Why its picture cannot be used, as far as the header tells. */
  failure: ImageFailure | null;
}

/** Most headers are smaller; a larger one is read again as eight times as much. */
const HEAD_BYTES = 64 * 1024;

/** By the last of the character sets that a file names (PS3.3 C.12.1.1.2); Latin-1 where it names none. */
const ENCODINGS: Record<string, string> = {
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 87': 'iso-2022-jp',
  'ISO_IR 149': 'euc-kr',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Reads text elements of one file; blank ones are null. */
function textReader(data: DataSet): (tag: string) => string | null {
  const set = (data.string('x00080005') ?? '').split('\\').at(-1)?.trim().replace('ISO 2022 IR', 'ISO_IR') ?? '';
  const decoder = new TextDecoder(ENCODINGS[set] ?? 'latin1');
  return (tag) => {
    const element = data.elements[tag];
    if (element === undefined) return null;
    const bytes = data.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
    return decoder.decode(bytes).replaceAll('\0', '').trim() || null;
  };
}

const UNITS: Record<string, number> = { Y: 1, M: 12, W: 52.18, D: 365.25 };

/** `20191130` and `2019.11.30`, without the points; null for what is no date. */
function dateOf(text: string | null): string | null {
  const match = /^(\d{4})\.?([01]\d)\.?([0-3]\d)$/.exec(text ?? '');
  return match ? match.slice(1).join('') : null;
}

/** `058Y` is 58, `006M` is 0.5; else from birth to the study. `000Y` is how some write that it is not known. */
function ageOf(text: (tag: string) => string | null): number | null {
  const written = /^(\d{1,3})([YMWD])$/i.exec(text('x00101010') ?? '');
  const age = written ? Number(written[1]) / (UNITS[(written[2] as string).toUpperCase()] as number) : 0;
  if (age > 0) return age;
  const birth = dateOf(text('x00100030'));
  const study = dateOf(text('x00080020') ?? text('x00080022') ?? text('x00080023'));
  if (birth === null || study === null || study < birth) return null;
  return Number(study.slice(0, 4)) - Number(birth.slice(0, 4)) - (study.slice(4) < birth.slice(4) ? 1 : 0);
}

/** `PA`, else what the code of the view means, such as `postero-anterior`. */
function viewOf(data: DataSet, text: (tag: string) => string | null): string | null {
  const code = data.elements['x00540220']?.items?.[0]?.dataSet;
  return text('x00185101') ?? (code ? textReader(code)('x00080104') : null);
}

/** Ophthalmic photography (PS3.4 B.5). */
const OPHTHALMIC = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.77\.1\.5\./;

function describe(parsed: ParsedDicom): DicomTags {
  const { data, sopClass } = parsed;
  const text = textReader(data);
  const pixels = describePixels(parsed);
  const device = [text('x00080070'), text('x00081090')].filter((part) => part !== null).join(' ');
  return {
    patient: text('x00100020'),
    sopInstance: text('x00080018'),
    study: text('x0020000d'),
    accession: text('x00080050'),
    sex: text('x00100040'),
    age: ageOf(text),
    view: viewOf(data, text),
    eye: OPHTHALMIC.test(sopClass) || text('x00080060') === 'OP' ? (text('x00200062') ?? text('x00200060')) : null,
    institution: text('x00080080'),
    device: device || null,
    modality: text('x00080060'),
    bodyPart: text('x00180015'),
    hasBurnedInText: text('x00280301')?.toUpperCase() === 'YES',
    failure: refuseKind(parsed) ?? (pixels.ok ? null : pixels.error),
  };
}

/** Null for a file that is no DICOM, or whose header cannot be read: decoding it says why. */
export async function readDicomTags(file: string): Promise<DicomTags | null> {
  const { handle: opened, size } = await openRegularFile(file, { what: 'a DICOM file' });
  await using handle = opened;
  for (let wanted = Math.min(HEAD_BYTES, size); ; wanted = Math.min(8 * wanted, size)) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, 0);
    const head = buffer.subarray(0, bytesRead);
    if (!isDicom(head)) return null;
    const parsed = parseDicom(head);
    const isCut = parsed.ok ? parsed.value.pixels === null : parsed.error.reason === 'truncated';
    if (isCut && wanted < size) continue;
    return parsed.ok ? describe(parsed.value) : null;
  }
}
