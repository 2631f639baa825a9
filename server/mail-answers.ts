// Answers by mail, judged by the mail door: the customer and whoever had copies of their mails as an answer, everybody else as a transfer.
import { type AnswerByMail, openAnswers } from '#inbox/mail/answer.ts';
import { judgeOutgoing } from '#server/doors/mail.ts';
import type { Parts } from '#server/parts.ts';

export function answersByMail(parts: Pick<Parts, 'store' | 'keyring' | 'brands' | 'now'>): AnswerByMail {
  const { store, keyring, brands } = parts;
  return openAnswers({
    store, keyring,
    async judge(brandId, { id, channel_id: channelId }, { customer, known, others }) {
      const brand = await brands.byId(brandId);
      if (brand === null) throw new Error(`No brand ${brandId}`);
      const about = { channelId, conversationId: id };
      const answer = await judgeOutgoing(parts, brand, { kind: 'reply', recipients: [...customer, ...known], details: true, ...about });
      if (!answer.allowed) return answer;
      // What the customer wrote and who they are goes to somebody they did not write to.
      const transfer = others.length === 0 ? answer : await judgeOutgoing(parts, brand, { kind: 'transfer', recipients: others, details: true, ...about });
      return transfer.allowed ? null : transfer;
    },
  });
}
