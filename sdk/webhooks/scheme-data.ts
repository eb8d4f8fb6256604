// What a scheme looks like as data. From one record come the reader and the writer (define.ts), so that neither can know
// something that the other does not.

import type { KeyFormat } from './key-formats.ts'
import type { Algorithm, Covered, Message, RawRequest } from './scheme.ts'
import type { SignatureLayout } from './signature-list.ts'
import type { TimeUnit } from './timestamps.ts'

export interface SchemeData {
  readonly name: string
  readonly signature: SignatureLayout & { readonly from: Exclude<Place, { readonly item: string }> }
  /** Where the time is. In a body that does not carry the signature it is read once the body is verified, and may be absent. */
  readonly time?: { readonly from: Place; readonly unit: TimeUnit }
  /** How far it may be off, when the caller does not say. Milliseconds; default 300 000. */
  readonly toleranceMs?: number
  /** The signed id: a part of `signed`, or in the signed body. */
  readonly id?: Place
  /** What it may look like where it is read before it is verified. Default: 1 to 256 visible ASCII characters. */
  readonly idForm?: RegExp
  /** Header with an id that is not signed. */
  readonly claimedId?: string
  /** What is signed, in order. A text stands for itself; a function gives what has no name. */
  readonly signed: readonly Piece[]
  readonly covered: Covered
  readonly coveredParts: readonly string[]
  /** Instead of `coveredParts`, when the request decides. */
  readonly coveredPartsOf?: (request: RawRequest) => readonly string[]
  /** For each algorithm, how a key of it is written. */
  readonly keys: Partial<Record<Algorithm, KeyFormat>>
  readonly wantedSecret: string
  /** The URLs that may have been signed, likeliest first. Default: the URL as it is. */
  readonly urls?: (url: string) => readonly string[]
  /** Further condition on the verified request, such as a digest of the body in the URL. */
  readonly bodyMatches?: (request: RawRequest) => boolean
  /** For the writer: what the service does to a message before it signs it. */
  readonly prepare?: (message: Message) => Message
  readonly parameters?: readonly string[]
}

/** `item`: of the signature header, such as `t` in `t=…,v1=…`. `body`: path of member names in the JSON body. */
export type Place = { readonly header: string } | { readonly item: string } | { readonly body: readonly string[] }

export type Piece = string | { readonly part: PartName } | { readonly parameter: string } | ((request: SignedRequest) => string | Uint8Array)

export type PartName = 'id' | 'timestamp' | 'body' | 'method' | 'url'

/** What pieces are made of, when reading and when writing. */
export type SignedRequest = Pick<RawRequest, 'method' | 'url' | 'body' | 'header' | 'parameters'>

export interface SignedValues {
  readonly id: string | undefined
  /** As it stands in the request, to the letter. */
  readonly timestamp: string | undefined
}

/** The signed bytes, in pieces: the body is never copied nor decoded. */
export function materialOf(pieces: readonly Piece[], request: SignedRequest, { id, timestamp }: SignedValues): readonly (string | Uint8Array)[] {
  const parts = { id, timestamp, body: request.body, method: request.method, url: request.url }
  return pieces.map((piece) => {
    if (typeof piece === 'string') return piece
    if (typeof piece === 'function') return piece(request)
    const found = 'parameter' in piece ? request.parameters[piece.parameter] : parts[piece.part]
    if (found === undefined) throw new Error('BUG: a scheme signs a part and does not say where it is')
    return found
  })
}
