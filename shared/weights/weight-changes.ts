/** What training did to a run's weights: how far they moved, and how they are spread. */

/** Between the start of a run and the weights that it was tested with. */
export interface WeightMovement {
  /** Norm of the difference over the norm at the start (L2, over all values); null where the start is all zeros. */
  relativeDistance: number | null;
  /** Cosine between start and end as vectors; null where one of them is all zeros. */
  cosine: number | null;
  /** Root mean square of the values. */
  rmsBefore: number;
  rmsAfter: number;
  /** How many values. */
  count: number;
}

/** Values in equal bins from `low` to `high`; the last bin includes `high`. */
export interface WeightHistogram {
  low: number;
  high: number;
  before: number[];
  after: number[];
}

/** The kernel of one convolution or dense layer. */
export interface LayerWeights extends WeightMovement {
  layer: string;
  stage: string;
  shape: number[];
  histogram: WeightHistogram;
}

export interface StageWeightMovement extends WeightMovement {
  stage: string;
}

export interface RunWeights {
  runId: string;
  armId: string;
  seed: number;
  layers: LayerWeights[];
  /** All kernels of a stage together, from the image up; the classifier's is `head`. */
  stages: StageWeightMovement[];
}

/** Mean and sample standard deviation over an arm's runs; SD is null with fewer than two. */
export interface ArmWeightMovement {
  armId: string;
  runs: number;
  stages: {
    stage: string;
    relativeDistance: { mean: number; sd: number | null } | null;
    cosine: { mean: number; sd: number | null } | null;
  }[];
}
