// Whether a host can only be this machine: there, and only there, plain text on the wire is allowed.

/** A host as `URL.hostname` gives it. Names under `localhost` are loopback by RFC 6761 §6.3. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
