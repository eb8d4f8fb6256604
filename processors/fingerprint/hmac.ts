// HMAC-SHA-256 (RFC 2104) out of two digests of one call each. An Hmac object costs more to make than a record's digest
// takes, and this is done for every record: half the time for 1 KiB, a quarter for a few bytes.

import { hash } from 'node:crypto'

/** Lower-case hex of the MAC of `label` and `message`, one after the other. A label must end where no other goes on. */
export type Mac = (label: string, message: string | Uint8Array) => string

/** Of SHA-256, in bytes. */
const blockBytes = 64
const digestBytes = 32

const startBytes = 16 * 1024

/** A buffer that grew beyond this for one large message is given back after it. */
const keptBytes = 4 * 1024 * 1024

/** UTF-8 takes at most three bytes for a UTF-16 unit. */
const bytesPerUnit = 3

// Shared by all keys: everything here is synchronous, and nothing of a message is looked at after its digest is made.
let inner = Buffer.allocUnsafe(startBytes)
const outer = Buffer.allocUnsafe(blockBytes + digestBytes)

/** `key`: at most a block of 64 bytes. */
export function createMac(key: Uint8Array): Mac {
  if (key.length > blockBytes) throw new RangeError(`BUG: a key of ${key.length} bytes; want at most ${blockBytes}`)
  const innerPad = padded(key, 0x36)
  const outerPad = padded(key, 0x5c)
  return function mac(label, message) {
    reserve(blockBytes + (label.length + (typeof message === 'string' ? message.length : 0)) * bytesPerUnit + message.length)
    inner.set(innerPad)
    let at = blockBytes + inner.write(label, blockBytes)
    if (typeof message === 'string') at += inner.write(message, at)
    else {
      inner.set(message, at)
      at += message.length
    }
    outer.set(outerPad)
    outer.write(hash('sha256', inner.subarray(0, at), 'binary'), blockBytes, 'latin1') // a text of 32 characters is made faster than a buffer
    return hash('sha256', outer, 'hex')
  }
}

function padded(key: Uint8Array, pad: number): Buffer {
  const block = Buffer.alloc(blockBytes, pad)
  key.forEach((byte, i) => { block[i] = byte ^ pad })
  return block
}

function reserve(bytes: number): void {
  if (bytes > inner.length) inner = Buffer.allocUnsafe(bytes * 2)
  else if (inner.length > keptBytes && bytes <= keptBytes) inner = Buffer.allocUnsafe(startBytes > bytes ? startBytes : bytes)
}
