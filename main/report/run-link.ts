/** From a number to the run behind it: seeds link to the run's row in the table of runs. */
import { markup, type Markup } from '../../shared/words/markup.ts';

export const runAnchor = (runId: string): string => `run-${runId.replace(/[^\w-]/g, '_')}`;

export function runLink(runId: string, text: string | number): Markup {
  return markup`<a class="run" href="#${runAnchor(runId)}">${text}</a>`;
}
