/** The parts of an Excel workbook (.xlsx), unpacked within limits: a workbook may come from anyone. */
import { unzipSync } from 'fflate';
import { AppError } from '../../../shared/system/errors.ts';
import { formatBytes } from '../../../shared/words/numbers.ts';
import { readInputFile } from '../../platform/input-file.ts';

/** A table of 250,000 images and 10 columns stays below each of these. */
export const WORKBOOK_LIMITS = { fileBytes: 2 ** 26, unpackedBytes: 2 ** 28 };

const ZIP = Buffer.from('PK\u0003\u0004');
const COMPOUND_FILE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);
const SAVE_AS = 'save it as .xlsx or CSV in Excel or LibreOffice.';

const refuse = (message: string): AppError => new AppError('bad-input', message);

/** By the first bytes: names lie, and exports of laboratories are often text under the name `.xls`. */
export function isWorkbook(head: Uint8Array): boolean {
  return [ZIP, COMPOUND_FILE].some((signature) => signature.equals(head.subarray(0, signature.length)));
}

function refuseCompoundFile(bytes: Buffer): AppError {
  return refuse(
    bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))
      ? 'The workbook is encrypted: open it in Excel, remove the password and save it again.'
      : `Expected an Excel workbook (.xlsx), got the old binary format (.xls): ${SAVE_AS}`,
  );
}

/** The XML parts by name. @throws AppError `bad-input`, `not-found`, `io` */
export function unpackWorkbook(file: string, limits = WORKBOOK_LIMITS): Record<string, Uint8Array> {
  const bytes = readInputFile(file, { what: 'a workbook', maxBytes: limits.fileBytes });
  if (COMPOUND_FILE.equals(bytes.subarray(0, COMPOUND_FILE.length))) throw refuseCompoundFile(bytes);
  let total = 0;
  const names = new Set<string>();
  let parts: Record<string, Uint8Array>;
  try {
    parts = unzipSync(bytes, {
      // Sizes are checked before anything is unpacked; no part becomes larger than the zip file says it is.
      filter: ({ name, originalSize }) => {
        names.add(name);
        if (!/\.xml(\.rels)?$/.test(name) || /^xl\/(drawings|charts|theme|media)\//.test(name)) return false;
        total += originalSize;
        if (total > limits.unpackedBytes) {
          throw refuse(
            `The workbook unpacks to more than ${formatBytes(limits.unpackedBytes)}, which a table of labels never is: save the sheet as CSV.`,
          );
        }
        return true;
      },
    });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refuse('The workbook is damaged or cut short.');
  }
  if (parts['xl/workbook.xml']) return parts;
  if (names.has('xl/workbook.bin'))
    throw refuse(`Expected an Excel workbook (.xlsx), got a binary one (.xlsb): ${SAVE_AS}`);
  if (names.has('content.xml'))
    throw refuse(`Expected an Excel workbook (.xlsx), got an OpenDocument file (.ods): ${SAVE_AS}`);
  throw refuse('Expected an Excel workbook (.xlsx), got a zip file of something else.');
}
