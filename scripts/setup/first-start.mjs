/** What a first start asks of the machine, all of it, before the first byte is fetched. */
import { neededForPackages } from './packages.mjs';
import { requireSpace } from './space.mjs';
import { neededForTensorflow } from './tensorflow/ensure.mjs';
import { requireTools } from './tools.mjs';

/** @param {{ tensorflow: boolean }} wanted @throws SetupError in which everything that is missing stands */
export async function requireMachine({ tensorflow }) {
  const packages = neededForPackages();
  const { build, pip, space } = tensorflow
    ? await neededForTensorflow()
    : { build: false, pip: false, space: /** @type {import('./space.mjs').SpaceNeed[]} */ ([]) };
  await requireTools({ npm: packages.npm, build, pip });
  requireSpace([...packages.space, ...space]);
}
