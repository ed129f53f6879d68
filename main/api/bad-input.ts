/** Words for input that does not fit its schema. */
import { z, type ZodError } from 'zod';
import type { ErrorShape } from '../../shared/system/errors.ts';

/** `Expected a valid "split.train": too small …`: the first issue in the message, all of them in the details. */
export function badInputShape(error: ZodError): ErrorShape {
  const issue = error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'input' : `"${issue.path.map(String).join('.')}"`;
  const what = issue === undefined ? 'it does not fit the schema' : lowerFirst(issue.message.replace(/\.$/, ''));
  return {
    code: 'bad-input',
    message: `The ${where === 'input' ? where : `field ${where}`} cannot be used: ${what}.`,
    action: 'Correct it and try again.',
    details: z.prettifyError(error),
  };
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
