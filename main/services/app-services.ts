/**
 * The use cases of the app, made once by `main/app.ts`. The API's context and what the command line works with. A service
 * is what `createXService(deps)` of its own file returns.
 */
import type { BundlesService } from './bundles/bundles-service.ts';
import type { DatasetsService } from './datasets/datasets-service.ts';
import type { ExplanationsService } from './mistakes/explanation-service.ts';
import type { MistakesService } from './mistakes/mistakes-service.ts';
import type { ImageMarksService } from './datasets/image-marks.ts';
import type { JobsService } from './system/jobs.ts';
import type { MarginsService } from './studies/margins.ts';
import type { PhantomsService } from './datasets/phantoms.ts';
import type { PicturePairsService } from './datasets/picture-pairs.ts';
import type { QuestionnaireService } from './reports/questionnaire-service.ts';
import type { QueueService } from './studies/queue-service.ts';
import type { ReportsService } from './reports/reports-service.ts';
import type { RepresentationsService } from './results/similarity-service.ts';
import type { ResultsService } from './results/results-service.ts';
import type { RunsService } from './studies/runs-service.ts';
import type { StudiesService } from './studies/studies-service.ts';
import type { SystemService } from './system/system-service.ts';
import type { WeightAnalysisService } from './results/weight-changes.ts';
import type { WeightsService } from './weights/weights-service.ts';

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
  readonly mistakes: MistakesService;
  readonly imageMarks: ImageMarksService;
  readonly picturePairs: PicturePairsService;
  readonly reports: ReportsService;
  readonly bundles: BundlesService;
  readonly questionnaire: QuestionnaireService;
}
