// What pages and chats tell each other in passing, on all nodes: who is typing, who looks at what. Nothing of it is kept, and any of it may be lost.
import type { BrandId, Store } from '#store/store.ts';

export type Murmur =
  | { readonly type: 'typing'; readonly conversation: string; readonly by: { readonly kind: 'customer' | 'agent'; readonly id: string; readonly name: string | null } }
  /** A tab of an agent looks at a conversation, or at none any more. */
  | { readonly type: 'viewing'; readonly conversation: string | null; readonly agent: string; readonly tab: string }
  /** Who is here or available has changed. */
  | { readonly type: 'presence' };

export interface Murmurs {
  /** To every listener on every node, this one first. */
  say(brandId: BrandId, said: Murmur): void;
  hear(listener: (brandId: BrandId, said: Murmur) => void): void;
}

export function openMurmurs(store: Store): Murmurs {
  const listeners: ((brandId: BrandId, said: Murmur) => void)[] = [];
  const tell = (brandId: BrandId, said: Murmur): void => {
    for (const listener of listeners) listener(brandId, said);
  };
  store.onWhisper((scope, said) => tell(scope, said as Murmur));
  return {
    say(brandId, said) {
      tell(brandId, said);
      store.whisper(brandId, said);
    },
    hear: (listener) => void listeners.push(listener),
  };
}
