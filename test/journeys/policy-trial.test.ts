// The story of a mistake: an administrator shuts a whole office out, does nothing, and the office is back; the history says it all, and leads back.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { policyRound } from '#server/workers/policy-ends.ts';
import { shot, tick } from '#test/browser.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { addAgent, INSIDE, knock, OUTSIDE } from '#test/people.ts';

const LIST = 'management.allowlist';
const MINUTE = 60_000;

describe('a change on trial in the browser', () => {
  let story: Browsing;
  let page: Page;
  let office: string;
  before(async () => {
    story = await openBrowsing('trial');
    page = await story.page();
    await page.goto(story.base);
    await story.typePassword(page, story.admin.email);
    await page.getByRole('navigation', { name: 'Workspace' }).waitFor();
    const email = await addAgent(story.house, story.admin, 'noa');
    const answer = await knock(story.house, story.admin.slug, email, undefined, OUTSIDE);
    office = answer.cookies.find((one) => one.startsWith('__Host-session='))!;
    assert.equal(await works(), 200);
  });
  after(() => story.close());

  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
  const row = (key: string) => page.locator(`section.setting[id="${key}"]`);
  const works = async () => (await story.house.call('GET', '/api/v1/session', { cookie: office, from: OUTSIDE })).status;
  async function confirm(): Promise<void> {
    const asked = page.getByRole('dialog').filter({ hasText: 'Confirm that it is you' });
    await asked.getByRole('textbox').fill(story.house.code(story.admin));
    await asked.getByRole('button', { name: 'Confirm' }).click();
  }

  it('is offered on trial when it may shut people out; the office is out at once', async () => {
    await page.goto(`${story.base}/settings/privacy#${LIST}`);
    await tick(row(LIST).getByRole('radio', { name: 'Only these addresses may connect' }));
    await row(LIST).getByLabel('address or network', { exact: true }).fill(INSIDE);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Review and save' }).click();
    const review = dialog('Review before saving');
    await review.getByText('On trial first').waitFor();
    assert.equal(await review.getByRole('radio', { name: /On trial first/ }).isChecked(), true);
    await review.getByText('1 session will end').waitFor();
    await review.getByLabel('Reason (optional)').fill('Only from the new office');
    await review.getByText(/^Of \d+ decisions in the last day, \d+ would change$/).waitFor();
    await review.getByText(/noa used the workspace/).waitFor();
    await review.getByRole('listitem').filter({ hasText: 'noa used the workspace' }).first().getByRole('button', { name: 'Why?' }).click();
    await review.getByText(`Add ${OUTSIDE} to the list`).waitFor();
    await story.looksRight(page, 'review');
    await review.getByRole('button', { name: 'Save', exact: true }).click();
    await confirm();
    await review.waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Change on trial' }).getByText(/It goes back by itself in (10:00|9:\d\d) unless somebody confirms it/).waitFor();
    assert.equal(await works(), 403);
    await story.looksRight(page, 'banner');
  });

  it('a refusal is explained by its reference, and a made-up case in words: which setting, since when, and what would change it', async () => {
    const refused = (await story.house.call('GET', '/api/v1/session', { cookie: office, from: OUTSIDE })).body.id;
    await page.goto(`${story.base}/settings/explain`);
    await page.getByLabel('Reference of the refusal').fill(refused);
    await page.getByRole('button', { name: 'Look it up' }).click();
    await page.getByText(/^Refused on .*, under version \d+ of the settings$/).waitFor();
    const told = page.getByRole('region', { name: 'What would have to change' });
    await told.getByText(`Add ${OUTSIDE} to the list`).waitFor();
    await story.looksRight(page, 'explain-refusal');
    await page.getByLabel('Somebody…').selectOption('sent a file');
    await page.getByLabel('Sent by').selectOption('An agent');
    await page.getByLabel('Type, by its name').selectOption('Zip archive');
    await page.getByLabel('Size', { exact: true }).fill('12 MB');
    await page.getByRole('button', { name: 'Explain this case' }).click();
    await page.getByText('Tick Zip archive').waitFor();
    await page.getByLabel('Size', { exact: true }).fill('rather large');
    await page.getByRole('button', { name: 'Explain this case' }).click();
    await page.getByText('Size must be a size, such as 12 MB, not "rather large".').waitFor();
    await story.looksRight(page, 'explain-case');
  });

  it('goes back by itself when nobody does anything, and the office is back', async () => {
    story.house.clock.now += 10 * MINUTE;
    await policyRound(story.house.building.parts)();
    await page.reload();
    await page.getByRole('navigation', { name: 'Workspace' }).waitFor();
    await page.getByRole('region', { name: 'Change on trial' }).waitFor({ state: 'detached' });
    const { brands } = story.house.building.parts;
    assert.equal((await brands.bySlug(story.admin.slug))!.policy.values[LIST].state, 'any');
    const email = `noa@${story.admin.slug}.example`;
    assert.equal((await knock(story.house, story.admin.slug, email, undefined, OUTSIDE)).body.next, 'workspace');
  });

  it('stands in the history with its reason and its end; two versions are compared, one is gone back to', async () => {
    await page.goto(`${story.base}/settings/history`);
    await page.getByText('Only from the new office').waitFor();
    await page.getByText('Went back by itself').waitFor();
    await story.looksRight(page, 'history');
    for (const box of await page.getByRole('checkbox', { name: /mark to compare$/ }).all()) await tick(box);
    await page.getByRole('button', { name: /^Compare \d+ with \d+$/ }).click();
    await dialog(/^Version \d+ and version \d+$/).getByText('IP white-list for management').waitFor();
    await story.looksRight(page, 'compare');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Go back to this/ }).click();
    const asked = dialog(/^Go back to version/);
    await asked.getByText('Only these addresses may connect').first().waitFor();
    await story.looksRight(page, 'go-back');
    await asked.getByRole('button', { name: 'Go back', exact: true }).click();
    await asked.waitFor({ state: 'detached' });
    const banner = page.getByRole('region', { name: 'Change on trial' });
    await banner.getByRole('button', { name: 'Confirm' }).click();
    await banner.waitFor({ state: 'detached' });
    await page.getByText('Confirmed after a trial').waitFor();
  });

  it('is held against standards: two contradict each other, one side is deviated from with its reason, and what is lacking goes through the same review', async () => {
    const { house, admin } = story;
    // Who has no second factor would keep everybody from being asked for one.
    const cookie = await house.signIn(admin);
    const { id } = (await house.call('GET', '/api/v1/users', { cookie })).body.users.find((one: { name: string }) => one.name === 'noa');
    await house.stepUp(admin, cookie);
    assert.equal((await house.call('POST', `/api/v1/users/${id}/deactivate`, { cookie, body: {} })).status, 200);
    await page.goto(`${story.base}/settings/standards`);
    await page.getByText('Choose one, or several').waitFor();
    for (const name of ['PCI DSS 4.0.1', 'NIST SP 800-63B-4, AAL2']) await tick(page.getByRole('checkbox', { name }));
    const conflicts = page.getByRole('region', { name: 'They contradict each other' });
    await conflicts.getByText('Rules of composition', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'NIST SP 800-63B-4, AAL2' }).waitFor();
    await story.looksRight(page, 'standards');
    await conflicts.getByRole('button', { name: /^Deviate from this side \(PCI DSS 4\.0\.1 8\.3\.6\)/ }).click();
    const asked = dialog('Record a deviation from PCI DSS 4.0.1 8.3.6');
    await asked.getByLabel('Why this is meant').fill('Length stands in its place, as NIST SP 800-63B-4 asks.');
    await story.looksRight(page, 'standards-deviation');
    await asked.getByRole('button', { name: 'Record', exact: true }).click();
    await asked.waitFor({ state: 'detached' });
    await conflicts.getByText('Decided', { exact: true }).waitFor();
    await page.locator('label').filter({ hasText: 'Only what is not met in PCI DSS 4.0.1' }).click();
    await page.getByRole('button', { name: 'Put these into the draft' }).click();
    await page.getByRole('button', { name: 'Review and save' }).click();
    const review = dialog('Review before saving');
    await review.getByText('15 minutes').waitFor();
    await tick(review.getByRole('radio', { name: /^Save now/ }));
    await review.getByRole('button', { name: 'Save', exact: true }).click();
    await review.waitFor({ state: 'detached' });
    await page.getByText('No setting stands in the way of what you chose.').waitFor();
    await conflicts.getByText('Avoided for now').waitFor();
    await story.looksRight(page, 'standards-met');
  });

  it('gives evidence to print: a page that stands alone, with the deviation and who recorded it', async () => {
    const [taken] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Evidence to print for PCI DSS 4.0.1' }).click()]);
    assert.equal(taken.suggestedFilename(), 'evidence-pci-dss-4.0.1.html');
    const alone = await story.page();
    const kept = join(story.house.dataDir, taken.suggestedFilename());
    await taken.saveAs(kept);
    await alone.goto(`file://${kept}`);
    await alone.getByRole('heading', { name: 'PCI DSS 4.0.1: evidence of Acme' }).waitFor();
    await alone.getByText('Length stands in its place, as NIST SP 800-63B-4 asks.').waitFor();
    await shot(alone, 'trial-evidence');
    await alone.emulateMedia({ media: 'print' });
    await shot(alone, 'trial-evidence-print');
    await alone.emulateMedia({ media: 'screen', colorScheme: 'dark' });
    await alone.setViewportSize({ width: 360, height: 780 });
    await story.looksRight(alone, 'evidence-narrow');
    assert.equal(await alone.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true);
    await alone.close();
  });

  it('reads well in the dark, on a phone and from right to left', async () => {
    await page.goto(`${story.base}/settings/standards`);
    await tick(page.getByRole('checkbox', { name: 'OWASP ASVS 5.0, level 2' }));
    await tick(page.getByRole('checkbox', { name: 'PCI DSS 4.0.1' }));
    await page.getByRole('heading', { name: 'They contradict each other' }).waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 360, height: 780 });
    await page.evaluate("document.documentElement.dir = 'rtl'");
    await story.looksRight(page, 'standards-narrow');
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true);
    await page.goto(`${story.base}/settings/privacy#ticket.lifetime_seconds`);
    await row('ticket.lifetime_seconds').getByRole('textbox').fill('70');
    await page.getByRole('button', { name: 'Review and save' }).click();
    const review = dialog('Review before saving');
    await tick(review.getByRole('radio', { name: /^On trial first/ }));
    // What no refusal brings back is offered neither to go back nor to stay by itself.
    await review.getByText('Only customers meet this change').scrollIntoViewIfNeeded();
    assert.equal(await review.getByText(/Goes back by itself|Nobody need confirm it/).count(), 0);
    await page.evaluate("document.documentElement.dir = 'rtl'");
    await story.looksRight(page, 'unwatched-narrow');
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true);
    await review.getByRole('button', { name: 'Back to editing' }).click();
    await page.goto(`${story.base}/settings/history`);
    await page.getByText('Only from the new office').waitFor();
    await page.evaluate("document.documentElement.dir = 'rtl'");
    await story.looksRight(page, 'history-narrow');
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true);
  });
});
