// The JSON Schema (2020-12) of a policy, made from the loaded catalogue.
import { keys, settingOf } from './catalogue.ts';
import type { JsonSchema } from './kind.ts';

/** Values by key. A partial policy is valid: what it does not name stays as it is. */
export function policySchema(): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const key of keys) {
    const { kind, label, help, default: standard } = settingOf(key);
    properties[key] = { title: label, description: help, ...kind.jsonSchema(), default: standard };
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The Privacy & Security policy of a brand',
    type: 'object',
    properties,
    additionalProperties: false,
  };
}
