import { expect, it } from 'vitest';
import { fileStem } from '../../../../shared/system/names.ts';

it.each([
  ['does transfer help here?', 'does-transfer-help-here'],
  ['Überprüfung: Naïve/2 (b)', 'uberprufung-naive-2-b'],
  ['../../etc/passwd', 'etc-passwd'],
  ['眼底', 'study'],
  ['x'.repeat(59) + ' y', 'x'.repeat(59)],
])('files of a study called %j start with %j', (name, stem) => expect(fileStem(name)).toBe(stem));
