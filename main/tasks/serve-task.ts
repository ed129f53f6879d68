/** The process of a task: takes its work, tells what it finds, and ends. */
import type { z } from 'zod';
import { toPlainError } from '../../shared/system/errors.ts';
import { parentPortOf } from '../runs/process/process-port.ts';
import type { TaskMessage, TaskStep } from './run-task.ts';

/** Runs `steps` over what the host sends, and ends this process. */
export async function serveTask<Work, Found>(
  schema: z.ZodType<Work>,
  steps: (work: Work) => AsyncIterable<TaskStep<Found>>,
): Promise<never> {
  const port = parentPortOf(process);
  const send = (message: TaskMessage<Found>): Promise<void> => port.send(message);
  port.onGone(() => process.exit(1));
  try {
    const work = schema.parse(await new Promise((resolve) => port.onMessage(resolve)));
    for await (const step of steps(work)) {
      await send(step);
      // Lets the end of the parent process be noticed.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await send({ end: null });
  } catch (error) {
    await send({ end: toPlainError(error) });
  }
  port.close();
  process.exit(0);
}
