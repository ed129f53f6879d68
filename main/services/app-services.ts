/**
 * The use cases of the app, made once by `main/app.ts`. The API's context and what the command line works with. A service
 * is an interface in a file of its own, made by `createXService(deps)`.
 */
import type { BundlesService } from './bundles.ts';
import type { DatasetsService } from './datasets.ts';
import type { ExplanationsService } from './explanations.ts';
import type { ImageErrorsService } from './image-errors.ts';
import type { ImageMarksService } from './image-marks.ts';
import type { JobsService } from './jobs.ts';
import type { MarginsService } from './margins.ts';
import type { PhantomsService } from './phantoms.ts';
import type { QuestionnaireService } from './questionnaire.ts';
import type { QueueService } from './queue.ts';
import type { ReportsService } from './reports.ts';
import type { RepresentationsService } from './representations.ts';
import type { ResultsService } from './results.ts';
import type { RunsService } from './runs.ts';
import type { StudiesService } from './studies.ts';
import type { SystemService } from './system.ts';
import type { WeightAnalysisService } from './weight-analysis.ts';
import type { WeightsService } from './weights.ts';

export interface AppServices {
  readonly jobs: JobsService;
  readonly system: SystemService;
  readonly phantoms: PhantomsService;
  readonly datasets: DatasetsService;
  readonly weights: WeightsService;
  readonly studies: StudiesService;
  readonly runs: RunsService;
  readonly queue: QueueService;
  readonly results: ResultsService;
  readonly margins: MarginsService;
  readonly representations: RepresentationsService;
  readonly weightAnalysis: WeightAnalysisService;
  readonly explanations: ExplanationsService;
  readonly imageErrors: ImageErrorsService;
  readonly imageMarks: ImageMarksService;
  readonly reports: ReportsService;
  readonly bundles: BundlesService;
  readonly questionnaire: QuestionnaireService;
}
