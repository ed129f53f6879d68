/** Explains one image in a process of its own: its memory comes back, and a crash is only an answer. */
import { toErrorShape } from '../../../shared/system/errors.ts';
import { explainImage } from './explanation-map.ts';
import { explanationWorkSchema, type ExplanationMessage } from './explanation-messages.ts';
import { parentPortOf } from '../../runs/process/process-port.ts';

const port = parentPortOf(process);
const send = (message: ExplanationMessage): Promise<void> => port.send(message);
port.onGone(() => process.exit(1));

try {
  // By message and not by argument: arguments of a process can be read by every user of the machine.
  const work = explanationWorkSchema.parse(await new Promise((resolve) => port.onMessage(resolve)));
  for await (const message of explainImage(work)) await send(message);
} catch (error) {
  const { code, message, action } = toErrorShape(error);
  await send({ type: 'failed', code, message, action });
}
port.close();
process.exit(0);
