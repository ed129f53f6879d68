/** Exporting what a study found: the HTML report, its numbers as CSV, and its configuration. */
import fs from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import type { MistakePicturesRequest } from '../../../shared/mistakes/mistake-pictures.ts';
import { AppError } from '../../../shared/system/errors.ts';
import type { RunSummary } from '../../../shared/run/run.ts';
import { mapInits, type StudySpec } from '../../../shared/study/study.ts';
import type { ExportedFile } from '../../../shared/system/system.ts';
import { summariseOrigins } from '../../../shared/weights/tensor-origins.ts';
import type { RunWeights } from '../../../shared/weights/weight-changes.ts';
import { toFileError } from '../../platform/atomic-file.ts';
import type { PdfPrinter } from '../../platform/chromium.ts';
import { readInputPieces } from '../../platform/input-file.ts';
import type { LibraryPaths } from '../../platform/library-paths.ts';
import { describeParts } from '../../../shared/dataset/patient-characteristics.ts';
import { detailsCsv } from '../../report/csv/details-csv.ts';
import { describeChecklists, describeReport } from '../../report/describe-report.ts';
import { renderHtml } from '../../report/faces/html.ts';
import { marginCsv } from '../../report/csv/margin-csv.ts';
import type { StatementInput } from '../../report/checklists/statements.ts';
import type { ReportDocument } from '../../report/blocks.ts';
import type { ReportInput } from '../../report/report-input.ts';
import { armsCsv, predictionsCsv, runsCsv } from '../../report/csv/results-csv.ts';
import { hasWeights, runFiles } from '../../runs/process/run-folder.ts';
import type { Store } from '../../store/open.ts';
import type { ThresholdKind } from '../../../shared/results/study-details.ts';
import type { AppendixId } from '../../../shared/study/report-request.ts';
import type { StoredStudy } from '../../store/studies.ts';
import { appVersion } from '../system/app-version.ts';
import { numberSites } from '../bundles/bundle-split.ts';
import { drawMistakePictures, type DrawOptions } from '../mistakes/mistake-pictures.ts';
import type { ExplanationsService } from '../mistakes/explanation-service.ts';
import type { MistakesService } from '../mistakes/mistakes-service.ts';
import type { JobsService } from '../system/jobs.ts';
import { readHeadlineDetails } from '../results/study-details.ts';
import { readFailures } from '../mistakes/failure-analysis.ts';
import { writeExport, type FileContent } from './export-folder.ts';
import { describeStudy, nameAfter, printReport, REPORT_FILES, writeWord } from './report-files.ts';
import type { RepresentationsService } from '../results/similarity-service.ts';
import type { PredictedStudies } from '../results/predicted-studies.ts';
import type { ResultsService } from '../results/results-service.ts';
import { testPrecision } from './test-precision.ts';
import { tensorOrigins } from '../results/tensor-origins.ts';
import type { WeightAnalysisService } from '../results/weight-changes.ts';
import { runsInOrder } from '../studies/runs-in-order.ts';
import { countEarlierScorings } from '../studies/test-set-uses.ts';
import { formatProof, proofOf } from '../datasets/leakage-proof.ts';
import { requireDataset, requireDatasetDetail, requireStudy } from '../require.ts';

export interface ReportRequest {
  studyId: string;
  folder?: string | undefined;
  pdf?: boolean | undefined;
  /** Puts images of the most confident errors into this one report; absent: no image leaves the library. */
  images?: MistakePicturesRequest | undefined;
  /** Printed after the six sections; `report.html` has all, folded. Default none. */
  appendices?: readonly AppendixId[] | undefined;
  /** What the intervals of operating points carry. */
  thresholds?: ThresholdKind | undefined;
}

export interface ReportsDeps {
  store: Store;
  predicted: PredictedStudies;
  paths: LibraryPaths;
  results: ResultsService;
  representations: Pick<RepresentationsService, 'similarity'>;
  weightAnalysis: WeightAnalysisService;
  mistakes: MistakesService;
  explanations: Pick<ExplanationsService, 'figure'>;
  jobs: Pick<JobsService, 'start'>;
  /** Without one there is no PDF. */
  printer?: PdfPrinter | undefined;
  now?: () => Date;
}

/** Of a job's progress. */
const STEPS_AN_IMAGE = 100;

