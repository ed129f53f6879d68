/** `models`: the models of the app, what they cost at a size, and the paper's figures beside ours; `models show`: one of them inside. */
import { Argument, type Command } from 'commander';
import { MODEL_IDS, type ModelId } from '../../../shared/study/models.ts';
import { describeModel, describeModels } from '../../engine/models/catalogue.ts';
import { layoutOf } from '../../engine/models/layout.ts';
import type { CliContext } from '../context.ts';
import { modelText, modelsText } from './models-text.ts';
import { wholeNumber } from '../output/whole-number.ts';

/** Table 1 of the paper counts the five outputs of diabetic retinopathy grading. */
const OUTPUTS = 5;

interface Conditions {
  size: number;
  batch: number;
}

export function register(program: Command, { out }: CliContext): void {
  const models = withConditions(program.command('models'))
    .description('list the models with layers, parameters, and cost at an image size')
    .action(({ size, batch }: Conditions) => {
      const conditions = { outputs: OUTPUTS, size, batch };
      const described = describeModels(conditions);
      out.result(described, () => modelsText(described, conditions));
    });
  models
    .command('show')
    .description('show one model: stages, layers, shapes and tensors')
    .addArgument(new Argument('<model>', 'model id').choices(MODEL_IDS))
    .option('--layers', 'every layer with its tensors, not only stages', false)
    .action((model: ModelId, _options: unknown, command: Command) => {
      const { size, batch, layers } = command.optsWithGlobals<Conditions & { layers: boolean }>();
      const conditions = { outputs: OUTPUTS, size, batch };
      const stages = layoutOf(model, conditions);
      const info = describeModel(model, conditions);
      out.result({ ...info, layout: stages }, () => modelText(info, stages, { ...conditions, layers }));
    });
}

function withConditions(command: Command): Command {
  return command
    .option('--size <px>', 'image side in pixels', wholeNumber(16, 1024), 224)
    .option('--batch <images>', 'images a step, for the memory estimate', wholeNumber(1, 512), 8);
}
