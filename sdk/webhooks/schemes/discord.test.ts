import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Verdict } from '../verdict.ts'
import { verifyWebhook } from '../verify.ts'
import { discord } from './discord.ts'

const privateKey = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]), format: 'der', type: 'pkcs8' })
const publicHex = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
const nowMs = 1_790_000_000_000

/** As Discord's documentation describes it, without the code under test. */
function verify(timestamp: string, body: string, { sent = body, header = timestamp, secret = publicHex } = {}): Promise<Verdict> {
  const signature = sign(null, Buffer.from(timestamp + body), privateKey).toString('hex')
  return verifyWebhook(discord, { headers: { 'X-Signature-Ed25519': signature, 'X-Signature-Timestamp': header }, body: Buffer.from(sent) }, secret, { nowMs })
}

test('an interaction is verified with the public key as the developer portal shows it', async () => {
  expect(await verify('1790000000', '{"type":1}')).toMatchObject({ kind: 'verified', sentAtMs: nowMs, proof: { algorithm: 'ed25519', grade: 'A' } })
  expect(await verify('1790000000', '{"type":1}', { secret: publicHex.replace(/^../, '00') })).toMatchObject({ kind: 'refused' })
})

test('an old one is refused, though Discord asks nobody to', async () => {
  expect(await verify('1789999699', '{"type":1}')).toMatchObject({ kind: 'refused', reason: 'expired' })
  expect(await verify('1790000301', '{"type":1}')).toMatchObject({ kind: 'refused', reason: 'future' })
})

test('nothing stands between time and body, so the time has its ten digits or is none', async () => {
  expect(await verify('1790000000', '7{"type":1}', { header: '17900000007', sent: '{"type":1}' })).toMatchObject({ kind: 'refused', reason: 'malformed' })
  expect(await verify('1790000000', '{"type":1}', { header: '179000000', sent: '0{"type":1}' })).toMatchObject({ kind: 'refused', reason: 'malformed' })
})
