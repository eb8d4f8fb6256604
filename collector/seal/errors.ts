// What the world can do wrong to a log. Our own mistakes are plain errors whose message starts with `BUG:`.

export type SealErrorCode =
  | 'note_malformed' // not a signed note, or beyond its limits
  | 'note_signature_invalid' // a key we trust is named, and its signature fails
  | 'note_unverified' // no signature of a key we trust
  | 'key_malformed' // a name, seed or vkey that cannot be used
  | 'checkpoint_malformed' // a note, but not a checkpoint
  | 'checkpoint_foreign' // the checkpoint of another origin
  | 'checkpoint_missing' // tiles without a checkpoint: never start over on top of them
  | 'checkpoint_changed' // somebody else published while this log was open
  | 'entry_malformed'
  | 'entry_too_large'
  | 'entries_missing'
  | 'entries_malformed'
  | 'tile_missing'
  | 'tile_malformed'
  | 'log_inconsistent' // tiles and checkpoint disagree
  | 'log_failed' // an earlier append failed: what the disk holds is unknown until the log is opened again
  | 'out_of_range' // an index or range beyond the size of the log

export class SealError extends Error {
  override readonly name = 'SealError'
  readonly code: SealErrorCode

  constructor(code: SealErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
