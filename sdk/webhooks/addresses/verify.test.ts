import { expect, test } from 'vitest'
import { auditOfDelivery, respond } from '../delivery.ts'
import { schemes } from '../schemes/index.ts'
import { signWebhook } from '../sign.ts'
import type { Verdict } from '../verdict.ts'
import { verifyWebhook } from '../verify.ts'
import { createAddressList } from './list.ts'

const signed = signWebhook(schemes.github, { body: '{"n":1}' }, 'secret')
const provider = { name: 'own', ranges: ['192.0.2.0/24'] }
const unreachable = { provider: { name: 'other', url: 'https://lists.example.com/' }, fetch: () => Promise.reject(new Error('no network')) }

function verify(addresses: ReturnType<typeof createAddressList>, clientAddress?: string): Promise<Verdict> {
  return verifyWebhook(schemes.github, signed, 'secret', { addresses, ...(clientAddress === undefined ? {} : { clientAddress }) })
}

test('by default a mismatch is reported on proof and record, and nothing is refused', async () => {
  using addresses = createAddressList({ provider })
  expect(await verify(addresses, '192.0.2.1')).toMatchObject({ kind: 'verified', proof: { network: 'match' } })
  const mismatch = await verify(addresses, '198.51.100.1')
  expect(mismatch).toMatchObject({ kind: 'verified', proof: { network: 'mismatch' } })
  expect(auditOfDelivery(mismatch, { scheme: 'github' }).attributes).toMatchObject({ 'blotter.webhook.network': 'mismatch' })
  expect(await verify(addresses)).toMatchObject({ kind: 'verified', proof: { network: 'unknown' } })
})

test('enforced, a mismatch is refused before any secret is asked for, and what cannot be told is our failure', async () => {
  using addresses = createAddressList({ provider, mode: 'enforce' })
  expect(await verify(addresses, '::ffff:192.0.2.1')).toMatchObject({ kind: 'verified' })
  const asked = { secrets: () => { throw new Error('BUG: asked') } }
  const refused = await verifyWebhook(schemes.github, signed, asked, { addresses, clientAddress: '198.51.100.1' })
  expect(refused).toEqual({ kind: 'refused', reason: 'forbidden_address' })
  expect(respond(refused)).toMatchObject({ status: 401 })
  expect(respond(await verify(addresses))).toMatchObject({ status: 503 })
})

test('a list that never came refuses everything where it is enforced, and nothing where it is not', async () => {
  using enforced = createAddressList({ ...unreachable, mode: 'enforce' })
  using reported = createAddressList(unreachable)
  expect(await enforced.refresh()).toBe(false)
  expect(await verify(enforced, '192.0.2.1')).toMatchObject({ kind: 'refused', reason: 'unavailable' })
  expect(await verify(reported, '192.0.2.1')).toMatchObject({ kind: 'verified', proof: { network: 'unknown' } })
})
