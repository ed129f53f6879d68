/** Statistics that are ratios of sums over items: each patient's share of the sums, for {@link BootstrapPlan.addSums}. */
import type { PatientIndex } from './sampling.ts';

/** Adds up, per patient, what `add` writes for each item: `add(item, (sum, value) => void)`. Patients x count, row-major. */
export function sumByPatient(
  patients: PatientIndex,
  count: number,
  add: (item: number, to: (sum: number, value: number) => void) => void,
): Float64Array {
  const byPatient = new Float64Array(patients.count * count);
  for (let item = 0; item < patients.ofItems.length; item++) {
    const row = (patients.ofItems[item] as number) * count;
    add(item, (sum, value) => void ((byPatient[row + sum] as number) += value));
  }
  return byPatient;
}
