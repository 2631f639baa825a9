// Two whole servers in one process, one with the journal and one without it: what the machine or the compiler does to a process, it does to both.
import { noJournal } from '#server/journal.ts';
import { openGuarded } from './guarded.ts';
import { onStop, sayReady } from './ready.ts';

const noting = await openGuarded();
const quiet = await openGuarded({ journal: noJournal });
onStop(async () => {
  await Promise.all([noting.close(), quiet.close()]);
});
sayReady(noting.app.server, { noting: noting.said, quiet: quiet.said });
