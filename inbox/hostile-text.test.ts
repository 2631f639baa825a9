// Naughty strings as messages, tags, names and searches: kept to the letter or refused for what no database keeps, on both engines.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { sendAsAgent } from '#inbox/agent-message.ts';
import { changeTag, tagFaults } from '#inbox/conversation-change.ts';
import { searchConversations } from '#inbox/conversation-search.ts';
import { openConversation } from '#inbox/conversation-view.ts';
import { changeCustomer, readGiven } from '#inbox/customer-card.ts';
import { textFaults } from '#inbox/message-writing.ts';
import { newId } from '#identity/tokens.ts';
import { searchWords } from '#inbox/search-words.ts';
import { Conflict } from '#store/store.ts';
import { addActor, addChannel, addConversation, addCustomer, groundIn } from '#test/conversations.ts';
import { MORNING } from '#test/house.ts';
import { checkedChain, eachStore } from '#test/stores.ts';

const CORPUS = new URL('../../shared/corpora/injection/blns.json', import.meta.url);
const OURS = ['\0', 'a\0b', '\ud83d', 'x\udc00', 'x\u202Ey', '\u200B', '\u2028', '\x1b[2J', 'é', 'e\u0301', 'ﬁ', '<b>&amp;</b>', '${1}', '$&', '"words":(x)', "' OR 1=1 --", 'a* AND b', "x' & !y:*", '\\', '{"what":"status"}', '.', '..', '/', '%2f'];
const LANES = 16;
const STRINGS: string[] = [...(existsSync(CORPUS) ? (JSON.parse(readFileSync(CORPUS, 'utf8')) as string[]) : []), ...OURS];

const unstorable = (text: string): boolean => text.includes('\0') || !text.isWellFormed();
const refused = (error: unknown): boolean => error instanceof Conflict && error.code === 'text.unstorable';
const show = (text: string): string => JSON.stringify(text).slice(0, 80);

eachStore('naughty strings come back to the letter, or are refused as unstorable', async (store, { context }) => {
  if (!existsSync(CORPUS)) context.diagnostic('the corpus ../shared/corpora/injection/blns.json is missing: only our own strings are tried');
  const ground = await groundIn(store);
  const { brand } = ground;
  const actor = await addActor(ground, 'Ann');
  const desk = { ...ground, now: () => MORNING };
  const channelId = await addChannel(ground);
  let kept = 0;

  /** All that is done with some of the strings, in a conversation of their own: several at once share the commits. */
  async function lane(strings: readonly string[]): Promise<void> {
    const customerId = await addCustomer(ground);
    const id = await addConversation(ground, { channelId, customerId, at: MORNING });
    const look = async () => (await openConversation(brand, actor, id, MORNING))!;
    for (const text of strings) {
      const say = () => sendAsAgent(desk, brand.id, actor, { conversationId: id, clientId: newId('cli'), kind: 'text', text });
      const put = () => changeTag(desk, brand.id, actor, id, text, true);
      const name = () => changeCustomer(desk, brand.id, actor, customerId, { name: text, fields: [{ name: 'Said', value: text, personal: true }] });
      if (unstorable(text)) {
        for (const act of [say, put, name]) await assert.rejects(act, refused, show(text));
        continue;
      }
      if (textFaults(text).length === 0) {
        const sent = await say();
        assert.equal(sent.ok && sent.message.text, text, show(text));
        kept += 1;
      }
      if (tagFaults(text).length === 0) {
        const tagged = await put();
        assert.equal(tagged.ok, true, show(text));
        assert.deepEqual((await look()).conversation.tags, [text]);
        assert.equal((await changeTag(desk, brand.id, actor, id, text, false)).ok, true, show(text));
      }
      if (readGiven({ name: text, fields: [{ name: 'Said', value: text, personal: true }] }).faults.length === 0) {
        assert.deepEqual(await name(), { ok: true }, show(text));
        const { customer } = await look();
        assert.deepEqual([customer.name, customer.fields[0]?.value], [text.trim() === '' ? null : text, text], show(text));
      }
      // What was written is found by itself, whatever signs of a query language stand in it.
      const found = await searchConversations(brand, actor, text, undefined, MORNING);
      if (searchWords(text).length > 0 && searchWords(text).length <= 12) assert.ok(found.conversations.some((one) => one.id === id), show(text));
    }
  }
  await Promise.all(Array.from({ length: LANES }, (_, at) => lane(STRINGS.filter((_text, index) => index % LANES === at))));
  assert.ok(kept > OURS.length - 10, `${kept} texts were kept`);
  await checkedChain(store, brand);
});
