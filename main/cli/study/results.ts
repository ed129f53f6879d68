/** `study results STUDY`: the AUC table of a study. */
import path from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../../shared/system/errors.ts';
import type { Endpoint } from '../../../shared/dataset/dataset.ts';
import { paperRows } from '../../../shared/templates/template-results.ts';
import { verdictFacts } from '../../../shared/results/verdict-facts.ts';
import { verdictOf } from '../../../shared/results/verdict-sentence.ts';
import { writeFileAtomic } from '../../platform/atomic-file.ts';
import type { CliContext } from '../context.ts';
import { resultsText } from './results-text.ts';

/** Adds the command to `study`. */
export function registerResults(study: Command, context: CliContext): void {
  study
    .command('results <study>')
    .description('AUC table: mean, 95 % intervals and SD per arm, comparisons, steps to threshold, time')
    .option('--csv <file>', 'also write the table as CSV, one row per arm and endpoint')
    .option('--endpoint <id...>', 'endpoints to show, by id or name, or "all" (default: the headline ones)')
    .option('--seeds', 'also print each seed under its arm')
    .action(async (name: string, options: { csv?: string; endpoint?: string[]; seeds?: boolean }) => {
      const { services } = await context.app({ write: false });
      const id = services.studies.find(name);
      const results = await services.results.complete(id);
      const endpoints = chooseEndpoints(results, options.endpoint ?? []);
      if (options.csv !== undefined) {
        writeFileAtomic(path.resolve(options.csv), await services.results.csv(id));
        context.out.note(`Table written to ${options.csv}.`);
      }
      const { representations } = services;
      const study = await services.studies.get(id);
      const paper = results.endpoints.flatMap(({ id: endpointId }) =>
        paperRows({ ...study, results, endpointId }).map((row) => ({
          ...{ endpointId, armId: row.arm.armId, ...row.paper },
        })),
      );
      const similarity = representations.similarity(id, 'cca') ?? representations.similarity(id, 'svcca');
      context.out.result(
        { ...results, paper, verdict: { ...verdictOf(results), facts: verdictFacts(results, similarity) } },
        () =>
          resultsText({ results, endpointIds: endpoints, similarity, planned: study, unfold: options.seeds === true }),
      );
    });
}

/** Ids of the endpoints asked for. @throws AppError `bad-input` for a name that the study does not have. */
export function chooseEndpoints(
  { endpoints }: { endpoints: readonly Pick<Endpoint, 'id' | 'name' | 'headline'>[] },
  wanted: readonly string[],
): string[] {
  if (wanted.includes('all')) return endpoints.map((endpoint) => endpoint.id);
  if (wanted.length === 0) {
    const headline = endpoints.filter((endpoint) => endpoint.headline);
    return (headline.length === 0 ? endpoints : headline).map((endpoint) => endpoint.id);
  }
  return wanted.map((name) => {
    const found = endpoints.find((e) => e.id === name || e.name.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found.id;
    const known = endpoints.map((endpoint) => `"${endpoint.id}"`).join(', ');
    throw new AppError('bad-input', `Expected an endpoint of the study (${known}), got "${name}".`);
  });
}
