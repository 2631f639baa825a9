// How archives begin: those that are looked into here, and those that nobody here can open.

/** So much of a file tells which it is: a tar says so at 257. */
export const BEGINNING = 512;

/** `begin`: the first bytes as Latin-1. */
export const isZipped = (begin: string): boolean => begin.startsWith('PK\u0003\u0004');
export const isGzipped = (begin: string): boolean => begin.startsWith('\u001f\u008b');
export const isTar = (begin: string): boolean => begin.startsWith('ustar', 257);

const CLOSED = /^(?:7z\u00bc\u00af\u0027\u001c|Rar!\u001a\u0007|BZh[1-9]1AY|\u00fd7zXZ\u0000)/;
export const isClosed = (begin: string): boolean => CLOSED.test(begin);
