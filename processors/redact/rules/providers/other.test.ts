import { describe, expect, test } from 'vitest'
import { createDetector } from '../../detect.ts'
import { rules } from './other.ts'

const detect = createDetector(rules)
const uuid = '7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64'
const hex32 = '3f9a1c7be2d84056af13c9d27e5b8064'
const alnum24 = 'q7Lw2Zt9Xk4Bv8Nc3Mf6Rh1D'

test.each([
  [`ajkey_${alnum24}Zt`], [`s-s4t2ud-${hex32}${hex32}`], [`sm_pat_${alnum24.slice(8)}`], [`https://firebasestorage.googleapis.com/v0/b/x.appspot.com/o/a.png?alt=media&token=${uuid}`], [`https://calendar.google.com/calendar/ical/a%40example.com/private-${hex32}/basic.ics`],
])('%s is gone', (text) => { expect(detect(`GET ${text} 200`, () => {})).not.toContain(text.slice(-24).split('/')[0]!) })

test.each([['MERAKI_DASHBOARD_API_KEY', `${hex32}3f9a1c7b`], ['browserstack_access_key', alnum24.slice(4)], ['tenable.secret', hex32 + hex32], ['crowdstrike-client-secret', `${alnum24}q7Lw2Zt9Xk4Bv8Nc`]])('%s=%s is gone', (name, secret) => {
  expect(detect(`${name}=${secret}`, () => {})).not.toContain(secret)
})

describe('what is only near a name stays', () => {
  test.each([
    `crowdstrike sensor ${hex32}`, `browserstack session_id=${hex32}3f9a1c7b`, `xero invoice_id=${uuid}`, `meraki serial Q2XX-XXXX-XXXX network N_24329156`, `companies house 01234567`, `udemy course 1565838`, `bitwarden item ${uuid}`,
    `require("./chunk-3f2a1b9c8d7e6f5a4b3c.js")`, `import { acquire } from 'chunk-3f2a1b9c8d7e6f5a4b3c.js'`,
  ])('%s', (text) => { expect(detect(text, () => {})).toBe(text) })
})
