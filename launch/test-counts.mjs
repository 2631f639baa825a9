// A reporter that tells one thing: the counts of the whole run, as JSON, for whoever runs several shares and adds them up.

/** @param {AsyncIterable<{ type: string, data: { counts: object } }>} events of Node's test runner */
export default async function* counts(events) {
  for await (const { type, data } of events) if (type === 'test:summary') yield `${JSON.stringify(data.counts)}\n`;
}
