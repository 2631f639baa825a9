// What may go wrong at a start or on the command line and is not a bug: said in words, without a stack.
import { KeyFault } from '#identity/key-folder.ts';
import { StoreFault } from '#store/faults.ts';
import { ConfigFault } from '#server/config.ts';
import { DataFault } from '#server/data-folder.ts';

/** True for a fault whose message is a sentence for the operator. A misuse of the store is a bug and keeps its stack. */
export function isKnownFault(error: unknown): error is Error {
  if (error instanceof StoreFault) return error.code !== 'store.misuse';
  return error instanceof ConfigFault || error instanceof KeyFault || error instanceof DataFault;
}
