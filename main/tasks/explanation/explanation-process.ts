import { serveTask } from '../serve-task.ts';
import { explanationWorkSchema } from './explanation.ts';
import { explainImage } from './explanation-map.ts';

await serveTask(explanationWorkSchema, explainImage);
