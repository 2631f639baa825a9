// Text messages printed in the operator's terminal, for trying Portcullis out on one's own machine and nowhere else.
import { isLoopback } from '#outside/loopback.ts';
import { sent } from '#outside/outcome.ts';
import type { Sms } from '#outside/sms/sms.ts';

/**
 * Throws unless `publicUrl` is loopback: whoever reads the terminal or its log would read the second factor of everybody.
 */
export function terminalSms({ publicUrl, terminal }: { publicUrl: URL; terminal: (line: string) => void }): Sms {
  if (!isLoopback(publicUrl.hostname)) {
    throw new Error('Codes are printed in the terminal only while PUBLIC_URL is localhost: set SMS_URL to the address of a text message provider.');
  }
  return Object.freeze<Sms>({
    kind: 'terminal',
    description: 'Printed in the terminal of the server (only while PUBLIC_URL is localhost).',
    async send({ to, text, signal }) {
      signal?.throwIfAborted();
      terminal(`SMS to ${visible(to)}: ${visible(text)}`);
      return sent();
    },
  });
}

// A control character could move the cursor or recolour what stands above: it is shown instead of obeyed.
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (letter) => `\\u{${letter.codePointAt(0)!.toString(16)}}`);
}
