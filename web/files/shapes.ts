// Files as the API shows them: what each is, what became of it, and what may be sent in a channel.
export interface ShownFile {
  id: string
  /** empty once it was removed */
  name: string
  /** the id of a known type */
  type: string | null
  mediaType: string | null
  bytes: number | null
  state: 'accepted' | 'refused' | 'quarantined' | 'deleted'
  refusal: { code: string; words: string; detail: string } | null
  /** a small picture of it can be asked for */
  thumbnail: boolean
}

/** What the settings of a channel let this side send. */
export interface UploadRules { enabled: boolean; types: string[]; maxBytes: number }
