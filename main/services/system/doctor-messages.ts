/** What the process of `doctor-probe.ts` tells `doctor.ts`. */
import { z } from 'zod';

export const PROBED_PARTS = ['database', 'images', 'tensorflow', 'kernels'] as const;
export type ProbedPart = (typeof PROBED_PARTS)[number];

const kernelsFoundSchema = z.object({
  runs: z.string().nullable(),
  reason: z.string().nullable(),
  without: z.array(z.string()),
});
export type KernelsFound = z.infer<typeof kernelsFoundSchema>;

export const probeMessageSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('trying'), part: z.enum(PROBED_PARTS) }),
  z.object({
    state: z.literal('works'),
    part: z.enum(PROBED_PARTS),
    version: z.string(),
    device: z.enum(['cpu', 'gpu']).optional(),
    /** Of the native kernels: their instruction set, or why there are none; and the sets that the compiler could not make. */
    kernels: kernelsFoundSchema.optional(),
    /** Time to load and try it. */
    tookMs: z.number(),
  }),
  z.object({ state: z.literal('broken'), part: z.enum(PROBED_PARTS), reason: z.string() }),
]);
export type ProbeMessage = z.infer<typeof probeMessageSchema>;
