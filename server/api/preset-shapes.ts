// What the API answers of standards: the list, a check, and a report of evidence.
import { Type } from 'typebox';
import { anything, flag, list, Moment, oneOf, orNull, shape, text, whole } from '#server/api/shapes.ts';

const STATE = oneOf('met', 'not_met', 'deviation', 'not_applicable', 'yours');
const Summary = shape({ met: whole, not_met: whole, deviation: whole, not_applicable: whole, yours: whole });
const about = { id: text, name: text, publisher: text, about: text };
const Instant = Type.String({ format: 'date-time' });
const Person = shape({ id: orNull(text), name: text });
const Proof = shape({ file: text, test: text });

export const PresetList = shape({ version: whole, presets: list(shape({ ...about, summary: Summary })) });

const asked = { id: text, number: text, asks: text, by: oneOf('setting', 'product', 'server', 'you'), state: STATE, about: orNull(text), value: orNull(text), wanted: orNull(text), because: orNull(text), proof: list(Proof) };
const Origin = shape({ from: text, locked: flag, clamped: flag, looser: flag, setBy: orNull(text), setByName: orNull(text), setAt: orNull(Moment) });
const Requirement = shape({
  ...asked, key: orNull(text), origin: orNull(Origin), loose: list(shape({ id: text, name: text, value: text })),
  deviation: orNull(shape({ id: text, reason: text, at: Moment, by: text, byName: orNull(text), stale: flag })),
});
const Side = shape({ preset: text, requirement: text, number: text, asks: text, state: STATE, because: orNull(text) });

export const PresetCheck = shape({
  version: whole,
  presets: list(shape({ ...about, summary: Summary, requirements: list(Requirement) })),
  conflicts: list(shape({ about: text, value: orNull(text), state: oneOf('open', 'decided', 'avoided'), sides: list(Side) })),
  draft: list(shape({ key: text, label: text, value: anything, beforeText: text, afterText: text, askedBy: list(text) })),
});

const Since = shape({ version: orNull(whole), at: Instant, by: orNull(Person), reason: orNull(text) });

export const EvidenceReport = shape({
  format: text, product: shape({ name: text, version: text }), brand: shape({ id: text, address: text, name: text }), preset: shape(about),
  made: shape({ at: Instant, by: shape({ kind: text, id: orNull(text), name: text }) }), settingsVersion: whole,
  underWay: orNull(shape({ kind: oneOf('trial', 'stage'), since: Instant, until: Instant, words: text })),
  trail: shape({ rows: whole, head: orNull(text), signed: orNull(shape({ rows: whole, hash: text, at: Instant, keyId: text, signature: text })) }), summary: Summary,
  requirements: list(shape({
    ...asked, setting: orNull(text), since: orNull(Since), channels: list(shape({ id: text, name: text, value: text, since: orNull(Since) })),
    deviation: orNull(shape({ id: text, reason: text, at: Instant, by: Person, stale: flag })),
  })),
});
