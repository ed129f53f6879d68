/** Cross-tabulation at frozen thresholds, mistakes by subgroup, mistakes that arms share, and images whose labels are doubted. */
import { formatCount } from '../../../shared/words/numbers.ts';
import { crossTabulation } from '../../../shared/results/details-tables/calls.ts';
import type { Table } from '../../../shared/tables/table.ts';
import type { FailureAnalysis, FailureOverlap } from '../../analysis/mistakes/failures.ts';
import { mistakePicturesPart, type MistakePictures } from './mistake-pictures.ts';
import { everyRunTable, sharedMistakesTable, subgroupMistakesTable } from './mistakes-tables.ts';
import { marksPart, type ErrorsInput } from './image-marks-section.ts';
import { markup, type Markup } from '../../../shared/words/markup.ts';
import { tableMarkup } from '../table.ts';

/** Null where no run has finished. */
export function errorsSection(input: ErrorsInput & { pictures?: MistakePictures | undefined }): Markup | null {
  const { results, failures, pictures, numbering } = input;
  if (failures.endpoints.length === 0) return null;
  const show = (table: Table | null): Markup | null => tableMarkup(table, numbering);
  return markup`${failures.endpoints.map((found) => {
    const { overlap, runs } = found;
    const name = results.endpoints.find(({ id }) => id === found.endpointId)?.name;
    return markup`<h3>${name}</h3>
${show(crossTabulation(found, results.arms))}
${
  overlap !== null &&
  runs.length > 1 &&
  markup`${show(sharedMistakesTable(found, results.arms))}
<p>${overlapSentence(overlap, found)}</p>
${show(everyRunTable(overlap))}`
}
${show(subgroupMistakesTable(found, results.arms))}`;
  })}
${pictures !== undefined && mistakePicturesPart(pictures, results, numbering)}
${marksPart(input)}`;
}

function overlapSentence({ runs, everyRun, expected, noRun }: FailureOverlap, found: FailureAnalysis): string {
  const errors = everyRun.fn + everyRun.fp;
  const total = formatCount(found.positives + found.negatives);
  const start = `No run gets ${formatCount(noRun)} of the ${total} images wrong; all ${formatCount(runs)} runs get ${formatCount(errors)} wrong (${formatCount(everyRun.fn)} missed, ${formatCount(everyRun.fp)} false alarms).`;
  const chance = expected.fn + expected.fp;
  return `${start} If runs erred independently of each other, ${chance < 0.05 ? 'fewer than 0.1' : formatCount(chance, 1)} would be expected: what exceeds this is difficult for all networks of this study, or has a doubtful label.`;
}
