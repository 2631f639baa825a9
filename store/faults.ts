// What a store throws: a conflict (the world changed under a unit) or a fault (the store itself cannot do its work).

/** A unit was undone as a whole because a guard did not hold. Nothing of it was kept; the units beside it were. */
export class Conflict extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`The change was not made: ${code}.`);
    this.name = 'Conflict';
    this.code = code;
  }
}

export type StoreFaultCode =
  | 'store.unusable' // file or folder missing, not writable, not a database, corrupt
  | 'store.newer' // written by a later version of the program
  | 'store.unreachable' // PostgreSQL does not answer
  | 'store.busy' // another process holds the lock for too long
  | 'store.full' // no room on the disk
  | 'store.broken' // the writer ended; nothing more is saved until a restart
  | 'store.unknown_outcome' // the connection was lost while committing: it may or may not have been saved
  | 'store.closed'
  | 'store.not_empty' // a dump is loaded only into an empty store
  | 'store.dump_invalid'
  | 'store.misuse'; // a bug in the calling code

/** The message is one sentence for the operator that says what to do. */
export class StoreFault extends Error {
  readonly code: StoreFaultCode;
  constructor(code: StoreFaultCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreFault';
    this.code = code;
  }
}
