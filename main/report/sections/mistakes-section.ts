/** Cross-tabulation at frozen thresholds, errors by subgroup, errors that arms share, and images whose labels are doubted. */
import { countOf, formatCount, formatNumber, formatPart } from '../../../shared/words/numbers.ts';
import type { CrossTabulation, FailureAnalysis, FailureOverlap } from '../../analysis/mistakes/failures.ts';
import { RULE_WORDS } from '../../../shared/results/study-details.ts';
import { groupArms } from '../../../shared/study/arms.ts';
import { mistakePicturesPart, type MistakePictures } from './mistake-pictures.ts';
import { marksPart, type ErrorsInput } from './marks-section.ts';
import { markup, type Markup, type MarkupValue } from '../markup.ts';
import type { Numbering } from '../numbering.ts';
import { runLink } from '../run-link.ts';
import { initCell } from '../figures/swatch.ts';
import { groupedTable, noteMarks, table, type Row, type RowGroup } from '../table.ts';

interface EndpointInput extends ErrorsInput {
  found: FailureAnalysis;
}

/** Null where no run has finished. */
export function errorsSection(input: ErrorsInput & { pictures?: MistakePictures | undefined }): Markup | null {
  const { results, failures, pictures, numbering } = input;
  if (failures.endpoints.length === 0) return null;
  return markup`${failures.endpoints.map((found) => {
    const name = results.endpoints.find(({ id }) => id === found.endpointId)?.name;
    const part = { ...input, found };
    return markup`<h3>${name}</h3>
${crossTable(part)}
${overlapPart(part)}
${subgroupTable(part)}`;
  })}
${pictures !== undefined && mistakePicturesPart(pictures, results, numbering)}
${marksPart(input)}`;
}

const whole = (value: number): string => formatCount(Math.round(value));
/** Means of whole numbers: one decimal. */
const mean = (value: number): string => formatCount(value, 1);

