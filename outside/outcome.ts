// How sending something to the outside ended: sent, or failed with a code and a sentence that says what to do.

export interface Sent {
  readonly sent: true;
  /** What the other side calls it, when it said so. */
  readonly reference?: string;
}

export type FailureCode =
  /** No full answer within the limit. It may have been sent all the same. */
  | 'provider_slow'
  /** The other side answered no. */
  | 'provider_refused'
  /** The account there has no credit left. */
  | 'out_of_credit'
  /** No connection, or closed before an answer. */
  | 'unreachable'
  /** Sending again changes nothing: the operator must change a setting. */
  | 'misconfigured'
  /** The message itself cannot be sent, such as an address with a line break in it. */
  | 'bad_message';

export interface Failed {
  readonly sent: false;
  readonly code: FailureCode;
  /** For a person; says what to do. Never holds a credential, a code or the text that was sent. */
  readonly sentence: string;
  /** Whether the same message may go through later without anybody changing anything. */
  readonly retry: boolean;
}

export type Outcome = Sent | Failed;

/** How opening an adapter ended: ready, or every fault of its configuration, one sentence each. */
export type Opened<A> = { readonly ok: true; readonly adapter: A } | { readonly ok: false; readonly faults: readonly string[] };

const RETRY: Readonly<Record<FailureCode, boolean>> = Object.freeze({
  provider_slow: true,
  provider_refused: false,
  out_of_credit: false,
  unreachable: true,
  misconfigured: false,
  bad_message: false,
});

export function failed(code: FailureCode, sentence: string, retry: boolean = RETRY[code]): Failed {
  return Object.freeze({ sent: false, code, sentence, retry });
}

export function sent(reference?: string): Sent {
  return Object.freeze(reference === undefined ? { sent: true } : { sent: true, reference });
}
