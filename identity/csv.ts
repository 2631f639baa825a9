// Reads a table as spreadsheets write it (RFC 4180): commas, semicolons or tabs, quotes, any line ends, a byte order mark.

export interface CsvRecord {
  /** The line it begins on, from 1, as an editor counts them. */
  readonly line: number;
  /** As they stand between the separators, quotes taken off. */
  readonly fields: readonly string[];
}

/** Where reading had to stop: what comes after would be guessed. */
export interface CsvFault {
  readonly line: number;
  /** Which field of the line, from 1. */
  readonly field: number;
  readonly code: 'csv.quote' | 'csv.open_quote' | 'csv.control';
  /** One sentence that says what to mend. */
  readonly message: string;
}

export type Csv = { readonly ok: true; readonly records: readonly CsvRecord[] } | { readonly ok: false; readonly fault: CsvFault };

/** The sign that separates the fields of the first record, whichever comes first outside of quotes; spreadsheets of half of Europe write semicolons. */
export function separatorOf(text: string): ',' | ';' | '\t' {
  let quoted = false;
  for (const sign of text) {
    if (sign === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (sign === ',' || sign === ';' || sign === '\t') return sign;
    else if (sign === '\n' || sign === '\r') break;
  }
  return ',';
}

/**
 * Strict: a quote stands only around a whole field, a doubled one inside it; what follows a closing quote is a separator or an end of line.
 * Lines without anything in them are passed over. No record is altered, padded or cut: how many fields it must have is the caller's matter.
 */
export function readCsv(given: string): Csv {
  const text = given.startsWith('\uFEFF') ? given.slice(1) : given;
  const separator = separatorOf(text);
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let line = 1;
  let begun = 1;
  let at = 0;
  const stop = (code: CsvFault['code'], message: string, where = line): Csv => ({ ok: false, fault: { line: where, field: fields.length + 1, code, message } });

  while (at < text.length) {
    let field: string;
    if (text[at] === '"') {
      const opened = line;
      let value = '';
      for (at += 1; ; ) {
        const end = text.indexOf('"', at);
        if (end === -1) return stop('csv.open_quote', 'A quotation mark is opened here and never closed.', opened);
        value += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') break;
        value += '"';
        at += 1;
      }
      line += (value.match(/\r\n|\r|\n/g) ?? []).length;
      if (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') return stop('csv.quote', 'Text follows a closing quotation mark; write a quotation mark inside of a quoted field twice.');
      field = value;
    } else {
      let end = at;
      while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end += 1;
      field = text.slice(at, end);
      if (field.includes('"')) return stop('csv.quote', 'A quotation mark stands inside of a field that is not quoted; put the whole field in quotation marks and write the inner ones twice.');
      at = end;
    }
    if (/[\0-\x08\x0B\x0C\x0E-\x1F\x7F]/.test(field)) return stop('csv.control', 'A control character stands here; save the file as plain CSV text in UTF-8.');
    fields.push(field);
    if (at < text.length && text[at] === separator) {
      at += 1;
      // A separator at the very end opens one more, empty field.
      if (at === text.length) fields.push('');
      else continue;
    }
    if (fields.some((value) => value !== '')) records.push({ line: begun, fields });
    fields = [];
    if (text[at] === '\r' && text[at + 1] === '\n') at += 2;
    else at += 1;
    line += 1;
    begun = line;
  }
  return { ok: true, records };
}
