/*
 * The first file of every command. Any Node can read it, back to 0.8, so that an old one gets a sentence and no
 * syntax error. Hence the old JavaScript: nothing newer than ECMAScript 3 here.
 */
/** @type {[number, number]} Debian 12 came with it */
var NEEDED = [18, 13];
var found = process.version.replace('v', '');
var parts = found.split('.');
var major = Number(parts[0]);
var isOld = major < NEEDED[0] || (major === NEEDED[0] && Number(parts[1]) < NEEDED[1]);

/** @param {string[]} lines */
function stop(lines) {
  console.error('\n' + lines.join('\n  ') + '\n\n[set-up] stopped');
  process.exitCode = 1;
  // Nodes before 0.12 do not know exitCode.
  if (isOld) process.exit(1);
}

if (isOld) {
  stop([
    'This needs Node ' + NEEDED.join('.') + ' or newer, and this is Node ' + found + '.',
    'Debian 12, Ubuntu 24.04 and newer: sudo apt-get install -y nodejs npm',
    'Fedora: sudo dnf install nodejs     Windows: winget install OpenJS.NodeJS.LTS     elsewhere: https://nodejs.org',
    'Then run the same command again.',
  ]);
} else {
  var file = require('url').pathToFileURL(require('path').join(__dirname, 'bootstrap.mjs')).href;
  // A text to old Nodes, which do not know import().
  new Function('file', 'return import(file)')(file).then(null, function (/** @type {unknown} */ error) {
    stop([
      'The set-up could not be loaded: ' + String(error).split('\n')[0],
      'A file below scripts/ is missing or damaged: compare with a fresh clone, then run the same command again.',
    ]);
  });
}
