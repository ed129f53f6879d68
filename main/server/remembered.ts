/** Port and token of the last start of `serve` on a library, so that an open page goes on after a reload. */
import fs from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../platform/atomic-file.ts';
import { readJsonOrNull } from '../platform/json-file.ts';
import { createToken } from './credentials.ts';

const rememberedSchema = z.object({ port: z.int().min(1).max(65535).nullable(), token: z.string().min(43) });
export type Remembered = z.infer<typeof rememberedSchema>;

/** With a new token, which ends all sessions, where there is none that can be read, or where `newToken` asks for it. */
export function readRemembered(file: string, { newToken }: { newToken: boolean }): Remembered {
  const { port, token } = readJsonOrNull(file, rememberedSchema) ?? { port: null, token: null };
  return { port, token: newToken || token === null ? createToken() : token };
}

export function writeRemembered(file: string, remembered: Remembered): void {
  writeFileAtomic(file, JSON.stringify(remembered));
  fs.chmodSync(file, 0o600);
}
