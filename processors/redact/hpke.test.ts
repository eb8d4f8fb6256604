import { expect, test } from 'vitest'
import { aes256gcm, isPublicKey, keyPairOf, makeKeyPair, open, receiveWith, seal, secretOf, sendTo } from './hpke.ts'
import type { Aead } from './hpke.ts'

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

/** RFC 9180, A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, mode base. */
const aes128gcm: Aead = { id: 1, keyBytes: 16, cipher: 'aes-128-gcm' }
const vector = {
  info: hex('4f6465206f6e2061204772656369616e2055726e'),
  ephemeral: hex('52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736'),
  encapsulated: '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
  recipient: hex('4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8'),
  recipientPublic: '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
  key: '4531685d41d65f03dc48f6b8302c05b0',
  baseNonce: '56d890e5accaaf011cff4b7d',
  plain: hex('4265617574792069732074727574682c20747275746820626561757479'),
  sealed: 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
}

test('the vector of RFC 9180 A.1.1 comes out, in both directions', () => {
  const recipient = keyPairOf(vector.recipient)
  expect(recipient.publicKey.toString('hex')).toBe(vector.recipientPublic)
  const sender = sendTo(recipient.publicKey, vector.info, aes128gcm, keyPairOf(vector.ephemeral))
  expect(sender.encapsulated.toString('hex')).toBe(vector.encapsulated)
  expect(sender.key.export().toString('hex')).toBe(vector.key)
  expect(sender.baseNonce.toString('hex')).toBe(vector.baseNonce)
  const sealed = seal(sender, 0, vector.plain, Buffer.from('Count-0'))
  expect(sealed.toString('hex')).toBe(vector.sealed)
  expect(open(receiveWith(recipient, hex(vector.encapsulated), vector.info, aes128gcm), 0, sealed, Buffer.from('Count-0'))).toEqual(vector.plain)
})

test('what another implementation sealed with AES-256-GCM opens (pyca/cryptography 48, private key 01 02 … 20)', () => {
  const recipient = keyPairOf(Uint8Array.from({ length: 32 }, (_, i) => i + 1))
  const context = receiveWith(recipient, hex('08d19bff54d3ead4c4486f3a47efd2b84eed93a6a4d63c5e6c8b2d25e4880723'), Buffer.from('blotter/test'))
  expect(open(context, 0, hex('f464f6b781fdc5249959371c11c78d7b207f7ce7a19affb1272c69a3e02353bdb128a0b8f0fcba5093172349aa'), Buffer.alloc(0))).toEqual(vector.plain)
})

test('with AES-256-GCM every part counts: key, info, place, associated data, each byte', () => {
  const recipient = makeKeyPair()
  const info = Buffer.from('info')
  const sender = sendTo(recipient.publicKey, info)
  expect(sender.aead).toBe(aes256gcm)
  const sealed = seal(sender, 7, Buffer.from('plain'), Buffer.from('a'))
  const receive = (pair = recipient, about = info) => receiveWith(pair, sender.encapsulated, about)
  expect(open(receive(), 7, sealed, Buffer.from('a'))?.toString()).toBe('plain')
  expect(open(receive(makeKeyPair()), 7, sealed, Buffer.from('a'))).toBeUndefined()
  expect(open(receive(recipient, Buffer.from('other')), 7, sealed, Buffer.from('a'))).toBeUndefined()
  expect(open(receive(), 8, sealed, Buffer.from('a'))).toBeUndefined()
  expect(open(receive(), 7, sealed, Buffer.from('b'))).toBeUndefined()
  for (let i = 0; i < sealed.length; i += 1) {
    const bent = Buffer.from(sealed)
    bent[i]! ^= 1
    expect(open(receive(), 7, bent, Buffer.from('a'))).toBeUndefined()
  }
})

test('a key survives its 32 bytes, and points of low order are no keys', () => {
  const pair = makeKeyPair()
  expect(keyPairOf(secretOf(pair)).publicKey).toEqual(pair.publicKey)
  expect(isPublicKey(pair.publicKey)).toBe(true)
  expect(isPublicKey(Buffer.alloc(32))).toBe(false)
  expect(isPublicKey(Buffer.from([1, ...Buffer.alloc(31)]))).toBe(false)
  expect(isPublicKey(pair.publicKey.subarray(1))).toBe(false)
})
