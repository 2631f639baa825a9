// Looks at masked mails as somebody would who wants to know the customer, and knows nothing of how the masking works.
import { MASK } from '#inbox/known-values.ts';
import type { MadeMail } from '#test/masking-corpus.ts';

export interface Seen {
  /** Planted values that can still be read, in the form that was planted or without its disguise. */
  readonly leaks: readonly string[];
  /** Pieces nobody planted anything in that did not come through as they were. */
  readonly wrong: readonly string[];
  readonly masks: number;
}

/** Only letters and figures, in one case, after the disguises of links and pages are off. */
function skeleton(text: string): string {
  let open = text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
  try {
    open = decodeURIComponent(open.replaceAll(/%(?![0-9a-f]{2})/gi, '%25'));
  } catch {
    // Not whole: it is read as it stands.
  }
  return open.normalize('NFKD').toLowerCase().replaceAll(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660)).replaceAll(/[\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0)).replaceAll(/[^\p{L}\p{N}▇]/gu, '');
}

/** Each known value whole: whatever the mail said besides, these letters in this order are the customer's. */
function secrets({ known }: MadeMail): string[] {
  const [email] = known.emails;
  return [...known.names, email!, known.phones[0]!.slice(-8), ...known.externalIds, ...known.others].map(skeleton);
}

export function look(mail: MadeMail, masked: string): Seen {
  const leaks: string[] = [];
  const wrong: string[] = [];
  let at = 0;
  const even = masked.normalize('NFC');
  for (const { text, planted } of mail.pieces) {
    const whole = text.normalize('NFC');
    if (planted) {
      const core = skeleton(whole);
      if (core.length >= 2 && even.includes(whole)) leaks.push(whole);
      continue;
    }
    const found = whole.trim() === '' ? at : even.indexOf(whole.trim(), at);
    if (found < 0) wrong.push(whole);
    else at = found;
  }
  const bones = skeleton(even);
  for (const secret of secrets(mail)) if (secret.length >= 4 && bones.includes(secret)) leaks.push(secret);
  return { leaks, wrong, masks: even.split(MASK).length - 1 };
}
