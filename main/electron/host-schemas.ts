/** What each message from the page to the main process may carry. */
import { z } from 'zod';

/** A file name without folders; the dialog shows it as the suggestion. */
const fileName = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => !/[\\/\0]/.test(name), { message: 'Expected a file name without a folder.' });

export const pickFolderSchema = z.object({
  title: z.string().min(1).max(200),
  startIn: z.string().max(4096).optional(),
});
export const pickFileSchema = pickFolderSchema.extend({
  endings: z
    .array(z.string().regex(/^[a-z0-9]{1,20}$/))
    .min(1)
    .max(20),
});
/** Only downloads of the API: nothing else is ever written where the user points. */
export const saveFileSchema = z.object({
  href: z
    .string()
    .max(1000)
    .regex(/^\/api\/(reports|results)\/[^\s]+$/, 'Expected the address of a download.'),
  name: fileName,
});
export const showItemSchema = z.string().min(1).max(4096);
/** Only what is read, and never run. */
export const openReportSchema = showItemSchema.regex(/\.(html|pdf|docx)$/, 'Expected a report.');
export const openExternalSchema = z.string().min(1).max(2000);
