import { describe, expect, test } from 'vitest'
import { createDetector } from '../../detect.ts'
import { rules } from './mail.ts'

const detect = createDetector(rules)
const uuid = '7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64'
const hex32 = '3f9a1c7be2d84056af13c9d27e5b8064'
const alnum24 = 'q7Lw2Zt9Xk4Bv8Nc3Mf6Rh1D'

test.each([
  ['SG.' + `${alnum24.slice(2)}.${alnum24}${alnum24.slice(5)}`], [`key-${hex32}`], [`${hex32}-us14`], [`re_${alnum24.slice(0, 8)}_${alnum24}`], [`xkeysib-${hex32}${hex32}-${alnum24.slice(0, 16)}`], [`pk_${hex32}a1`],
  [`mlsn.${hex32}${hex32}`], [`md-${alnum24.slice(2)}`], [`nyk_v0_${alnum24}${alnum24}`], [`kit_${hex32}`],
])('%s is gone', (secret) => {
  for (const text of [`smtp said 535 to ${secret}`, `{"password":"${secret}"}`]) expect(detect(text, () => {})).not.toContain(secret.slice(-10))
})

test.each([['MAILJET_API_KEY', hex32], ['postmark_server_token', uuid], ['SPARKPOST_KEY', `${hex32}3f9a1c7b`], ['mailtrap.password', hex32], ['getresponse-api-key', `${alnum24}q7Lw2Zt9`]])('%s=%s is gone', (name, secret) => {
  expect(detect(`${name}=${secret}`, () => {})).not.toContain(secret)
})

describe('ids of messages, lists and people stay', () => {
  test.each([
    'sendgrid sg_message_id=14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0 delivered', 'mailgun <20261124101500.1.5C1E7A904B3D4F26@mg.example.com> accepted', `postmark MessageID ${uuid}`, `mailchimp list_id=${hex32.slice(0, 10)}`,
    `mailchimp subscriber_hash=${hex32}`, 'klaviyo profile 01HFXQ8R7ZB9M2N3P4Q5R6S7T8', 'klaviyo_profile=01HFXQ8R7ZB9M2N3P4Q5R6S7T8', 'resend email_id=7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64', 'bounced: key-value store is full, re_run later', 'region eu-us1 and -us14',
  ])('%s', (text) => { expect(detect(text, () => {})).toBe(text) })
})
