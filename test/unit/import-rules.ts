/** The direction of dependencies (docs/architecture.md) as a check of source texts. Pure: it is given the files. */
import path from 'node:path';
import ts from 'typescript';

/** Rooms from left to right: a room may import the ones of a lower level. */
const LEVELS: Record<string, number> = {
  shared: 0,
  platform: 1,
  engine: 2,
  images: 2,
  analysis: 2,
  report: 2.5,
  datasets: 3,
  phantoms: 3,
  resampling: 3,
  runs: 3,
  store: 3,
  tasks: 3.5,
  services: 4,
  api: 5,
  app: 6,
  server: 7,
  electron: 7,
  cli: 7,
};
/** Neighbours that may be used all the same: file -> room. */
const EXCEPTIONS: [file: string, room: string][] = [['main/cli/serve.ts', 'server']];
/** What is left of `main/tasks`. */
const OUTSIDE_TASKS = Object.keys(LEVELS).flatMap((room) =>
  room === 'tasks' ? [] : room === 'shared' ? room : `main/${room}`,
);
/** What else holds inside the rooms: files below `folder` import only what lies below one of `allowed`. */
const INNER: { folder: string; allowed: string[]; why: string }[] = [
  {
    folder: 'shared/tables',
    allowed: ['shared/tables', 'shared/words'],
    why: 'a table knows nothing of what it is filled with',
  },
  {
    folder: 'shared/figures/drawing',
    allowed: ['shared/figures', 'shared/words'],
    why: 'a drawing knows only figures',
  },
  {
    folder: 'renderer/ui',
    allowed: [
      'renderer/ui',
      'shared/figures',
      'shared/tables',
      'shared/words',
      'shared/system',
      'shared/data-table.ts',
    ],
    why: 'a building block knows no screen, no state and no study',
  },
  { folder: 'renderer/state', allowed: ['renderer/state', 'renderer/api', 'shared'], why: 'state knows no screen' },
  {
    folder: 'main/runs/queue',
    allowed: [
      'main/runs/queue',
      'main/runs/executors',
      'main/runs/process',
      'main/runs/frozen',
      'main/platform',
      'shared',
    ],
    why: 'the queue knows runs by their executor and their folder',
  },
  ...['similarity', 'explanation', 'cost'].flatMap((task) => ({
    folder: `main/tasks/${task}`,
    allowed: [`main/tasks/${task}`, 'main/tasks/run-task.ts', 'main/tasks/serve-task.ts', ...OUTSIDE_TASKS],
    why: 'a task knows no other task',
  })),
];
/** Only these open the library's database. */
const OPEN_THE_STORE = ['store', 'services', 'app'];
const TENSORFLOW_FILE = 'main/engine/tf.ts';

export interface SourceFile {
  /** Relative to the project, with forward slashes. */
  file: string;
  text: string;
}

export interface ImportEdge {
  /** As written: `./x.ts`, `electron`. */
  specifier: string;
  /** Type-only: leaves no trace at run time. */
  isType: boolean;
  line: number;
}

/** Every wrong import as `file:line imports specifier: reason`. */
export function findViolations(files: SourceFile[]): string[] {
  return files.flatMap(({ file, text }) =>
    readImports(file, text).flatMap((edge) => {
      const reason = judge(file, edge);
      return reason === null ? [] : [`${file}:${edge.line} imports ${edge.specifier}: ${reason}`];
    }),
  );
}

