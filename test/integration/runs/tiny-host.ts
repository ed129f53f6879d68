/**
 * A host of the library like the app itself, to be forked and killed: `tiny-host.ts HOME create|resume`. Works through the queue
 * and reports what happens.
 */
import { openApp } from '../../../main/app.ts';
import { TINY_SPEC } from './tiny-library.ts';

const [home, task] = process.argv.slice(2) as [string, string];
const app = await openApp({ home, mode: 'host', host: 'command line' });
const { studies, runs, queue } = app.services;
const studyId = task === 'create' ? studies.create(TINY_SPEC).studyId : studies.find('tiny study');
if (task === 'resume') {
  await queue.recover();
  process.send?.({ type: 'recovered', runs: runs.list(studyId) });
  await studies.resume(studyId);
}
void (async () => {
  for await (const event of runs.watch(studyId)) process.send?.(event);
})();
await queue.start();
await queue.idle();
process.send?.({ type: 'finished', runs: runs.list(studyId) });
await app.close();
process.disconnect();
