// Any text there can be, for properties that hold whatever is given.
import fc from 'fast-check';

const SURROGATES = 0x800;
/** Every code point but halves of a pair. The library's own "binary" is the same, and makes a table of a million of them first: a second or two. */
const anyCodePoint = fc.integer({ min: 0, max: 0x10ffff - SURROGATES }).map((at) => String.fromCodePoint(at < 0xd800 ? at : at + SURROGATES));

export const anyText = (maxLength?: number): fc.Arbitrary<string> => fc.string({ unit: anyCodePoint, ...(maxLength === undefined ? {} : { maxLength }) });