export function createReportsService(deps: ReportsDeps) {
  const { store, paths, results, representations, weightAnalysis, jobs, printer, now = () => new Date() } = deps;

  /** The specification with names in place of this library's ids, so that it reads well and runs elsewhere. */
  function portableSpec({ spec, datasetId }: StoredStudy): StudySpec {
    const weightsName = (reference: string): string => store.weights.find(reference)?.name ?? reference;
    const named = mapInits(spec, (init) =>
      'weights' in init && init.weights !== undefined ? { ...init, weights: weightsName(init.weights) } : init,
    );
    return { ...named, dataset: requireDataset(store, datasetId).name };
  }

  /** What the store holds, without any computation. */
  function known(
    study: StoredStudy,
  ): Omit<StatementInput, 'results' | 'precision' | 'files'> & Pick<ReportInput, 'study'> {
    const dataset = requireDatasetDetail(store, study.datasetId);
    const images = store.datasets.images(study.datasetId);
    return {
      study,
      dataset,
      runs: runsInOrder(store, study),
      sites: new Set(images.flatMap((image) => image.site ?? [])).size,
      otherScorings: study.bundle === undefined ? countEarlierScorings(store, study) : 0,
      characteristics: describeParts(images),
      weights: study.bundle?.weights ?? store.studies.weights(study.id).flatMap((id) => store.weights.get(id) ?? []),
    };
  }

  async function gather(study: StoredStudy, thresholds?: ThresholdKind): Promise<ReportInput> {
    const stored = known(study);
    const found = await results.complete(study.id);
    const { dataset, runs } = stored;
    const leakageProof = proofOf(deps, study);
    return {
      ...stored,
      generatedAt: now().toISOString(),
      appVersion: appVersion(),
      results: found,
      precision: testPrecision(found),
      leakageProof,
      details: await readHeadlineDetails(results, study.id, dataset.target.endpoints, { thresholds }),
      failures: await readFailures(deps, study),
      bundle: study.bundle ?? null,
      origins: study.arms.flatMap(({ id: armId }) => {
        // The seed decides values, not origins.
        const run = runs.find((candidate) => candidate.armId === armId && candidate.result !== null);
        const tensors = run === undefined ? [] : tensorOrigins(run, dataset.target.outputs.length);
        return tensors.length === 0 ? [] : [{ armId, summary: summariseOrigins(tensors) }];
      }),
      curves: results.convergence(study.id),
      filters: results.filters({ id: study.id }),
      similarity: representations.similarity(study.id, 'cca') ?? representations.similarity(study.id, 'svcca'),
      movement: await weightAnalysis.movement(study.id),
      weightRuns: await firstRunsWeights(study, runs),
      answers: store.studies.answers(study.id),
      configuration: stringify({ ...portableSpec(study), resolved_protocol: study.protocol }),
      files: REPORT_FILES.filter(({ name }) => name !== 'leakage-proof.json' || leakageProof !== null),
    };
  }

  /** Of each arm's run of the lowest seed (`runs` are in order) that has finished and kept its weights. */
  async function firstRunsWeights(study: StoredStudy, runs: readonly RunSummary[]): Promise<RunWeights[]> {
    const kept = runs.filter(({ id, result }) => result !== null && hasWeights(runFiles(paths.run(study.id, id))));
    const firsts = study.arms.flatMap(({ id }) => kept.find(({ armId }) => armId === id) ?? []);
    const found: RunWeights[] = [];
    for (const { id } of firsts) found.push(await weightAnalysis.run(id));
    return found;
  }

  function contents(study: StoredStudy, input: ReportInput, report: ReportDocument): FileContent[] {
    const { outputs } = input.dataset.target;
    const finished = input.runs.filter((run) => run.result !== null);
    const { leakageProof: proof = null } = input;
    const text: Record<
      Exclude<(typeof REPORT_FILES)[number]['name'], 'checksums.txt' | `${string}.pdf` | `${string}.docx`>,
      FileContent['write'] | null
    > = {
      'report.html': (append) => append(renderHtml(report)),
      'checklists.html': (append) => append(renderHtml(describeChecklists(input))),
      'results.csv': (append) => append(armsCsv(input.results)),
      'runs.csv': (append) => append(runsCsv(input.results, input.runs)),
      'details.csv': (append) => append(detailsCsv(input.details ?? [])),
      'margins.csv': (append) => append(marginCsv(input.results)),
      'predictions.csv': (append) => {
        append(predictionsCsv(outputs, []));
        for (const run of finished) {
          const rows = predictionsCsv(outputs, [{ run, predictions: store.predictions.list(run.id) }]);
          append(rows.slice(rows.indexOf('\n') + 1));
        }
      },
      'study.yaml': (append) => append(stringify(portableSpec(study))),
      'study.json': (append) => append(`${JSON.stringify(describeStudy(study, input), null, 2)}\n`),
      'leakage-proof.json': proof && ((append) => append(formatProof(proof))),
    };
    return Object.entries(text).flatMap(([name, write]) => (write === null ? [] : [{ name, write }]));
  }

  async function write(
    { studyId, folder, pdf = true, images, appendices = [], thresholds }: ReportRequest,
    options: DrawOptions = {},
  ): Promise<ExportedFile[]> {
    const { signal } = options;
    const study = requireStudy(store, studyId);
    if (folder !== undefined && !path.isAbsolute(folder)) {
      throw new AppError('bad-input', 'Expected the whole path of a folder to write the report to.', {
        action: 'Choose the folder again.',
      });
    }
    const mistakePictures =
      images === undefined ? {} : { mistakePictures: await drawMistakePictures(deps, study, images, options) };
    const gathered = await gather(study, thresholds);
    const isPrinted = pdf && printer?.available() === true;
    const input = {
      ...{ ...gathered, ...mistakePictures },
      files: gathered.files
        .filter(({ name }) => name !== 'report.pdf' || isPrinted)
        .map(({ name, holds }) => ({ name: nameAfter(study, name), holds })),
    };
    signal?.throwIfAborted();
    const report = describeReport(input);
    const files = [
      ...contents(study, input, report),
      ...(isPrinted ? await printReport(printer, renderHtml(report, appendices)) : []),
      ...(await writeWord(input, report, appendices)),
    ].map((file) => ({ ...file, name: nameAfter(study, file.name) }));
    signal?.throwIfAborted();
    const owner = `Transfusion Lab report of study ${study.id}`;
    const kept = writeExport({ folder: paths.report(study.id), owner, files });
    const copies =
      folder === undefined || path.resolve(folder) === path.resolve(paths.report(study.id))
        ? kept
        : writeExport({
            folder,
            owner,
            files: kept.filter((file) => file.wanted !== 'checksums.txt').map(copyOf(paths.report(study.id))),
          });
    return copies.map((file): ExportedFile => {
      const source = kept.find((candidate) => candidate.wanted === file.wanted) ?? file;
      return {
        name: file.name,
        bytes: file.bytes,
        href: `/api/reports/${encodeURIComponent(study.id)}/${encodeURIComponent(source.name)}`,
      };
    });
  }

  return {
    /**
     * Writes the report into the library's `reports/` folder (replacing the study's earlier one) and, where `folder` is given,
     * there too, without touching files of other origin. With `report.pdf` where this machine can print one, unless `pdf` is false. Works at any time; unfinished runs are said to be so.
     * @throws AppError `not-found`, `bad-input`, `io`, `out-of-space`
     */
    export: write,
    /** The same as a background job, whose result are {@link ExportedFile}s: for reports with images. Cancelled, it has written nothing. */
    startExport: (request: ReportRequest) =>
      jobs.start('report', 'Writing a report with images of errors', ({ progress, signal }) =>
        // Whole numbers for whoever shows them; one image more for the report itself.
        write(request, {
          onProgress: (done, total) => progress(Math.round(done * STEPS_AN_IMAGE), (total + 1) * STEPS_AN_IMAGE),
          signal,
        }),
      ),
    /** What a bundle takes of a study: its portable specification, and the files of its report, with numbers in place of the names of sites. */
    async contents(studyId: string): Promise<{ study: StoredStudy; spec: StudySpec; files: FileContent[] }> {
      const study = requireStudy(store, studyId);
      const gathered = await gather(study);
      const input = { ...gathered, files: gathered.files.filter(({ name }) => !/\.(pdf|docx)$/.test(name)) };
      const anonymous = hideSites(input, numberSites(store.datasets.images(study.datasetId)));
      return { study, spec: portableSpec(study), files: contents(study, anonymous, describeReport(anonymous)) };
    },
    /** What the checklists read of a study; quick, no bootstrap. @throws AppError `not-found`. */
    async checklistInput(studyId: string): Promise<StatementInput> {
      const study = requireStudy(store, studyId);
      const found = await results.results(studyId);
      return { ...known(study), results: found, precision: testPrecision(found), files: REPORT_FILES };
    },
    /** One file of the library's latest report of a study, for download. @throws AppError `not-found`. */
    file({ studyId, name }: { studyId: string; name: string }): Uint8Array {
      const study = requireStudy(store, studyId);
      const missing = new AppError(
        'not-found',
        'Expected a file of the report of this study, found none of this name.',
        {
          action: 'Export the report first.',
        },
      );
      if (!/^\w[\w-]*\.(html|pdf|docx|csv|yaml|json|txt|zip)$/.test(name)) throw missing;
      try {
        return fs.readFileSync(path.join(paths.report(study.id), name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw missing;
        throw toFileError(error, 'The file of the report could not be read.');
      }
    },
  };
}

export type ReportsService = ReturnType<typeof createReportsService>;

/** Numbers in place of the names of sites, wherever subgroups name them. */
function hideSites(input: ReportInput, sites: ReadonlyMap<string, string>): ReportInput {
  const hide = <G extends { name: string }, P extends { subgroups: G[] }>(part: P): P => ({
    ...part,
    subgroups: part.subgroups.map((group) => ({ ...group, name: sites.get(group.name) ?? group.name })),
  });
  const { details, failures } = input;
  return {
    ...input,
    ...(details === undefined ? {} : { details: details.map(hide) }),
    ...(failures === undefined ? {} : { failures: { ...failures, endpoints: failures.endpoints.map(hide) } }),
  };
}

/** A file of the library's report as content for another folder. */
function copyOf(folder: string): (file: { wanted: string; name: string }) => FileContent {
  return ({ wanted, name }) => ({
    name: wanted,
    write: (append) => readInputPieces(path.join(folder, name), { what: 'a file of the report' }, append),
  });
}
