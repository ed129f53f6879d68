/** Updates the library that the argument names, and is killed when the first change is made but not yet committed. */
import Database from 'better-sqlite3';
import { migrate } from '../../../main/store/migrate.ts';
import { MIGRATIONS } from '../../../main/store/migrations/all.ts';

const db = new Database(process.argv[2]);
db.pragma('journal_mode = WAL');
// So that the change is in the log already, not only in memory.
db.pragma('cache_size = 1');
migrate(
  db,
  MIGRATIONS.map((migration) => ({
    ...migration,
    up: (library) => {
      migration.up(library);
      process.kill(process.pid, 'SIGKILL');
    },
  })),
);
