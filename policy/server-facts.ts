// What standards ask of the server's own configuration: facts that whoever runs it decides, told by the process that knows them.

export interface ServerFacts {
  /** Every file that comes in is looked through. */
  readonly antivirus: boolean;
  /** The public address is https; another is possible on loopback alone. */
  readonly https: boolean;
}

export type ServerFact = keyof ServerFacts;

/** Each with its label, and what stands there either way. */
export const serverFacts: { readonly [F in ServerFact]: { readonly label: string; readonly on: string; readonly off: string } } = {
  antivirus: { label: 'Antivirus', on: 'Every file is looked through before anybody can open it; while the scanner does not answer, none comes in.', off: 'Files are not looked through. Whoever runs this server sets CLAMD.' },
  https: { label: 'Public address', on: 'The public address is https; cookies are Secure and HSTS is sent.', off: 'The public address is plain http, on this machine alone. Whoever runs this server sets PUBLIC_URL.' },
};
