// How the live look-up of a new password in known breaches ended, and what is said when it could not be made.
export type BreachLookup = 'off' | 'clean' | 'failed'

export const lookupFailed = 'The password was saved. It could not be looked up in known breaches just now, because the service that is asked did not answer; it was judged by the list on this server alone.'
