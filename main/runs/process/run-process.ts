/** A run process: `run-process.ts {"folder": ..., "attempt": 1, "appVersion": ...}`, started by an executor. */
import { parentPortOf } from './process-port.ts';
import { runArgumentsSchema, superviseRun } from './run-supervisor.ts';

// Ctrl-C in a terminal reaches this process too; what it means is decided by the app, which then asks to pause.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);

const port = parentPortOf(process);
const { outcome } = await superviseRun(runArgumentsSchema.parse(JSON.parse(process.argv[2] ?? '')), port);
port.close();
// Native threads of TensorFlow may outlive their worker; what had to be written is written.
process.exit(outcome === 'failed' ? 1 : 0);
