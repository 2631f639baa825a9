// Every mail the house writes about a person's account or a change of settings: its subject and its text, in one place and one voice.

/** What a mail says. A new kind is a new line of `LETTERS`. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
}

/** What every mail knows beside its own facts. */
export interface Written {
  /** The brand's name. */
  readonly brand: string;
  /** The name of whom it is written to. */
  readonly name: string;
}

type Facts = Readonly<Record<string, string | number>>;

const paragraphs = (...lines: readonly string[]): string => `${lines.join('\n\n')}\n`;
/** An instant in words that mean the same everywhere. */
export const inUtc = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const WAS_IT_YOU = 'If this was not you, tell an administrator at once.';

/** Facts are texts that stand as they are: a mail has no markup. Links are built from PUBLIC_URL alone, by whoever writes the mail. */
export const LETTERS = {
  invitation: ({ brand }: Written, f: Facts) => ({
    subject: `You are invited to ${brand}`,
    text: paragraphs(`${f['by']} has made an account for you in the workspace of ${brand}.`, `Choose your password here:\n${f['link']}`, `The link works once, until ${f['until']}. Nobody will ask you for it.`),
  }),
  renewal: ({ brand }: Written, f: Facts) => ({
    subject: `Choose a new password for ${brand}`,
    text: paragraphs(f['by'] === undefined ? 'Somebody asked for a new password for your account.' : `${f['by']} has started the renewal of your password.`, `Choose it here:\n${f['link']}`, `The link works once, until ${f['until']}. If you did not ask for it, do nothing: your password stays as it is.`),
  }),
  renewal_needs_admin: ({ brand }: Written) => ({
    subject: `Your password for ${brand}`,
    text: paragraphs('Somebody asked for a new password for your account.', 'You have no second factor, so only an administrator can start the renewal: ask one.', 'If you did not ask for it, do nothing: your password stays as it is.'),
  }),
  enrolment: ({ brand }: Written, f: Facts) => ({
    subject: `Enrol a second factor for ${brand}`,
    text: paragraphs(`${f['by']} asks you to enrol a second factor.`, `Do it here, with your password:\n${f['link']}`, `The link works once, until ${f['until']}.`),
  }),
  admission: ({ brand }: Written, f: Facts) => ({
    subject: `Sign-ins as you at ${brand} are locked`,
    text: paragraphs(`There were ${f['failures']} wrong passwords for your account${f['network'] === undefined ? '' : ` from the network ${f['network']}`}, so further tries are refused until ${f['until']}. Browsers you have used before still let you in.`, `If it was you, this link lets the browser you open it in try again:\n${f['link']}`, `The link works once, until ${f['works']}.`, 'If it was not you, your password held. You need not do anything.'),
  }),
  password_changed: ({ brand }: Written, f: Facts) => ({
    subject: `Your password for ${brand} was changed`,
    text: paragraphs(`Your password was changed on ${f['at']}${f['address'] === undefined ? '' : ` from ${f['address']}`}.`, 'Every other session of yours was ended, and no device is trusted any more.', WAS_IT_YOU),
  }),
  password_ends: ({ brand }: Written, f: Facts) => ({
    subject: `Your password for ${brand} ends in ${f['days']} ${f['days'] === 1 ? 'day' : 'days'}`,
    text: paragraphs(`Your password ends on ${f['at']}. After that you choose a new one when you sign in.`, `You can change it before, in your account:\n${f['link']}`),
  }),
  factor_added: ({ brand }: Written, f: Facts) => ({ subject: `A second factor was added at ${brand}`, text: paragraphs(`On ${f['at']} this was added to your account: ${f['factor']}.`, WAS_IT_YOU) }),
  factor_removed: ({ brand }: Written, f: Facts) => ({ subject: `A second factor was removed at ${brand}`, text: paragraphs(`On ${f['at']} this was removed from your account: ${f['factor']}.`, WAS_IT_YOU) }),
  factors_reset: ({ brand }: Written, f: Facts) => ({ subject: `Your second factors at ${brand} were removed`, text: paragraphs(`On ${f['at']} ${f['by']} removed all your second factors. You will be asked to enrol a new one.`, WAS_IT_YOU) }),
  recovery_code_used: ({ brand }: Written, f: Facts) => ({ subject: `A recovery code was used at ${brand}`, text: paragraphs(`On ${f['at']} one of your recovery codes was used${f['address'] === undefined ? '' : ` from ${f['address']}`}. ${f['left']} are left; make new ones in your account.`, WAS_IT_YOU) }),
  recovery_codes_made: ({ brand }: Written, f: Facts) => ({ subject: `New recovery codes at ${brand}`, text: paragraphs(`On ${f['at']} new recovery codes were made for your account. The old ones no longer work.`, WAS_IT_YOU) }),
  codes_stopped: ({ brand }: Written, f: Facts) => ({ subject: `Codes for your account at ${brand} are stopped`, text: paragraphs(`There were ${f['failures']} wrong codes for your account within a day, all for one second factor: ${f['factor']}. It is refused until ${f['until']}; every other factor of yours is taken as before.`, 'Whoever typed them knew your password or held a session of yours: change your password, and tell an administrator.') }),
  account_changed: ({ brand }: Written, f: Facts) => ({ subject: `Your account at ${brand} was changed`, text: paragraphs(`On ${f['at']} ${f['by']} changed this of your account: ${f['what']}.`, WAS_IT_YOU) }),
  account_deactivated: ({ brand }: Written, f: Facts) => ({ subject: `Your account at ${brand} was deactivated`, text: paragraphs(`On ${f['at']} ${f['by']} deactivated your account. Every session of yours was ended.`) }),
  file_code: ({ brand }: Written, f: Facts) => ({
    subject: `Your code for a file from ${brand}`,
    text: paragraphs(`The code that opens the file ${brand} sent you:`, `${f['code']}`, `It works for ${f['minutes']} minutes, in the window in which you asked for it. Nobody of ${brand} will ask you for it.`, 'If you did not ask for it, do nothing: nobody opens the file without it.'),
  }),
  change_proposed: ({ brand }: Written, f: Facts) => ({
    subject: `A change of settings at ${brand} waits for a second person`,
    text: paragraphs(`On ${f['at']} ${f['by']} proposed to change this: ${f['what']}.`, `It holds only when another administrator approves it, and runs out on ${f['until']}.`, `See what it would change, and approve or reject it:\n${f['link']}`, 'You are asked to sign in as always, and for a fresh code. If nobody should be changing this, reject it there and ask who proposed it.'),
  }),
  change_approved: ({ brand }: Written, f: Facts) => ({
    subject: `Your change of settings at ${brand} was approved`,
    text: paragraphs(`On ${f['at']} ${f['by']} approved the change you had proposed: ${f['what']}.`, f['minutes'] === undefined ? 'It holds now.' : `It holds now, on trial for ${f['minutes']} minutes: unless it is confirmed by then, it goes back by itself.`, `What became of it:\n${f['link']}`, 'If you proposed nothing, tell another administrator at once.'),
  }),
  change_rejected: ({ brand }: Written, f: Facts) => ({ subject: `Your change of settings at ${brand} was rejected`, text: paragraphs(`On ${f['at']} ${f['by']} rejected the change you had proposed: ${f['what']}. Nothing was changed.`, `The reason stands there:\n${f['link']}`) }),
  change_expired: ({ brand }: Written, f: Facts) => ({ subject: `Your change of settings at ${brand} ran out`, text: paragraphs(`Nobody approved the change you had proposed before ${f['until']}: ${f['what']}. Nothing was changed.`, `You can make it anew:\n${f['link']}`) }),
  change_withdrawn: ({ brand }: Written, f: Facts) => ({ subject: `Your change of settings at ${brand} was withdrawn`, text: paragraphs(`On ${f['at']} the change you had proposed was withdrawn, since you may not change settings any more: ${f['what']}. Nothing was changed.`) }),
  stage_refuses: ({ brand }: Written, f: Facts) => ({
    subject: `Customers are refused under the change on stage at ${brand}`,
    text: paragraphs(`Since ${f['since']} the change on stage (${f['what']}) refused customers what they were allowed before: ${f['met']}.`, 'This takes nothing back by itself, for whoever comes from outside could make up any number of refusals. Look at what they are; if the change is wrong, press “Take back” on top of any page:', `${f['link']}`, 'You get this mail once, until the change holds for others.'),
  }),
  break_glass: ({ brand }: Written, f: Facts) => ({ subject: `Break-glass access at ${brand}`, text: paragraphs(`On ${f['at']} a one-time sign-in link for ${f['whom']} was made on the server itself.`, 'Every administrator gets this mail.') }),
} satisfies Readonly<Record<string, (written: Written, facts: Facts) => Letter>>;

export type LetterKind = keyof typeof LETTERS;

export function letterOf(kind: LetterKind, written: Written, facts: Facts): Letter {
  return LETTERS[kind](written, facts);
}
