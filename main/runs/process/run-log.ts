/** `log.jsonl` of a run: what its process and its training thread have to say, for whoever looks into the folder. */
import { appendJsonLine } from '../../platform/json-lines.ts';

export type RunLog = (level: 'info' | 'warning' | 'error', message: string) => void;

/** Messages never carry paths or identifiers of patients. */
export function createRunLog(file: string, attempt: number): RunLog {
  return (level, message) => {
    try {
      appendJsonLine(file, { time: new Date().toISOString(), attempt, level, message });
    } catch {
      // The log is not worth a run: with a full disk or a lost folder the run itself says what is wrong.
    }
  };
}
