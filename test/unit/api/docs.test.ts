/** The table in docs/architecture.md is what others write their clients by: it names every procedure and its kind, and no other. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { appRouter } from '../../../main/api/router.ts';

const KINDS = ['query', 'mutation', 'subscription'];

/** `name -> kind` of the table's rows; a row may name several procedures, with one kind or one each. */
function readTable(markdown: string): Map<string, string> {
  const rows = markdown.split('\n').filter((line) => /^\| +`\w+\.\w+`/.test(line));
  return new Map(
    rows.flatMap((row): [string, string][] => {
      const [, names = '', kinds = ''] = row.split('|');
      const procedures = [...names.matchAll(/`([\w.]+)`/g)].map(([, name]) => name ?? '');
      const each = kinds.split('/').map((kind) => kind.trim());
      return procedures.map((name, i) => [name, each[i] ?? each[0] ?? '']);
    }),
  );
}

describe('the API table', () => {
  const file = path.join(import.meta.dirname, '../../../docs/architecture.md');
  const table = readTable(fs.readFileSync(file, 'utf8'));
  const procedures = Object.entries(
    appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>,
  ).map(([name, { _def }]): [string, string] => [name, _def.type]);

  it('knows its kinds', () => {
    for (const [name, kind] of table) expect(KINDS, name).toContain(kind);
  });

  it('names every procedure, and no other', () => {
    expect(Object.fromEntries([...table].sort())).toEqual(Object.fromEntries(procedures.sort()));
  });
});
