/** A study file (YAML or JSON): reading it, and telling in which line something is wrong. */
import path from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { AppError } from '../../../shared/system/errors.ts';
import { readInputFile } from '../../platform/input-file.ts';
import { SpecError, type SpecPath } from '../../services/studies/spec-error.ts';

const MAX_BYTES = 2 ** 22;

/** @throws AppError `not-found`, `io`, or `bad-input` with the line where the file is no YAML. */
export function readStudyFile(file: string) {
  const name = path.basename(file);
  const text = readInputFile(file, { what: `a study file at "${file}"`, maxBytes: MAX_BYTES }).toString('utf8');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) {
    const [summary] = error.message.split('\n');
    const line = error.linePos?.[0].line ?? lines.linePos(error.pos[0]).line;
    throw new AppError('bad-input', `${name}, line ${line}: expected YAML; ${summary?.replace(/ at line.*$/, '')}.`, {
      cause: error,
    });
  }
  return {
    name,
    /** What the file says, not validated. */
    value: contentOf(document, name),
    /** 1-based line of a field, or of the nearest field around it; null for an empty file. */
    lineOf: (wanted: SpecPath) => lineOf(document, lines, wanted),
  };
}

export type StudyFile = ReturnType<typeof readStudyFile>;

/** References that multiply are refused by the parser as it unfolds them. */
function contentOf(document: Document, name: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new AppError('bad-input', `${name}: expected YAML whose references unfold to a study, got far more.`, {
      action: 'Write the values out in place of anchors (&) and aliases (*).',
      cause,
    });
  }
}

function lineOf(document: Document, lines: LineCounter, wanted: SpecPath): number | null {
  for (let length = wanted.length; length >= 0; length--) {
    const node = document.getIn(wanted.slice(0, length), true) as { range?: [number, number, number] | null } | null;
    const start = node?.range?.[0];
    if (start !== undefined) return lines.linePos(start).line;
  }
  return null;
}

/** The error as one about the file: `study.yaml, line 7, inits[1]: expected ..., got ...`. */
export function inFile(error: unknown, file: StudyFile): unknown {
  if (!(error instanceof SpecError)) return error;
  const line = file.lineOf(error.path);
  return new AppError(error.code, `${file.name}${line === null ? '' : `, line ${line}`}, ${error.message}`, {
    ...(error.action === undefined ? {} : { action: error.action }),
    cause: error,
  });
}
