// A change on stage in the browser: counted first, then for some, then for everybody; and one that goes back by itself when refusals rise.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { deny } from '#policy/decision.ts';
import { policyRound } from '#server/workers/policy-ends.ts';
import { tick } from '#test/browser.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import { addAgent, INSIDE, knock, OUTSIDE } from '#test/people.ts';

const LIST = 'management.allowlist';
const LONGEST = 'session.absolute_hours';

describe('a change on stage in the browser', () => {
  let story: Browsing;
  let page: Page;
  let office: string;
  before(async () => {
    story = await openBrowsing('stage');
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

  it('as report only nobody is shut out, and the banner counts who would be', async () => {
    const brand = (await story.house.building.parts.brands.bySlug(story.admin.slug))!;
    await page.goto(`${story.base}/settings/privacy#${LIST}`);
    await tick(row(LIST).getByRole('radio', { name: 'Only these addresses may connect' }));
    await row(LIST).getByLabel('address or network', { exact: true }).fill(INSIDE);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Review and save' }).click();
    const review = dialog('Review before saving');
    await tick(review.getByRole('radio', { name: /^Report only/ }));
    await review.getByLabel('Ends by itself after', { exact: true }).selectOption('3');
    await story.looksRight(page, 'report-only');
    await review.getByRole('button', { name: 'Begin to count' }).click();
    const asked = page.getByRole('dialog').filter({ hasText: 'Confirm that it is you' });
    await asked.getByRole('textbox').fill(story.house.code(story.admin));
    await asked.getByRole('button', { name: 'Confirm' }).click();
    await review.waitFor({ state: 'detached' });
    const banner = page.getByRole('region', { name: 'Change on stage', exact: true });
    await banner.waitFor();
    assert.equal(brand.policy.values[LIST].state, 'any');
    for (let n = 0; n < 12; n += 1) assert.equal(await works(), 200);
    await page.reload();
    await banner.getByText(/Report only:.* 12 would be newly refused\./).waitFor();
    await row(LIST).getByText('Report only', { exact: true }).waitFor();
    await story.looksRight(page, 'banner');
  });

  it('then for some, then for everybody: each sees what was said, and the banner is gone', async () => {
    const banner = page.getByRole('region', { name: 'Change on stage' });
    await banner.getByRole('button', { name: 'Look closer' }).click();
    const closer = dialog('Change on stage');
    await closer.getByText(/noa used the workspace/).waitFor();
    await closer.getByRole('button', { name: 'For some first…' }).click();
    await closer.getByLabel('Share of people').selectOption('75');
    await story.looksRight(page, 'closer');
    await closer.getByRole('button', { name: 'Hold for these' }).click();
    await closer.waitFor({ state: 'detached' });
    await banner.getByText(/On stage for 75 % of people \(\d of 2\):/).waitFor();
    await banner.getByRole('button', { name: 'Look closer' }).click();
    await closer.getByRole('button', { name: 'Enforce for everybody' }).click();
    await banner.waitFor({ state: 'detached' });
    assert.equal(await works(), 403);
  });

  it('goes back by itself when refusals rise under it, and whoever comes next is told', async () => {
    const { parts } = story.house.building;
    await page.goto(`${story.base}/settings/privacy#${LONGEST}`);
    await row(LONGEST).getByLabel('Longest session, in hours').fill('11');
    await page.getByRole('button', { name: 'Review and save' }).click();
    const review = dialog('Review before saving');
    await tick(review.getByRole('radio', { name: /^For some first/ }));
    await review.getByLabel('Holds for', { exact: true }).selectOption('team');
    await review.getByText('There is no team yet: make one under Teams.').waitFor();
    assert.ok(await review.getByRole('button', { name: 'Put on stage' }).isDisabled());
    await review.getByLabel('Holds for', { exact: true }).selectOption('share');
    await review.getByLabel('Share of people', { exact: true }).selectOption('75');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 360, height: 780 });
    await review.getByLabel('Share of people', { exact: true }).scrollIntoViewIfNeeded();
    await story.looksRight(page, 'some-narrow');
    await review.getByRole('button', { name: 'Put on stage' }).click();
    await review.waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Change on stage', exact: true }).getByText(/On stage for 75 % of people/).waitFor();
    await page.evaluate("document.documentElement.dir = 'rtl'");
    await story.looksRight(page, 'banner-narrow');
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true);
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.emulateMedia({ colorScheme: 'light' });
    const brand = (await parts.brands.bySlug(story.admin.slug))!;
    // As if two people had been signed out again and again in the last minutes.
    const { now } = story.house.clock;
    const facts = { now, createdAt: now - 11.5 * 3_600_000, lastInputAt: now, ended: false };
    for (const id of ['agt_1', 'agt_2']) {
      for (let n = 0; n < 45; n += 1) parts.journal.note(brand.id, { question: 'session', channel: null, subject: { kind: 'agent', id }, facts, decision: deny('session.absolute', LONGEST, {}), version: -brand.policy.version });
    }
    await parts.journal.flush();
    await policyRound(parts)();
    await page.reload();
    const told = page.getByRole('region', { name: 'Change on stage ended' });
    await told.getByText('Refusals rose, so the change on stage ended by itself:').waitFor();
    await story.looksRight(page, 'returned');
    await told.getByRole('button', { name: 'Understood' }).click();
    await told.waitFor({ state: 'detached' });
  });
});
