// One share of the tests, run inside Node's test runner: each file is a suite of its own, so that its hooks run for it alone and it is put away before the next.
import { createRequire } from 'node:module';
import { describe } from 'node:test';

// At the top of a file, "beforeEach" would else belong to every test of the process, and what "before" opened would stay open until its end.
// Required, not imported: what a file declares while it is read belongs to the suite that reads it.
const read = createRequire(import.meta.url);
for (const file of JSON.parse(process.env.PORTCULLIS_TEST_FILES ?? '[]')) describe(file, () => { read(`../${file}`); });
