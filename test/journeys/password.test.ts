// The story of a password in a real browser: it ends, a new one must be chosen, why one is refused stands at its line, and the workspace opens again.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
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
