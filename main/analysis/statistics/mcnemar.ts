/** Two models at their fixed thresholds on the same patients. */
import { binomialCdf } from './distributions.ts';

export interface McNemarResult {
  /** Right by A only, and right by B only. */
  onlyA: number;
  onlyB: number;
  /** Exact two-sided p-value; null without a discordant pair. */
  p: number | null;
  why: string | null;
}

/**
 * Exact McNemar test: the discordant pairs are fair coin tosses under H0, so p = 2 P(Bin(b + c, 1/2) <= min(b, c)), at most 1.
 * No continuity correction, no chi-squared approximation.
 */
export function mcnemarExact(onlyA: number, onlyB: number): McNemarResult {
  const total = onlyA + onlyB;
  if (total === 0) return { onlyA, onlyB, p: null, why: 'No test: the two models never disagree.' };
  const p = Math.min(1, 2 * fairCoinTail(Math.min(onlyA, onlyB), total));
  return { onlyA, onlyB, p, why: null };
}

/** P(Bin(n, 1/2) <= k), term by term where 2^-n is a number. */
function fairCoinTail(k: number, n: number): number {
  if (n > 1000) return binomialCdf(k, n, 0.5);
  let term = 2 ** -n;
  let sum = term;
  for (let i = 1; i <= k; i++) {
    term *= (n - i + 1) / i;
    sum += term;
  }
  return sum;
}

export interface PatientMcNemar {
  /** Among patients with a positive image: compares sensitivities. */
  positive: McNemarResult & { patients: number };
  /** Among the others: compares specificities. */
  negative: McNemarResult & { patients: number };
  /** All patients: compares accuracies. */
  all: McNemarResult & { patients: number };
}

/**
 * McNemar's test on patients, which are independent where images are not. A patient is positive with any positive image, and called
 * positive with any image at or above the model's threshold (null: +infinity). `patients` names each item's patient.
 */
export function comparePatientCalls(params: {
  labels: ArrayLike<number>;
  patients: ArrayLike<string | number>;
  a: { scores: ArrayLike<number>; threshold: number | null };
  b: { scores: ArrayLike<number>; threshold: number | null };
}): PatientMcNemar {
  const { labels, patients, a, b } = params;
  const byPatient = new Map<string | number, { truth: boolean; a: boolean; b: boolean }>();
  for (let i = 0; i < labels.length; i++) {
    const name = patients[i] as string | number;
    const entry = byPatient.get(name) ?? { truth: false, a: false, b: false };
    entry.truth ||= labels[i] === 1;
    entry.a ||= a.threshold !== null && (a.scores[i] as number) >= a.threshold;
    entry.b ||= b.threshold !== null && (b.scores[i] as number) >= b.threshold;
    byPatient.set(name, entry);
  }
  const among = (keep: (truth: boolean) => boolean): McNemarResult & { patients: number } => {
    const kept = [...byPatient.values()].filter(({ truth }) => keep(truth));
    const onlyA = kept.filter((entry) => entry.a === entry.truth && entry.b !== entry.truth).length;
    const onlyB = kept.filter((entry) => entry.b === entry.truth && entry.a !== entry.truth).length;
    return { ...mcnemarExact(onlyA, onlyB), patients: kept.length };
  };
  return { positive: among((truth) => truth), negative: among((truth) => !truth), all: among(() => true) };
}
