/** What every `stats` command says first: how many rows, of which class, of how many patients, and so which interval. */
import { countOf, formatCount } from '../../../shared/words/numbers.ts';
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

/** The head of the column with the analytic interval. */
export const ANALYTIC_HEADS = { delong: '95% DeLong', 'delong-clustered': '95% Obuchowski' };

/** @param bootstrapped whether bootstrap intervals are printed beside the analytic ones */
export function basisText(basis: Basis, bootstrapped: boolean): string {
  const { noLabel, noScore } = basis.leftOut;
  return [
    `${formatCount(basis.items)} rows: ${formatCount(basis.positives)} positive, ${formatCount(basis.negatives)} negative${basis.patients === null ? '' : `; ${formatCount(basis.patients)} patients`}.`,
    `Intervals: 95%, ${bootstrapped ? `bootstrap by ${basis.patients === null ? 'row' : 'patient'}, and beside it ` : ''}${ANALYTIC_NAMES[basis.intervalKind]}.`,
    basis.intervalKind === 'delong-clustered' && (basis.patients ?? 0) < FEW_PATIENTS
      ? `Only ${countOf(basis.patients ?? 0, 'patient')}: clustered intervals of so few are too narrow.`
      : '',
    basis.repeatedImages > 0
      ? `${formatCount(basis.repeatedImages)} rows name an image that an earlier row has; every row counts.`
      : '',
    noLabel > 0 ? `${formatCount(noLabel)} rows without a label were left out.` : '',
    noScore > 0 ? `${formatCount(noScore)} rows without a score were left out.` : '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}
