import { describe, expect, test } from 'vitest'
import { createDetector } from '../../detect.ts'
import { rules } from './crm.ts'

const detect = createDetector(rules)
const uuid = '7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64'
const hex32 = '3f9a1c7be2d84056af13c9d27e5b8064'
const alnum24 = 'q7Lw2Zt9Xk4Bv8Nc3Mf6Rh1D'

test.each([
  [`pat-na1-${uuid}`], [`pat-eu1-${uuid}`], [`00D5g0000012AbC!AR0AQ${alnum24}.${alnum24}_${alnum24}`], [`3MVG9${alnum24}.${alnum24}_${alnum24}`], [`1000.${hex32}.${hex32}`], [`api_${alnum24.slice(2)}.${alnum24.slice(2)}`],
  [`KeapAK-${hex32}${hex32}`], [`sk_${hex32}`],
])('%s is gone', (secret) => {
  for (const text of [`sync failed with ${secret}`, `{"token":"${secret}"}`]) expect(detect(text, () => {})).not.toContain(secret.slice(-12))
})

test.each([['PIPEDRIVE_API_TOKEN', `${hex32}3f9a1c7b`], ['zendesk.token', `${alnum24}q7Lw2Zt9Xk4Bv8Nc`], ['FRESHDESK_KEY', alnum24.slice(4)], ['hubspot_api_key', uuid], ['salesforce_client_secret', hex32 + hex32]])('%s=%s is gone', (name, secret) => {
  expect(detect(`${name}=${secret}`, () => {})).not.toContain(secret)
})

describe('ids of contacts, tickets and deals stay', () => {
  test.each([
    'salesforce contact 0035g00000XxXxXAAV of org 00D5g000001AbCdEAK', 'hubspot portal_id=62515 contact vid=204727', `hubspot correlation_id=${uuid}`, 'zendesk ticket 35436 by requester 20978392', `zoho record_id=4150868000000225013`,
    `pipedrive deal 42 updated, webhook_id=${hex32}`, 'freshdesk ticket #1234', `attio record_id: ${uuid}`, 'pat-na1- is the prefix', 'api_version.of_the_second_release',
  ])('%s', (text) => { expect(detect(text, () => {})).toBe(text) })
})
