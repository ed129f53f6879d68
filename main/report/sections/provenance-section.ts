/** Which run produced which number, with which software, on which data. */
import { formatCount, formatNumber, shortHash } from '../../../shared/words/numbers.ts';
import type { RunResult, RunSummary } from '../../../shared/run/run.ts';
import { markup, type Markup } from '../markup.ts';
import { formatDateTime, formatDuration } from '../../../shared/words/times.ts';
import type { Numbering } from '../numbering.ts';
import type { ReportInput } from '../report-input.ts';
import { runAnchor } from '../run-link.ts';
import { initCell } from '../figures/swatch.ts';
import { table } from '../table.ts';

export function provenanceSection(input: ReportInput, slots: Map<string, number>, numbering: Numbering): Markup {
  const environments = findEnvironments(input.runs);
  return markup`${hashTable(input, numbering)}
${originTable(input, slots, numbering)}
${runTable({ input, environments, slots, numbering })}
<p class="sans">${[...environments].map(([text, letter]) => markup`<b>${letter}</b> ${text}. `)}</p>`;
}

function shortId(id: string): string {
  return id.length <= 12 ? id : id.slice(0, 8);
}

/** Each distinct device and set of versions with a letter, so that the table stays narrow. */
function findEnvironments(runs: readonly RunSummary[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const run of runs) {
    if (run.result === null) continue;
    const text = environmentOf(run.result);
    if (!found.has(text)) found.set(text, String.fromCharCode(65 + (found.size % 26)));
  }
  return found;
}

function environmentOf({ device, versions }: RunResult): string {
  const listed = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [device, ...listed].join(', ');
}

function hashTable({ dataset, weights }: ReportInput, numbering: Numbering): Markup {
  return table({
    caption: markup`<b>Table ${numbering.table()}.</b> What the study used, by SHA-256.`,
    columns: [{ head: 'Item' }, { head: 'Origin' }, { head: 'SHA-256' }],
    rows: [
      {
        cells: [
          `Dataset “${dataset.name}”`,
          `imported ${formatDateTime(dataset.createdAt, 'utc')}; images, labels and split`,
          markup`<span class="mono">${dataset.contentHash}</span>`,
        ],
      },
      ...weights.map((set) => ({
        cells: [
          `Weights “${set.name}”`,
          [set.origin, set.licenceNote].filter((part) => part !== '').join('; '),
          markup`<span class="mono">${set.sha256}</span>`,
        ],
      })),
    ],
  });
}

function originTable({ origins, results }: ReportInput, slots: Map<string, number>, numbering: Numbering): Markup {
  if (origins.length === 0) return markup``;
  return table({
    caption: markup`<b>Table ${numbering.table()}.</b> Where the first values of each arm’s tensors came from, by stage from the image up. “Neutral”: batch normalisation and biases at 0 and 1; “frozen”: not changed by training.`,
    columns: [{ head: 'Arm' }, { head: 'First values' }],
    rows: origins.flatMap(({ armId, summary }) => {
      const arm = results.arms.find((candidate) => candidate.armId === armId);
      if (arm === undefined) return [];
      const size = arm.trainSize !== 'all' && `, ${arm.trainSize} images`;
      return [
        {
          cells: [
            markup`<span class="arm">${initCell(arm.initLabel, slots)}</span><br><span class="arm quiet">${arm.modelName}${size}</span>`,
            summary,
          ],
        },
      ];
    }),
  });
}

function runTable(params: {
  input: ReportInput;
  environments: Map<string, string>;
  slots: Map<string, number>;
  numbering: Numbering;
}): Markup {
  const { input, environments, slots, numbering } = params;
  const rows = input.runs.map((run) => {
    const arm = input.results.arms.find((candidate) => candidate.armId === run.armId);
    const { result } = run;
    return {
      anchor: runAnchor(run.id),
      cells: [
        markup`<span class="mono">${shortId(run.id)}</span>`,
        markup`<span class="arm">${initCell(run.initLabel, slots)}</span><br><span class="arm quiet">${arm?.modelName ?? run.model}${run.trainSize !== 'all' && `, ${run.trainSize} images`}</span>`,
        run.seed,
        result === null ? run.state : formatCount(result.steps),
        result === null ? '–' : formatCount(result.bestStep),
        formatNumber(result?.bestValidationAuc),
        formatDuration(result?.seconds),
        run.attempts,
        result === null ? '–' : (environments.get(environmentOf(result)) ?? '–'),
        markup`<span class="mono">${result === null ? '–' : shortHash(result.predictionsSha256)}</span>`,
      ],
    };
  });
  return table({
    caption: markup`<b>Table ${numbering.table()}.</b> Runs. “Tested step” is the checkpoint with the best validation AUC (“Val. AUC”), “Starts” counts resumed runs more than once; the last column begins the SHA-256 of the run’s predictions. Long run numbers and hashes are cut; runs.csv has them whole.`,
    columns: [
      { head: 'Run' },
      { head: 'Arm' },
      { head: 'Seed', number: true },
      { head: 'Steps', number: true },
      { head: 'Tested step', number: true },
      { head: 'Val. AUC', number: true },
      { head: 'Time', number: true },
      { head: 'Starts', number: true },
      { head: 'Software' },
      { head: 'SHA-256' },
    ],
    rows,
  });
}
