// Signed notes of c2sp.org/signed-note: a text, a blank line, signature lines. Unverified text is never returned.

import { SealError } from './errors.ts'
import { equalBytes } from './tree.ts'
import type { Signer, Verifier } from './key.ts'
import { decodeBase64, isKeyName } from './key.ts'

// 16 is what every verifier must accept; post-quantum signatures take about 5 kB each.
export const MAX_SIGNATURES = 16
export const MAX_NOTE_BYTES = 256 * 1024

export interface OpenedNote {
  readonly text: string
  /** Names of the trusted keys that signed it, in the order of the note. */
  readonly signedBy: readonly string[]
}

interface Signature {
  readonly name: string
  readonly keyId: number
  readonly signature: Uint8Array
}

/** The note of `text` (which ends in a newline), signed by each signer in order. */
export function signNote(text: string, signers: readonly Signer[]): string {
  if (!isNoteText(text)) throw new Error('BUG: not the text of a note; want lines without control characters')
  if (signers.length === 0 || signers.length > MAX_SIGNATURES) throw new Error(`BUG: signers; got ${signers.length}`)
  return `${text}\n${signers.map((signer) => signatureLine(signer, text)).join('')}`
}

/**
 * The text of a note that at least one of the verifiers confirms. Signatures of unknown keys are ignored, so that keys
 * can be rotated and witnesses added; one failing signature of a known key rejects the whole note.
 */
export function openNote(note: Uint8Array, verifiers: readonly Verifier[]): OpenedNote {
  const { text, signatures } = splitNote(note)
  const signedBy = new Set<string>()
  for (const { name, keyId, signature } of signatures) {
    const verifier = verifiers.find((known) => known.name === name && known.keyId === keyId)
    if (verifier === undefined) continue
    if (!verifier.verify(text, signature)) {
      throw new SealError('note_signature_invalid', 'the signature of a trusted key does not fit the text')
    }
    signedBy.add(name)
  }
  if (signedBy.size === 0) throw new SealError('note_unverified', 'no trusted key signed the note')
  return { text, signedBy: [...signedBy] }
}

function splitNote(note: Uint8Array): { text: string; signatures: Signature[] } {
  if (note.length > MAX_NOTE_BYTES) throw malformed(`longer than ${MAX_NOTE_BYTES} bytes`)
  const whole = decodeUtf8(note)
  // The text may hold blank lines itself: the last one is the border.
  const border = whole.lastIndexOf('\n\n')
  const [text, lines] = [whole.slice(0, border + 1), whole.slice(border + 2)]
  if (border < 0 || !isNoteText(text)) throw malformed('no text before the last blank line')
  if (!lines.endsWith('\n')) throw malformed('no signature line after the last blank line')
  const signatures = lines.slice(0, -1).split('\n')
  if (signatures.length > MAX_SIGNATURES) throw malformed(`more than ${MAX_SIGNATURES} signatures`)
  return { text, signatures: signatures.map(parseSignature) }
}

function signatureLine(signer: Signer, text: string): string {
  const payload = Buffer.concat([Buffer.alloc(4), signer.sign(text)])
  payload.writeUInt32BE(signer.keyId)
  return `— ${signer.name} ${payload.toString('base64')}\n`
}

function parseSignature(line: string): Signature {
  const [dash, name = '', base64 = '', ...rest] = line.split(' ')
  const payload = decodeBase64(base64)
  const isSignature = dash === '—' && isKeyName(name) && rest.length === 0
  if (!isSignature || payload === null || payload.length < 5) throw malformed('a signature line is not one')
  return { name, keyId: payload.readUInt32BE(), signature: payload.subarray(4) }
}

function decodeUtf8(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8')
  if (!equalBytes(Buffer.from(text), bytes)) throw malformed('not UTF-8')
  return text
}

function isNoteText(text: string): boolean {
  return text.endsWith('\n') && text.isWellFormed() && !/[^\n\u{20}-\u{10ffff}]/u.test(text)
}

function malformed(reason: string): SealError {
  return new SealError('note_malformed', `not a signed note: ${reason}`)
}
