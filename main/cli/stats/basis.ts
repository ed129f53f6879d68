/** What every `stats` command says first: how many rows, of which class, of how many patients, and so which interval. */
import { countOf, formatCount, wordFor } from '../../../shared/words/numbers.ts';
import type { StatsData } from './scores-table.ts';

export interface Basis {
  items: number;
  positives: number;
  negatives: number;
  patients: number | null;
  leftOut: StatsData['leftOut'];
  /** Rows whose image an earlier row has. */
  repeatedImages: number;
  /** Clustered where a patient column is given and rows outnumber patients. */
  intervalKind: 'delong' | 'delong-clustered';
}

export function describeBasis(data: StatsData): Basis {
  const positives = data.labels.reduce((sum, label) => sum + label, 0);
  const patients = data.patients === null ? null : new Set(data.patients).size;
  return {
    items: data.labels.length,
    positives,
    negatives: data.labels.length - positives,
    patients,
    leftOut: data.leftOut,
    repeatedImages: data.repeatedImages ?? 0,
    intervalKind: patients !== null && patients < data.labels.length ? 'delong-clustered' : 'delong',
  };
}

/** Below this many patients the normal interval of a clustered variance is too narrow to be taken at its word (this app's choice). */
const FEW_PATIENTS = 20;

const ANALYTIC_NAMES = { delong: 'DeLong', 'delong-clustered': 'DeLong clustered by patient (Obuchowski 1997)' };

/** Tells the column with the analytic interval from others. */
export const ANALYTIC_UNITS = { delong: 'DeLong', 'delong-clustered': 'Obuchowski' };

/** @param bootstrapped whether bootstrap intervals are printed beside the analytic ones */
export function basisNotes(basis: Basis, bootstrapped: boolean): string[] {
  const { items, positives, negatives, patients, repeatedImages, intervalKind, leftOut } = basis;
  const beside = bootstrapped ? `bootstrap by ${patients === null ? 'row' : 'patient'}, and beside it ` : '';
  const without = (count: number, what: string): string =>
    `${countOf(count, 'row')} without a ${what} ${wordFor(count, 'was', 'were')} left out.`;
  return [
    `${countOf(items, 'row')}: ${formatCount(positives)} positive, ${formatCount(negatives)} negative${patients === null ? '' : `; ${countOf(patients, 'patient')}`}.`,
    `Intervals: 95 %, ${beside}${ANALYTIC_NAMES[intervalKind]}.`,
    ...(intervalKind === 'delong-clustered' && (patients ?? 0) < FEW_PATIENTS
      ? [`Only ${countOf(patients ?? 0, 'patient')}: clustered intervals of so few are too narrow.`]
      : []),
    ...(repeatedImages > 0
      ? [`${countOf(repeatedImages, 'row names', 'rows name')} an image that an earlier row has; every row counts.`]
      : []),
    ...(leftOut.noLabel > 0 ? [without(leftOut.noLabel, 'label')] : []),
    ...(leftOut.noScore > 0 ? [without(leftOut.noScore, 'score')] : []),
  ];
}
