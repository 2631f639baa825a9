// Where in the text of a mail the quoted history begins: people write above it, and it is folded away.

const LONGEST_LOOKED_AT = 200_000;
/** "On … wrote:" as the mail programs of some languages say it; the line may be broken in two. */
const WROTE = /(?:\bwrote|\bschrieb|\ba écrit|\bescribió|\bha scritto|\bescreveu|\bschreef|\bskrev|\bkirjoitti|\bnapisał\(?a?\)?|\bnapsal\(?a?\)?|написал\(?а?\)?|пишет|כתב(?:\/ה)?|‏כתב|كتب|写道|书写|寫道|wrote)\s*[^:\n]{0,120}[:：]\s*$/iu;
const BANNER = /^[\s>]*(?:-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|originalnachricht|message d'origine|message transféré|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|исходное сообщение|הודעה מקורית)\s*-{2,}|_{20,})\s*$/iu;
const FROM = /^[\s>*]*(?:from|von|de|da|van|fra|från|lähettäjä|od|от|מאת|من|发件人|寄件者)\s*\*?[:：]\s*\*?\s*\S/iu;
const FIELD = /^[\s>*]*(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|fecha|para|asunto|inviato|a|oggetto|verzonden|aan|onderwerp|отправлено|кому|тема|נשלח|אל|נושא)\s*\*?[:：]/iu;

const quotedLine = (line: string): boolean => /^\s*>/.test(line);

/** The line where the quoted history begins; the number of lines where there is none. */
function beginning(lines: readonly string[]): number {
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line.length > 1_000) continue;
    if (BANNER.test(line) && lines.slice(at + 1, at + 6).some((next) => FROM.test(next) || quotedLine(next) || !line.trim().startsWith('_'))) return at;
    // A header block of the mail before: From and at least one field more.
    if (FROM.test(line) && lines.slice(at + 1, at + 5).filter((next) => FIELD.test(next)).length >= 2) return at;
    // An attribution counts where what it attributes follows, and little else after that.
    const joined = `${line} ${lines[at + 1] ?? ''}`;
    const ends = WROTE.test(line) ? at : line.trim() !== '' && !quotedLine(line) && joined.length < 400 && WROTE.test(joined) ? at + 1 : -1;
    if (ends !== -1) {
      const rest = lines.slice(ends + 1).filter((next) => next.trim() !== '');
      const quoted = rest.filter(quotedLine).length;
      if (rest.length > 0 && (quoted / rest.length > 0.7 || (quoted === 0 && /\d/.test(joined)))) return at;
    }
  }
  // Nobody attributed it: what stands quoted at the very end.
  let at = lines.length;
  while (at > 0 && ((lines[at - 1] ?? '').trim() === '' || quotedLine(lines[at - 1] ?? ''))) at -= 1;
  return lines.slice(at).filter(quotedLine).length >= 2 ? at : lines.length;
}

/** The text as written now, and what it quotes. Where nothing stands above the quote, all of it is what was said. */
export function splitQuote(text: string): { readonly said: string; readonly quoted: string } {
  if (text.length > LONGEST_LOOKED_AT) return { said: text, quoted: '' };
  const lines = text.split('\n');
  const at = beginning(lines);
  const said = lines.slice(0, at).join('\n').trimEnd();
  if (said.trim() === '' || at === lines.length) return { said: text.trimEnd(), quoted: '' };
  return { said, quoted: lines.slice(at).join('\n').trim() };
}
