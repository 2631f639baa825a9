// The story of a password in a real browser: it ends, a new one must be chosen, why one is refused stands at its line, and the workspace opens again.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as agentRows from '#store/agents.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { PASSWORD } from '#test/house.ts';
import { addAgent } from '#test/people.ts';

const DAY = 86_400_000;
const NEW = 'seven slow rivers bend east';

describe('a password in the browser', () => {
  let story: Browsing;
  before(async () => {
    story = await openBrowsing('password');
  });
  after(() => story.close());

  it('is masked until it is shown, named for a password manager, and may be pasted', async () => {
    const { house, admin } = story;
    const email = await addAgent(house, admin, 'adi');
    const page = await story.page();
    const field = (label: string) => page.getByLabel(label, { exact: true });
    /** Of a clipboard that cannot be read here: what the keys would do, with the event that a page could refuse. */
    const paste = (label: string, text: string) => field(label).evaluate((line: any, pasted: string) => {
      line.focus();
      const Data = (globalThis as any).DataTransfer;
      const clipboardData = new Data();
      clipboardData.setData('text/plain', pasted);
      const event = new (globalThis as any).ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      if (line.dispatchEvent(event)) (globalThis as any).document.execCommand('insertText', false, pasted);
    }, text);
    async function holds(label: string, autocomplete: string, text: string): Promise<void> {
      assert.deepEqual([await field(label).getAttribute('type'), await field(label).getAttribute('autocomplete')], ['password', autocomplete], label);
      await paste(label, text);
      assert.equal(await field(label).inputValue(), text, `${label}: pasted`);
      await page.getByRole('button', { name: `Show ${label.toLowerCase()}` }).click();
      assert.equal(await field(label).getAttribute('type'), 'text', `${label}: readable`);
      await page.getByRole('button', { name: `Hide ${label.toLowerCase()}` }).click();
      assert.equal(await field(label).getAttribute('type'), 'password', `${label}: masked again`);
    }
    await page.goto(story.base);
    await field('Email').fill(email);
    await holds('Password', 'current-password', PASSWORD);
    const rows = house.building.parts.store.brand((await house.building.parts.brands.bySlug(admin.slug))!.id);
    await rows.note([agentRows.requireChange(rows, (await agentRows.byEmailKey(rows, email))!.id, 'admin')]);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await holds('Present password', 'current-password', PASSWORD);
    await holds('New password', 'new-password', NEW);
    await page.getByRole('button', { name: 'Change and go on' }).click();
    await page.getByRole('navigation', { name: 'Workspace' }).waitFor();
  });

  it('has ended: nothing opens but the change; a refused one says why; then the workspace opens', async () => {
    const { house, admin } = story;
    const email = await addAgent(house, admin, 'noa');
    assert.equal((await house.save(admin, await house.signIn(admin), { 'password.max_age_days': 3 })).status, 200);
    house.clock.now += 3 * DAY;
    const page = await story.page();
    await page.goto(story.base);
    await story.typePassword(page, email);
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await story.looksRight(page, 'must-change');
    await page.getByLabel('Present password', { exact: true }).fill('not this one');
    await page.getByLabel('New password', { exact: true }).fill('password12345678');
    await page.getByRole('button', { name: 'Change and go on' }).click();
    await page.getByText('this one is a common password with a few signs added').waitFor();
    await page.getByText('Check the password and try again.').waitFor();
    await page.setViewportSize({ width: 360, height: 740 });
    await story.looksRight(page, 'refused-360');
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing is wider than the screen');
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.getByLabel('Present password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('New password', { exact: true }).fill(NEW);
    await page.getByRole('button', { name: 'Change and go on' }).click();
    await page.getByRole('navigation', { name: 'Workspace' }).waitFor();
    await page.goto(`${story.base}/account`);
    await page.getByRole('heading', { name: 'Password', exact: true }).waitFor();
    await story.looksRight(page, 'account');
  });
});
