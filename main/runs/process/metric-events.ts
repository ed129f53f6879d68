/** The lines of `metrics.jsonl`, as training writes them. */
import type { MetricEvent } from '../../../shared/run/run.ts';
import { appendJsonLine } from '../../platform/json-lines.ts';
import { addWork, msPerImage } from '../feed/feed-work.ts';
import type { TrainingContext } from '../training/training-context.ts';
import type { TrainingPlan } from '../training/training-plan.ts';
import type { TrainingSession } from '../training/training-session.ts';

export interface StepEvent {
  add(step: { loss: number; learningRate: number; seconds: number; wait: number }): void;
  /** Writes the mean of what was added since the last time, if anything was. */
  flush(): void;
}

/** Collects steps into `step` events, and what the feeding threads did meanwhile into events and the session's totals. */
export function createStepEvent(params: {
  context: TrainingContext;
  plan: TrainingPlan;
  session: TrainingSession;
}): StepEvent {
  const { context, plan, session } = params;
  let steps = 0;
  let [loss, seconds, wait, learningRate] = [0, 0, 0, 0];
  return {
    add(step) {
      steps++;
      loss += step.loss;
      seconds += step.seconds;
      wait += step.wait;
      learningRate = step.learningRate;
    },
    flush() {
      if (steps === 0) return;
      const work = context.takeFeedWork();
      session.state.feed = addWork(session.state.feed, work);
      writeEvent(context, {
        type: 'step',
        step: session.state.step,
        epoch: session.state.step / plan.stepsPerEpoch,
        loss: loss / steps,
        learningRate,
        stepMs: (1000 * seconds) / steps,
        waitMs: (1000 * wait) / steps,
        decodedImages: work.decodedImages,
        decodeMs: msPerImage(work.decodeSeconds, work.decodedImages) ?? 0,
        augmentMs: msPerImage(work.augmentSeconds, work.augmentedImages) ?? 0,
      });
      steps = 0;
      [loss, seconds, wait] = [0, 0, 0];
    },
  };
}

export function writeEvent({ files, report }: Pick<TrainingContext, 'files' | 'report'>, event: MetricEvent): void {
  appendJsonLine(files.metrics, event);
  report.metric(event);
}