/** Static, type-only, re-exported, dynamic and required modules, and files that are started by `new URL` or `moduleUrl`. */
export function readImports(file: string, text: string): ImportEdge[] {
  const script = file.endsWith('.svelte') ? keepScripts(text) : text;
  const source = ts.createSourceFile(file, script, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const edges: ImportEdge[] = [];
  const add = (literal: ts.Node | undefined, isType: boolean): void => {
    if (literal === undefined || !ts.isStringLiteralLike(literal)) return;
    const { line } = source.getLineAndCharacterOfPosition(literal.getStart());
    edges.push({ specifier: literal.text, isType, line: line + 1 });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add(node.moduleReference.expression, node.isTypeOnly);
    } else if (ts.isCallExpression(node)) add(moduleOfCall(node), false);
    else if (ts.isNewExpression(node) && node.expression.getText() === 'URL') add(startedFile(node), false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edges;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  return (
    clause.name === undefined &&
    bindings !== undefined &&
    ts.isNamedImports(bindings) &&
    bindings.elements.length > 0 &&
    bindings.elements.every((element) => element.isTypeOnly)
  );
}

/** `import(x)`, `require(x)`, `createRequire(...)(x)`, `import.meta.resolve(x)`, `moduleUrl(caller, x)`. */
function moduleOfCall(call: ts.CallExpression): ts.Node | undefined {
  const callee = call.expression;
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return call.arguments[0];
  if (callee.getText() === 'moduleUrl') return call.arguments[1];
  if (/(^|\b)(require|createRequire\(.*\))(\.resolve)?$|^import\.meta\.resolve$/.test(callee.getText())) {
    return call.arguments[0];
  }
  return undefined;
}

function startedFile(node: ts.NewExpression): ts.Node | undefined {
  const [first, base] = node.arguments ?? [];
  return base?.getText().startsWith('import.meta') && first && /\.[jt]s['"`]?$/.test(first.getText())
    ? first
    : undefined;
}

/** The script parts of a component, everything else blanked out, so that line numbers stay true. */
function keepScripts(text: string): string {
  let kept = '';
  let end = 0;
  for (const match of text.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)) {
    const start = match.index + match[0].indexOf('>') + 1;
    kept += blank(text.slice(end, start)) + (match[1] ?? '');
    end = start + (match[1] ?? '').length;
  }
  return kept;
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** The reason why the import is wrong, or null. */
function judge(file: string, { specifier, isType }: ImportEdge): string | null {
  const from = roomOf(file);
  if (!specifier.startsWith('.')) return judgePackage(file, from, specifier);
  const target = path.posix.join(path.posix.dirname(file), specifier);
  return judgeRooms(file, target, isType) ?? judgeInner(file, target);
}

function judgeRooms(file: string, target: string, isType: boolean): string | null {
  const [from, to] = [roomOf(file), roomOf(target)];
  if (to === from) return null;
  if (from === 'scripts') {
    return to in LEVELS || to === 'renderer' ? 'scripts run on any Node, before anything is set up' : null;
  }
  if (from === 'renderer') return judgeRenderer(to, isType);
  if (to === 'renderer') return 'nothing imports the renderer';
  const fromLevel = LEVELS[from];
  const toLevel = LEVELS[to];
  if (fromLevel === undefined) return `"${from}" is not a room of docs/architecture.md`;
  if (toLevel === undefined) return `"${to}" is not a room of docs/architecture.md`;
  if (EXCEPTIONS.some(([exceptFile, room]) => exceptFile === file && room === to)) return null;
  if (toLevel >= fromLevel)
    return toLevel === fromLevel ? `${from} and ${to} are neighbours` : `${from} lies left of ${to}`;
  return to === 'store' && !OPEN_THE_STORE.includes(from) ? 'only services and app.ts open the store' : null;
}

function judgeInner(file: string, target: string): string | null {
  const rule = INNER.find(({ folder }) => isBelow(file, folder));
  return rule === undefined || rule.allowed.some((place) => isBelow(target, place)) ? null : rule.why;
}

const isBelow = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

function judgeRenderer(to: string, isType: boolean): string | null {
  if (to === 'shared') return null;
  if (to === 'api') return isType ? null : 'the renderer takes only types from main/api';
  return 'the renderer imports only shared and the types of main/api';
}

function judgePackage(file: string, from: string, specifier: string): string | null {
  if (specifier.startsWith('@tensorflow/') && !specifier.endsWith('/package.json') && file !== TENSORFLOW_FILE) {
    return `only ${TENSORFLOW_FILE} loads TensorFlow`;
  }
  if ((specifier === 'electron' || specifier.startsWith('electron/')) && from !== 'electron') {
    return 'only main/electron imports electron';
  }
  const isNode = specifier.startsWith('node:');
  if (isNode && (from === 'renderer' || from === 'shared'))
    return `${from} also runs in a browser, which has no ${specifier}`;
  return null;
}

/** `main/runs/x.ts` -> runs, `main/app.ts` -> app, `shared/x.ts` -> shared, `renderer/ui/x.svelte` -> renderer. */
export function roomOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  return top === 'main' ? second.replace(/\.[jt]s$/, '') : top;
}
