// Who waits for a process that looks through files: strangers never hold all of them, nobody waits for ever, and nothing is looked through for somebody who is gone.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import type { Examined } from '#media/examine/examine.ts';
import { EXAMINER_LIMITS, type ExaminerLimits, type ExamineTurn, openExaminers } from '#media/examiners.ts';
import { SPOOLED_AS } from '#media/spool.ts';
import { until } from '#test/program.ts';

const root = mkdtempSync(join(tmpdir(), 'portcullis-examiners-'));
after(() => rmSync(root, { recursive: true, force: true }));
mkdirSync(join(root, 'incoming'));
/** Answers at once, but for a file that is named so that it takes for ever; where it may, it writes its own number then. */
const program = join(root, 'program.ts');
writeFileSync(program, `const slow = (path, out) => {
    setInterval(() => undefined, 1_000);
    if (path.includes('${SPOOLED_AS}_')) process.getBuiltinModule('fs').writeFileSync(out, String(process.pid));
  };
  process.on('message', ({ path, out }) => path.endsWith('slow') ? slow(path, out) : process.send({ ok: true, form: 'txt', type: 'txt', removed: null, cleaned: null, written: false }));
  process.send('ready');`);

function stage(limits: Partial<ExaminerLimits> = {}) {
  const examiners = openExaminers(join(root, 'incoming'), { ...EXAMINER_LIMITS, ...limits }, program);
  after(() => examiners.close());
  const ask = (name: string, turn: ExamineTurn): Promise<Examined> => examiners.examine({ path: join(root, 'incoming', name), claimed: 'txt', out: join(root, 'incoming', `${name}.bare`), strips: false }, turn);
  return { examiners, ask };
}
const strange = (who: string, more: Partial<ExamineTurn> = {}): ExamineTurn => ({ of: ['chat', who], outside: true, ...more });
const why = (found: Examined): unknown => (found.ok ? 'passed' : `${found.code} ${String(found.facts['why'])}`);

it('a stranger’s file that takes for ever keeps no file of the house waiting; the next stranger is told after a while, and is looked through once the first is gone', async () => {
  const { ask } = stage({ wait: 1 });
  const gone = new AbortController();
  const first = ask('slow', strange('n1', { gone: gone.signal }));
  assert.equal(why(await ask('one', { of: ['house'], outside: false })), 'passed');
  assert.equal(why(await ask('two', strange('n2'))), 'upload.not_scanned no_turn');
  gone.abort();
  assert.equal(why(await first), 'upload.not_scanned gone');
  assert.equal(why(await ask('three', strange('n2'))), 'passed');
  assert.equal(why(await ask('four', strange('n2', { gone: gone.signal }))), 'upload.not_scanned gone', 'not looked through for nobody');
});

it('what has an allowance waits by it alone, however short others are told to wait', async () => {
  const { ask } = stage({ wait: 1 });
  const gone = new AbortController();
  const first = ask('slow', strange('n1', { gone: gone.signal }));
  const honest = ask('two', strange('n2', { allowance: { waiting: 60_000, work: 60_000 } }));
  assert.equal(why(await ask('one', { of: ['house'], outside: false })), 'passed');
  assert.equal(why(await ask('three', strange('n3'))), 'upload.not_scanned no_turn');
  gone.abort();
  assert.deepEqual([why(await honest), why(await first)], ['passed', 'upload.not_scanned gone']);
});

it('files that came together have so much time together: what is left of it is the next one’s, and then none', async () => {
  const { ask } = stage();
  const allowance = { waiting: 60_000, work: 60_000 };
  assert.equal(why(await ask('one', strange('n1', { allowance }))), 'passed');
  assert.ok(allowance.work > 0 && allowance.work < 60_000);
  allowance.work = 50;
  assert.equal(why(await ask('slow', strange('n1', { allowance }))), 'upload.not_scanned no_time_left');
  assert.ok(allowance.work <= 0);
  assert.equal(why(await ask('two', strange('n1', { allowance }))), 'upload.not_scanned no_time_left');
  assert.equal(why(await ask('two', strange('n1'))), 'passed');
});

it('what is ended is gone before anybody hears of it: it writes nothing behind whoever throws away what it wrote', async () => {
  const { ask } = stage();
  const gone = new AbortController();
  const name = `${SPOOLED_AS}_slow`;
  const asked = ask(name, strange('n1', { gone: gone.signal }));
  const written = join(root, 'incoming', `${name}.bare`);
  await until('it has begun', () => existsSync(written) && readFileSync(written, 'utf8') !== '');
  gone.abort();
  assert.equal(why(await asked), 'upload.not_scanned gone');
  assert.throws(() => process.kill(Number(readFileSync(written, 'utf8')), 0), { code: 'ESRCH' });
});

it('when it is closed who is looked through and who waits hears at once, and no process is begun', async () => {
  const { examiners, ask } = stage();
  const all = [ask('slow', strange('n1')), ask('two', strange('n2'))];
  assert.equal(why(await ask('one', { of: ['house'], outside: false })), 'passed');
  examiners.close();
  const [first, second] = await Promise.all(all);
  assert.ok(!first!.ok);
  assert.equal(why(second!), 'upload.not_scanned gone');
});
