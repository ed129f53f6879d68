/** A remark that belongs beside every comparison of arms: its interval does not carry the variation between trainings. */
import type { ArmComparison, StudyResults } from './results.ts';

/**
 * Where the difference is smaller than the larger SD over seeds of its two arms: that SD; else null (also where no SD is known).
 */
export function exceedingSeedSd(results: Pick<StudyResults, 'arms'>, comparison: ArmComparison): number | null {
  const sds = results.arms
    .filter((arm) => arm.armId === comparison.armA || arm.armId === comparison.armB)
    .flatMap((arm) => arm.endpoints.find((endpoint) => endpoint.endpointId === comparison.endpointId)?.sd ?? []);
  const largest = Math.max(0, ...sds);
  return Math.abs(comparison.difference) < largest ? largest : null;
}

/** {@link exceedingSeedSd} as a sentence, or null. */
export function seedSpreadNote(results: Pick<StudyResults, 'arms'>, comparison: ArmComparison): string | null {
  const sd = exceedingSeedSd(results, comparison);
  if (sd === null) return null;
  return `The difference is smaller than the variation between seeds (SD up to ${sd.toFixed(3)}), so other seeds may show another one.`;
}
