/** DICOM files made in code: explicit little endian with preamble, elements as given. */

type Value = string | number | readonly number[] | Uint8Array | { fragments: readonly Buffer[] };

/** By tag (`00100020`): value representation and value. */
export type Elements = Record<string, readonly [vr: string, value: Value]>;

const LONG = new Set(['OB', 'OW', 'UN']);
const EXPLICIT = '1.2.840.10008.1.2.1';

function encode(vr: string, value: Value): Buffer {
  if (typeof value === 'string')
    return Buffer.from(value.length % 2 === 0 ? value : value + (vr === 'UI' ? '\0' : ' '));
  if (value instanceof Uint8Array) {
    return value.length % 2 === 0 ? Buffer.from(value) : Buffer.concat([value, Buffer.alloc(1)]);
  }
  if (typeof value === 'object' && 'fragments' in value) return encapsulate(value.fragments);
  const numbers: readonly number[] = typeof value === 'number' ? [value] : value;
  const size = vr === 'UL' ? 4 : 2;
  const bytes = Buffer.alloc(size * numbers.length);
  numbers.forEach((number, i) => {
    if (vr === 'SS') bytes.writeInt16LE(number, 2 * i);
    else bytes.writeUIntLE(number, size * i, size);
  });
  return bytes;
}

function item(group: number, element: number, contents: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(element, 2);
  head.writeUInt32LE(contents.length, 4);
  return Buffer.concat([head, contents]);
}

/** With an empty offset table. */
function encapsulate(fragments: readonly Buffer[]): Buffer {
  const items = fragments.map((bytes) => item(0xfffe, 0xe000, encode('OB', bytes)));
  return Buffer.concat([item(0xfffe, 0xe000, Buffer.alloc(0)), ...items, item(0xfffe, 0xe0dd, Buffer.alloc(0))]);
}

function elementBytes(tag: string, [vr, value]: Elements[string] & object): Buffer {
  const contents = encode(vr, value);
  const head = Buffer.alloc(LONG.has(vr) ? 12 : 8);
  head.writeUInt16LE(parseInt(tag.slice(0, 4), 16), 0);
  head.writeUInt16LE(parseInt(tag.slice(4), 16), 2);
  head.write(vr, 4, 'latin1');
  const isOpen = typeof value === 'object' && 'fragments' in value;
  if (LONG.has(vr)) head.writeUInt32LE(isOpen ? 0xffffffff : contents.length, 8);
  else head.writeUInt16LE(contents.length, 6);
  return Buffer.concat([head, contents]);
}

const inOrder = (elements: Elements): Buffer =>
  Buffer.concat(
    Object.entries(elements)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([tag, element]) => elementBytes(tag, element)),
  );

/** `syntax`: UID of the transfer syntax; the data set is written explicit little endian all the same. */
export function dicomFile(elements: Elements, syntax = EXPLICIT): Buffer {
  const sopClass = elements['00080016'] ?? ['UI', '1.2.840.10008.5.1.4.1.1.1.1'];
  const meta = inOrder({ '00020002': sopClass, '00020010': ['UI', syntax] });
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), meta, inOrder(elements)]);
}

/** A digital radiograph (DX) of 12 bits in 16, or a grey secondary capture where `bits` is 8. */
export function greyElements(
  { width, height, bits = 12 }: { width: number; height: number; bits?: number },
  pixels: Uint8Array | Uint16Array,
  more: Elements = {},
): Elements {
  const allocated = bits > 8 ? 16 : 8;
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  return {
    '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.1.1'],
    '00080060': ['CS', 'DX'],
    '00280002': ['US', 1],
    '00280004': ['CS', 'MONOCHROME2'],
    '00280010': ['US', height],
    '00280011': ['US', width],
    '00280100': ['US', allocated],
    '00280101': ['US', bits],
    '00280102': ['US', bits - 1],
    '00280103': ['US', 0],
    '7fe00010': [allocated === 16 ? 'OW' : 'OB', bytes],
    ...more,
  };
}
