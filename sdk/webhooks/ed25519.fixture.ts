// Two Ed25519 key pairs in the form that a scheme writes them. Made from fixed seeds, so that a failure can be repeated.

import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { SchemeCase } from './contract.fixture.ts'

export function ed25519Pair(publicPrefix: string, privatePrefix: string): Required<Pick<SchemeCase, 'secret' | 'otherSecret' | 'signWith' | 'otherSignWith'>> {
  const one = pairOf(Buffer.alloc(32, 7))
  const other = pairOf(Buffer.alloc(32, 9))
  return { secret: publicPrefix + one.public, otherSecret: publicPrefix + other.public, signWith: privatePrefix + one.private, otherSignWith: privatePrefix + other.private }
}

function pairOf(seed: Buffer): { readonly public: string; readonly private: string } {
  const key = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return { public: spki.subarray(-32).toString('base64'), private: seed.toString('base64') }
}
