// Secrets and keys of fake deliveries, each in the form of its service. The texts are constant and public, so nothing real
// may be protected by them; key pairs are made once per process.

import { generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { SecretValue } from '../webhooks/scheme.ts'
import type { SchemeName } from '../webhooks/schemes/index.ts'

export interface FakeKeys {
  readonly sign: SecretValue
  readonly verify: SecretValue
}

const base64 = (letter: string): string => Buffer.alloc(32, letter).toString('base64')

/** Schemes whose secret is not simply a text. */
const makers: Readonly<Record<string, (letter: string) => FakeKeys>> = {
  airtable: (letter) => same(base64(letter)),
  gitlab: (letter) => same(`whsec_${base64(letter)}`),
  'standard-webhooks': (letter) => same(`whsec_${base64(letter)}`),
  svix: (letter) => same(`whsec_${base64(letter)}`),
  stripe: (letter) => same(`whsec_fake_secret_${letter.repeat(16)}`),
  rfc9421: (letter) => same(`hmac-sha256:${base64(letter)}`),
  discord: () => pair(generateKeyPairSync('ed25519')),
  sendgrid: () => pair(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  paypal: () => pair(generateKeyPairSync('rsa', { modulusLength: 2048 })),
  'aws-sns': () => pair(generateKeyPairSync('rsa', { modulusLength: 2048 })),
}

function same(secret: string): FakeKeys {
  return { sign: secret, verify: secret }
}

function pair({ publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }): FakeKeys {
  return { sign: privateKey, verify: publicKey }
}

const made = new Map<string, FakeKeys>()

/** `wrong`: of the same form, and not the endpoint's. */
export function fakeKeys(name: SchemeName, which: 'right' | 'wrong' = 'right'): FakeKeys {
  const letter = which === 'right' ? 'b' : 'w'
  const known = made.get(`${name} ${which}`)
  if (known !== undefined) return known
  const keys = makers[name]?.(letter) ?? same(`fake-${name}-secret-${letter.repeat(16)}`)
  made.set(`${name} ${which}`, keys)
  return keys
}
