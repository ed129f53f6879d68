/**
 * The training loop: from the session's step to the end of the plan, with metric events, evaluations and checkpoints. It can
 * be stopped between any two steps or batches, and everything that it does next follows from what the last checkpoint says.
 */
import type { Learner } from '../../engine/train/learner.ts';
import { learningRateAt } from '../../engine/train/schedule.ts';
import { prefetch, type BatchRequest } from '../feed/batch-feed.ts';
import { allFinite } from './checkpoint.ts';
import { afterEvaluation, stopsEarly } from './early-stopping.ts';
import type { EtaTracker } from '../process/eta.ts';
import { evaluate, isBetter } from './evaluation.ts';
import { augmentsTraining } from '../frozen/frozen-features.ts';
import type { ImageLists } from '../feed/image-lists.ts';
import { createStepEvent, writeEvent } from '../process/metric-events.ts';
import { divergedError, scoreImages } from './scoring.ts';
import { Stopped } from '../process/stop-signal.ts';
import { labelMatrix, yieldToEventLoop, type TrainingContext } from './training-context.ts';
import {
  createDataOrder,
  isCheckpointStep,
  isEvaluationStep,
  isEventStep,
  type TrainingPlan,
} from './training-plan.ts';
import { saveBest, saveSession, type TrainingSession } from './training-session.ts';

type DataOrder = ReturnType<typeof createDataOrder>;

export interface LoopParams {
  context: TrainingContext;
  plan: TrainingPlan;
  lists: ImageLists;
  session: TrainingSession;
  /** The session's trainer on what the context's feed gives. */
  learner: Learner;
  eta: EtaTracker;
}

/** @throws Stopped after writing a checkpoint (pause) or at once (cancel); AppError when training cannot go on */
export async function trainToEnd(params: LoopParams): Promise<void> {
  const { context, plan, session } = params;
  const { state } = session;
  const { earlyStopping } = context.config.protocol;
  const clock = startClock(params);
  const order = createDataOrder(plan, context.config.seed);
  try {
    for (;;) {
      if (isEvaluationStep(plan, state.step) && state.evaluatedStep < state.step) await evaluateNow(params, clock);
      if (state.step >= plan.totalSteps) return;
      if (state.evaluatedStep === state.step && stopsEarly(state.stopping, earlyStopping)) return;
      await trainToNextEvaluation(params, order, clock);
    }
  } catch (error) {
    if (!(error instanceof Stopped) || error.reason !== 'pause') throw error;
    clock.tick();
    if (state.step > 0) saveSession(context, session);
    throw error;
  }
}

function startClock({ context, session }: LoopParams) {
  let last = context.now();
  return {
    /** Adds the time since the last tick to the session's total. */
    tick(): void {
      const now = context.now();
      session.state.seconds += now - last;
      last = now;
    },
  };
}

type Clock = ReturnType<typeof startClock>;

async function trainToNextEvaluation(params: LoopParams, order: DataOrder, clock: Clock): Promise<void> {
  const { context, plan, session, learner, eta } = params;
  const { config, manifest, feed, stop, report } = context;
  const { trainer, state } = session;
  const requests = requestsToNextEvaluation(params, order);
  const event = createStepEvent(params);
  let next = 0;
  let asked = context.now();
  for await (const batch of prefetch(feed, requests)) {
    const started = context.now();
    if (stop.requested !== null) {
      event.flush();
      stop.check();
    }
    const { images } = requests[next++] as BatchRequest;
    const learningRate = learningRateAt({
      optimizer: config.protocol.optimizer,
      schedule: config.protocol.schedule,
      step: state.step,
      stepsPerEpoch: plan.stepsPerEpoch,
    });
    const labels = labelMatrix(manifest, images, config.outputs.length);
    const { loss } = learner.trainStep(batch.images, labels, learningRate);
    state.step++;
    const ended = context.now();
    state.stepSeconds += ended - asked;
    state.waitSeconds += started - asked;
    event.add({ loss, learningRate, seconds: ended - asked, wait: started - asked });
    eta.addStep(ended - asked);
    if (isEventStep(plan, state.step)) event.flush();
    report.progress('training', state.step, plan.totalSteps, eta.remaining(state.step));
    // An evaluation that is due now writes the checkpoint itself.
    if (isCheckpointStep(plan, state.step) && !isEvaluationStep(plan, state.step)) {
      clock.tick();
      if (!allFinite(trainer.weights())) throw divergedError('a weight', state.step);
      saveSession(context, session);
    }
    await yieldToEventLoop();
    asked = context.now();
  }
}

/** At least one step; the last is the next one after which an evaluation is due. */
function requestsToNextEvaluation({ context, plan, lists, session }: LoopParams, order: DataOrder): BatchRequest[] {
  const requests: BatchRequest[] = [];
  const augments = augmentsTraining(context.config);
  let step = session.state.step;
  do {
    const { epoch, positions } = order(step);
    const images = Array.from(positions, (position) => lists.train[position] as number);
    requests.push({ images, epoch: augments ? epoch : null });
    step++;
  } while (!isEvaluationStep(plan, step));
  return requests;
}

async function evaluateNow({ context, plan, lists, session, learner, eta }: LoopParams, clock: Clock): Promise<void> {
  const { config, manifest, feed, stop, report } = context;
  const { state } = session;
  const images = lists.validation;
  const started = context.now();
  report.progress('evaluating', 0, images.length, eta.remaining(state.step, images.length));
  const probabilities = await scoreImages({
    learner,
    feed,
    images,
    outputs: config.outputs.length,
    batch: config.protocol.batch,
    stop,
    onProgress: (done) =>
      report.progress('evaluating', done, images.length, eta.remaining(state.step, images.length - done)),
  });
  eta.addScoring(images.length, context.now() - started);
  const evaluation = evaluate({
    endpoints: config.endpoints,
    head: config.protocol.head,
    labels: images.map((image) => manifest.images[image]?.labels ?? []),
    probabilities,
  });
  const best = isBetter(evaluation, state.best);
  state.evaluatedStep = state.step;
  const { earlyStopping } = config.protocol;
  if (earlyStopping !== null) state.stopping = afterEvaluation(state.stopping, evaluation.headlineAuc, earlyStopping);
  if (best) state.best = { step: state.step, headlineAuc: evaluation.headlineAuc, loss: evaluation.loss };
  writeEvent(context, {
    type: 'evaluation',
    step: state.step,
    epoch: state.step / plan.stepsPerEpoch,
    ...evaluation,
    best,
  });
  clock.tick();
  saveSession(context, session);
  if (best) saveBest(context, session);
}
