// Looking for viruses: one interface; clean, found, or not possible, and nothing in between.

export type Verdict =
  | { readonly outcome: 'clean' }
  /** `name`: what the scanner calls it. */
  | { readonly outcome: 'found'; readonly name: string }
  /** `why`: a sentence for the operator. */
  | { readonly outcome: 'unknown'; readonly why: string };

export interface Antivirus {
  /** Where it is, for the page of the operator. */
  readonly description: string;
  /** Never throws: what goes wrong is a verdict of its own. */
  scan(bytes: AsyncIterable<Uint8Array>): Promise<Verdict>;
}
