/** Appendix: how numbers were computed, and all of them: single seeds, further endpoints and intervals, the margin, the paper beside. */
import { studyFigures } from '../../../shared/figures/convergence-figures.ts';
import { forestFigure } from '../../../shared/figures/forest-figure.ts';
import { armsTable } from '../../../shared/results/tables/arms-table.ts';
import { comparisonsTable } from '../../../shared/results/tables/comparisons-table.ts';
import { marginTable, modelsTable } from '../../../shared/results/tables/margin-tables.ts';
import { paperTable } from '../../../shared/results/tables/paper-table.ts';
import { stepsOfResults, stepsTable } from '../../../shared/results/tables/steps-table.ts';
import { INTERVAL_WORDS } from '../../../shared/words/intervals.ts';
import { figure, heading, list, table, text, type Block } from '../blocks.ts';
import type { ReportInput } from '../report-input.ts';
import { statisticsMethods } from '../text/methods.ts';
import { REFERENCES } from '../text/references.ts';
import { headlinesOf, rocPart } from './auc-section.ts';

export function statisticsSection({ results, study, dataset, curves, details = [] }: ReportInput): Block[] {
  const ordered = [...results.endpoints].sort((a, b) => Number(b.headline) - Number(a.headline));
  const headlines = headlinesOf(results).map(({ id }) => id);
  const planned = { spec: study.spec, arms: study.arms, modality: dataset.modality };
  return [
    ...statisticsMethods({ spec: study.spec, dataset }).map(text),
    ...ordered.flatMap(({ id, name, headline }) => [
      heading(headline ? name : `${name} (further endpoint)`),
      ...table(armsTable(results, id), { unfold: true }),
      ...(headline
        ? figure(
            forestFigure(results, id),
            `${name}: mean test AUC (square) with its 95 % interval (${INTERVAL_WORDS[results.intervalKind].short}) and the AUC of each seed (dots).`,
          )
        : []),
      ...table(headline ? comparisonsTable(results, id) : null),
      ...table(paperTable(results, id, planned)),
    ]),
    // The report has the first in its third section.
    ...details.slice(1).flatMap((one) => rocPart(results, one)),
    ...table(modelsTable(results, headlines)),
    ...table(marginTable(results, headlines)),
    ...table(stepsTable(stepsOfResults(results))),
    ...figure(
      studyFigures(curves, { arms: study.arms, thresholdAuc: results.thresholdAuc }, 'training-loss'),
      'Training loss over steps, means over consecutive steps.',
    ),
    heading('References'),
    ...list(REFERENCES),
  ];
}