function crossTable({ results, found, slots, numbering }: EndpointInput): Markup {
  const marks = noteMarks();
  const total = found.positives + found.negatives;
  const cells = (counts: CrossTabulation, show: (value: number) => string): MarkupValue[] => [
    show(counts.tp),
    show(counts.fn),
    show(counts.fp),
    show(counts.tn),
    formatPart(counts.fn + counts.fp, total),
  ];
  const groups = groupArms(results.arms).map(({ title, arms }): RowGroup => ({
    title,
    rows: arms.flatMap((arm): Row[] => {
      const runs = found.runs.filter(({ armId }) => armId === arm.armId);
      const average = found.arms.find(({ armId }) => armId === arm.armId)?.mean ?? null;
      return [
        ...runs.map((run, index): Row => ({
          startsPart: index === 0,
          cells: [
            index === 0 ? initCell(arm.initLabel, slots) : '',
            runLink(run.runId, run.seed),
            run.counts === null ? markup`–${marks.mark(run.why)}` : formatNumber(run.threshold ?? Infinity),
            ...(run.counts === null ? Array<string>(5).fill('–') : cells(run.counts, whole)),
          ],
        })),
        ...(average === null || runs.length < 2
          ? []
          : [{ cells: ['', markup`<span class="quiet">mean</span>`, '', ...cells(average, mean)] }]),
      ];
    }),
  }));
  const unknown = found.unknown === 0 ? '' : ` ${countOf(found.unknown, 'image')} with an unknown label are left out.`;
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Calls of each run against the reference standard: ${formatCount(found.positives)} positive and ${formatCount(found.negatives)} negative test images, each run at its own threshold, chosen on its validation images (${RULE_WORDS[found.rule]}) and frozen. “Mean”: the average of the arm’s runs, not the table of an ensemble.${unknown}`,
    columns: [
      { head: 'Initialisation' },
      { head: 'Seed', number: true },
      { head: 'Threshold', number: true },
      { head: markup`True positive<br><span class="quiet">positive, called</span>`, number: true },
      { head: markup`False negative<br><span class="quiet">positive, missed</span>`, number: true },
      { head: markup`False positive<br><span class="quiet">negative, called</span>`, number: true },
      { head: markup`True negative<br><span class="quiet">negative, not called</span>`, number: true },
      { head: 'Wrong', number: true },
    ],
    groups,
    notes: marks.list(),
  });
}

function overlapPart({ results, found, slots, numbering }: EndpointInput): Markup | null {
  const { overlap } = found;
  if (overlap === null || found.runs.length < 2) return null;
  const several = found.arms.length > 1;
  const groups = groupArms(results.arms).map(({ title, arms }): RowGroup => ({
    title,
    rows: arms.flatMap((arm): Row[] => {
      const own = found.arms.find(({ armId }) => armId === arm.armId);
      if (own?.wrong == null) return [];
      const { fn, fp } = own.wrong;
      return [
        {
          cells: [
            initCell(arm.initLabel, slots),
            formatCount(fn),
            formatCount(fp),
            formatCount(fn + fp),
            formatCount(overlap.everyArm.fn + overlap.everyArm.fp),
            formatCount(own.alone ?? 0),
          ],
        },
      ];
    }),
  }));
  return markup`${
    several &&
    groupedTable({
      caption: markup`<b>Table ${numbering.table()}.</b> Errors that arms share: images that more than half of an arm’s runs get wrong, how many of them every arm gets wrong, and how many no other arm does.`,
      columns: [
        { head: 'Initialisation' },
        { head: 'Missed', number: true },
        { head: 'False alarms', number: true },
        { head: 'Wrong', number: true },
        { head: 'of these: by every arm', number: true },
        { head: 'by this arm only', number: true },
      ],
      groups,
    })
  }
<p>${overlapSentence(overlap, found)}</p>
${imageTable(overlap, numbering)}`;
}

function overlapSentence({ runs, everyRun, expected, noRun }: FailureOverlap, found: FailureAnalysis): string {
  const errors = everyRun.fn + everyRun.fp;
  const total = formatCount(found.positives + found.negatives);
  const start = `No run gets ${formatCount(noRun)} of the ${total} images wrong; all ${formatCount(runs)} runs get ${formatCount(errors)} wrong (${formatCount(everyRun.fn)} missed, ${formatCount(everyRun.fp)} false alarms).`;
  const chance = expected.fn + expected.fp;
  return `${start} If runs erred independently of each other, ${chance < 0.05 ? 'fewer than 0.1' : mean(chance)} would be expected: what exceeds this is difficult for all networks of this study, or has a doubtful label.`;
}

function imageTable({ images, everyRun, runs }: FailureOverlap, numbering: Numbering): Markup | null {
  if (images.length === 0) return null;
  const all = everyRun.fn + everyRun.fp;
  const listed =
    images.length === all
      ? `${formatCount(all)} in all`
      : `the ${formatCount(images.length)} most confident of ${formatCount(all)}`;
  const ids = (label: 0 | 1): MarkupValue => {
    const found = images.filter((image) => image.label === label);
    return found.length === 0
      ? '–'
      : found.map((image, index) => markup`${index > 0 && ', '}<span class="mono">${image.id}</span>`);
  };
  return table({
    caption: markup`<b>Table ${numbering.table()}.</b> Images that all ${formatCount(runs)} runs get wrong (${listed}), by image id, most confidently wrong first. predictions.csv has the scores.`,
    columns: [{ head: 'Reference standard' }, { head: 'Images' }],
    rows: [{ cells: ['positive, missed', ids(1)] }, { cells: ['negative, called positive', ids(0)] }],
  });
}

function subgroupTable({ results, found, slots, numbering }: EndpointInput): Markup | null {
  if (found.subgroups.length === 0 || found.overlap === null) return null;
  const models = new Set(results.arms.map(({ model }) => model)).size > 1;
  const arms = results.arms.filter(({ armId }) => found.arms.some((arm) => arm.armId === armId));
  const groups = [...Map.groupBy(found.subgroups, ({ variable }) => variable)].map(([title, members]): RowGroup => ({
    title,
    rows: members.flatMap((member) => {
      const facts = [member.name, formatCount(member.positives), formatCount(member.negatives)];
      const enough = member.arms.some(({ fn, fp }) => fn !== null || fp !== null);
      if (!enough)
        return [{ startsPart: true, cells: [...facts, markup`<span class="quiet">too few</span>`, '–', '–'] }];
      return arms.map((arm, index): Row => {
        const own = member.arms.find(({ armId }) => armId === arm.armId);
        const cell = (errors: number | null | undefined, of: number): MarkupValue =>
          errors == null ? '–' : markup`${mean(errors)} <span class="quiet">(${formatPart(errors, of)})</span>`;
        return {
          startsPart: index === 0,
          cells: [
            ...(index === 0 ? facts : ['', '', '']),
            markup`${models && `${arm.modelName} `}${initCell(arm.initLabel, slots)}`,
            cell(own?.fn, member.positives),
            cell(own?.fp, member.negatives),
          ],
        };
      });
    }),
  }));
  return groupedTable({
    caption: markup`<b>Table ${numbering.table()}.</b> Errors in parts of the test set at the same thresholds: means over the runs of an arm, with the share of the part’s positive (missed) or negative (false alarms) images. A dash or “too few”: fewer than ${String(found.leastInClass)} such images. No interval: these are counts of this test set; AUCs by subgroup have theirs.`,
    columns: [
      { head: 'Subgroup' },
      { head: 'Positive', number: true },
      { head: 'Negative', number: true },
      { head: 'Arm' },
      { head: 'Missed', number: true },
      { head: 'False alarms', number: true },
    ],
    groups,
  });
}
