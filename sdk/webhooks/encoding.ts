// Signatures as text. Strict: exactly one text stands for given bytes, so that a signature whose text was altered is
// never the same signature. Buffer's own decoders skip what they do not know.

export type Encoding = 'hex' | 'base64'

/** Undefined when it is not exactly what {@link encode} writes: lower-case hex, or padded base64 of the standard alphabet. */
export function decode(text: string, encoding: Encoding): Uint8Array | undefined {
  const bytes = Buffer.from(text, encoding)
  return bytes.length > 0 && bytes.toString(encoding) === text ? bytes : undefined
}

export function encode(bytes: Uint8Array, encoding: Encoding): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding)
}
