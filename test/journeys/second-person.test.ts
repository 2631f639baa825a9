// The story of two administrators: one asks for a second person, changes a list and waits; the other sees it, tries it and approves; a third change is rejected with a reason.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import * as agentRows from '#store/agents.ts';
import { tick } from '#test/browser.ts';
import { type Browsing, openBrowsing } from '#test/browsing.ts';
import type { Admin } from '#test/house.ts';
import { addAdmin, INSIDE } from '#test/people.ts';

const RULE = 'policy.second_person';

describe('a second person for changes of settings, in the browser', () => {
  let story: Browsing;
  let dana: Page;
  let noa: Page;
  let second: Admin & { readonly cookie: string };
  before(async () => {
    story = await openBrowsing('second');
    second = await addAdmin(story.house, story.admin, 'noa');
    dana = await story.page();
    await dana.goto(story.base);
    await story.typePassword(dana, story.admin.email);
    await dana.getByRole('navigation', { name: 'Workspace' }).waitFor();
  });
  after(() => story.close());

  async function confirm(page: Page, who: Admin): Promise<void> {
    const asked = page.getByRole('dialog').filter({ hasText: 'Confirm that it is you' });
    await asked.getByRole('textbox').fill(story.house.code(who));
    await asked.getByRole('button', { name: 'Confirm' }).click();
  }
  const row = (key: string) => dana.locator(`section.setting[id="${key}"]`);
  const review = () => dana.getByRole('dialog', { name: 'Review before saving' });
  const state = async () => (await story.house.building.parts.brands.bySlug(story.admin.slug))!.policy.values['management.allowlist'].state;

  async function proposeList(address: string): Promise<void> {
    await dana.goto(`${story.base}/settings/privacy#management.allowlist`);
    await tick(row('management.allowlist').getByRole('radio', { name: 'Only these addresses may connect' }));
    await row('management.allowlist').getByLabel('address or network', { exact: true }).fill(address);
    await dana.keyboard.press('Enter');
    await dana.getByRole('button', { name: 'Review and save' }).click();
    await review().getByText('It waits for a second person').waitFor();
    await tick(review().getByRole('radio', { name: /^As soon as it is approved/ }));
    await review().getByLabel('Reason (optional)').fill('Only from the office');
  }

  it('is asked for under Privacy & Security', async () => {
    await dana.goto(`${story.base}/settings/privacy#${RULE}`);
    await tick(row(RULE).getByRole('radio', { name: 'A second administrator, for what may shut people out' }));
    await dana.getByRole('button', { name: 'Review and save' }).click();
    await review().getByRole('button', { name: 'Save', exact: true }).click();
    await confirm(dana, story.admin);
    await review().waitFor({ state: 'detached' });
  });

  it('a change of the list is proposed and waits; its author cannot approve it', async () => {
    await proposeList(INSIDE);
    await story.looksRight(dana, 'review');
    await review().getByRole('button', { name: 'Propose' }).click();
    await review().waitFor({ state: 'detached' });
    assert.equal(await state(), 'any');
    await dana.goto(`${story.base}/settings/proposals`);
    await dana.getByText('Waits for approval').waitFor();
    await dana.getByRole('button', { name: 'Withdraw' }).waitFor();
    assert.equal(await dana.getByRole('button', { name: 'Approve' }).count(), 0);
    await story.looksRight(dana, 'own');
  });

  it('the other administrator is told on every page, tries it on own traffic, approves it, and the history names both', async () => {
    noa = await story.page();
    await noa.goto(story.base);
    await story.typePassword(noa, second.email);
    await noa.getByRole('region', { name: 'Waiting changes' }).getByText('1 change of settings').waitFor();
    await noa.getByRole('link', { name: 'Look at it' }).click();
    await noa.getByRole('button', { name: 'Try it on your own traffic' }).click();
    await noa.getByText(/^Of \d+ decisions? in the last day/).waitFor();
    await story.looksRight(noa, 'waiting');
    await noa.getByRole('button', { name: 'Approve' }).click();
    await confirm(noa, second);
    await noa.getByText('Nothing waits').waitFor();
    assert.equal(await state(), 'only');
    await noa.goto(`${story.base}/settings/history`);
    await noa.getByText('; approved by noa').waitFor();
  });

  it('two who save at once: the second keeps the draft, is shown what was saved meanwhile, and takes either', async () => {
    const key = 'password.history';
    await dana.goto(`${story.base}/settings/privacy#${key}`);
    await row(key).getByRole('textbox').fill('8');
    await dana.getByRole('button', { name: 'Review and save' }).click();
    await review().getByText('8 earlier passwords').waitFor();
    assert.equal((await story.house.save(second, second.cookie, { [key]: 11 })).status, 200);
    await review().getByText(/11 earlier passwords is in force now\. Set by noa.*Your draft: 8 earlier passwords\./).waitFor();
    assert.equal(await review().getByRole('button', { name: 'Save', exact: true }).isDisabled(), true);
    await story.looksRight(dana, 'meanwhile');
    await review().getByRole('button', { name: 'Keep my draft' }).click();
    await review().getByRole('button', { name: 'Save', exact: true }).click();
    await review().waitFor({ state: 'detached' });
    assert.equal((await story.house.building.parts.brands.bySlug(story.admin.slug))!.policy.values[key], 8);
  });

  it('what was on stage as report only is proposed from there, with what was counted, and enforced by whoever approves', async () => {
    const { call, stepUp, building } = story.house;
    await stepUp(second, second.cookie);
    const { policy } = (await building.parts.brands.bySlug(story.admin.slug))!;
    const settings = { 'management.allowlist': { state: 'only', entries: [{ value: INSIDE }, { value: '192.0.2.7' }] } };
    assert.equal((await call('POST', '/api/v1/policy/stage', { cookie: second.cookie, body: { settings, kind: 'report' }, headers: { 'if-match': `"v${policy.version}"` } })).status, 200);
    await noa.goto(`${story.base}/settings`);
    await noa.getByRole('region', { name: 'Change on stage' }).getByRole('button', { name: 'Look closer' }).click();
    await noa.getByText('A second person is asked for').waitFor();
    await story.looksRight(noa, 'stage-asks');
    await noa.getByRole('button', { name: 'Propose to enforce it' }).click();
    await noa.getByRole('dialog').waitFor({ state: 'detached' });
    await dana.goto(`${story.base}/settings/proposals`);
    await dana.getByText('Approving enforces exactly this and ends the stage.').waitFor();
    await story.looksRight(dana, 'from-stage');
    await dana.getByRole('button', { name: 'Approve' }).click();
    await dana.getByText('Nothing waits').waitFor();
    assert.equal((await building.parts.brands.bySlug(story.admin.slug))!.stage, null);
  });

  it('another one is rejected with a reason that its author reads, on a phone and in the dark', async () => {
    await proposeList('192.0.2.0/24');
    await review().getByRole('button', { name: 'Propose' }).click();
    await review().waitFor({ state: 'detached' });
    await noa.goto(`${story.base}/settings/proposals`);
    await noa.emulateMedia({ colorScheme: 'dark' });
    await noa.setViewportSize({ width: 360, height: 780 });
    await noa.getByRole('button', { name: 'Reject…' }).click();
    await noa.getByLabel('Why it is rejected').fill('The network is not ours.');
    await story.looksRight(noa, 'rejecting-narrow');
    assert.equal(await noa.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true);
    await noa.getByRole('button', { name: 'Reject', exact: true }).click();
    await noa.getByText('Nothing waits').waitFor();
    await dana.goto(`${story.base}/settings/proposals`);
    await dana.getByText('The network is not ours.').waitFor();
    await story.looksRight(dana, 'over');
    await dana.goto(`${story.base}/settings/explain`);
    await dana.emulateMedia({ colorScheme: 'dark' });
    await dana.setViewportSize({ width: 360, height: 780 });
    await dana.evaluate("document.documentElement.dir = 'rtl'");
    await dana.getByLabel('Somebody…').selectOption('sent a mail');
    await dana.getByRole('button', { name: 'Explain this case' }).click();
    await dana.getByRole('region', { name: 'What would have to change' }).waitFor();
    await story.looksRight(dana, 'explain-narrow');
    assert.equal(await dana.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), true);
  });

  it('where there is one administrator left that is said once, and nothing of others', async () => {
    const { building, save, signIn } = story.house;
    await save(story.admin, await signIn(story.admin), { 'management.allowlist': { state: 'only', entries: [{ value: INSIDE }, { value: '192.0.2.8' }] } });
    const { id } = (await building.parts.brands.bySlug(story.admin.slug))!;
    const rows = building.parts.store.brand(id);
    await rows.note([agentRows.retire(rows, (await agentRows.byEmailKey(rows, second.email))!.id, story.house.clock.now)]);
    await dana.goto(`${story.base}/settings/proposals`);
    await dana.getByText('Waits for approval').waitFor();
    await dana.getByText('There is one administrator left.').waitFor();
    assert.equal(await dana.getByText('Every other administrator').count(), 0);
    await story.looksRight(dana, 'alone-narrow');
  });
});
