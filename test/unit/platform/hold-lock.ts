/** Holds a lock until it is killed: the other process of lock.test.ts. */
import { acquireLock } from '../../../main/platform/lock.ts';

const lock = acquireLock(process.argv[2] as string);
process.send?.(lock === null ? 'refused' : 'held');
setInterval(() => undefined, 1000);
