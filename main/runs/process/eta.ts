/** Seconds to the end of a run, from how long steps and evaluations have taken so far in this process. */
import { evaluationsAfter, type TrainingPlan } from '../training/training-plan.ts';

/** Later steps count more, so that a machine that becomes busy or idle shows within about twenty steps. */
const SMOOTHING = 0.1;
/** The first step compiles kernels and is no measure. */
const WARM_UP_STEPS = 1;
/** A forward pass is about a third of a training step; used until an evaluation has been timed. */
const FORWARD_SHARE = 1 / 3;

export function createEtaTracker(params: { plan: TrainingPlan; validationImages: number; testImages: number }) {
  const { plan, validationImages, testImages } = params;
  let steps = 0;
  let stepSeconds: number | null = null;
  let imageSeconds: number | null = null;
  return {
    /** One training step with its waiting for data. */
    addStep(seconds: number): void {
      steps++;
      if (stepSeconds === null || steps <= WARM_UP_STEPS + 1) stepSeconds = seconds;
      else stepSeconds += SMOOTHING * (seconds - stepSeconds);
    },
    /** Scoring of `images` images. */
    addScoring(images: number, seconds: number): void {
      if (images > 0) imageSeconds = seconds / images;
    },
    /**
     * @param scoring images still to be scored in the evaluation or test under way
     * @returns null before the first step
     */
    remaining(step: number, scoring: number = 0): number | null {
      const perImage = imageSeconds ?? (stepSeconds === null ? null : (FORWARD_SHARE * stepSeconds) / plan.batch);
      if (perImage === null) return null;
      const images = scoring + evaluationsAfter(plan, step) * validationImages + validationImages + testImages;
      return (plan.totalSteps - step) * (stepSeconds ?? 0) + images * perImage;
    },
  };
}

export type EtaTracker = ReturnType<typeof createEtaTracker>;
