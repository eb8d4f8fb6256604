// Cases of the schemes with shared secrets. Vectors are quoted from where the services published them.

import type { Altered, SchemeCase } from './contract.fixture.ts'
import { ed25519Pair } from './ed25519.fixture.ts'

const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const otherWhsec = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const url = 'https://hooks.example.com/in?tenant=7'

const standardVector = {
  headers: { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' },
  body: '{"test": 2432232314}', secrets: whsec, nowMs: 1_614_265_330_000,
}

const slackBody = 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'

const twilioUrl = 'https://mycompany.com/myapp.php?foo=1&bar=2'
const twilioForm = 'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212'
const twilioJson = '{"property": "value", "boolean": true}'
const twilioJsonHash = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620'
const twilioVector = (from: string, at: string, signature: string, body: string): SchemeCase['vectors'][number] => ({ from: `twilio request validator tests: ${from}`, url: at, headers: { 'X-Twilio-Signature': signature }, body, secrets: '12345' })

export const hmacCases: readonly SchemeCase[] = [
  {
    scheme: 'standard-webhooks', secret: whsec, otherSecret: otherWhsec, body: '{"n":1}',
    vectors: [{ from: 'standard-webhooks, libraries/javascript tests', ...standardVector }],
  },
  { scheme: 'standard-webhooks', variant: 'v1a', ...ed25519Pair('whpk_', 'whsk_'), body: '{"n":1}', vectors: [] },
  {
    scheme: 'svix', secret: whsec, otherSecret: otherWhsec, body: '{"n":1}',
    vectors: [{ from: 'svix-libs, javascript tests', ...standardVector, headers: { 'svix-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'svix-timestamp': '1614265330', 'svix-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' } }],
  },
  { scheme: 'gitlab', secret: whsec, otherSecret: otherWhsec, body: '{"n":1}', vectors: [{ from: 'the form of Standard Webhooks, its vector', ...standardVector }] },
  { scheme: 'stripe', secret: 'whsec_test_secret', otherSecret: 'whsec_other_secret', body: '{"id":"evt_1"}', vectors: [] },
  {
    scheme: 'github', secret: 'It\'s a Secret to Everybody', otherSecret: 'another', body: '{"zen":1}',
    vectors: [{ from: 'docs.github.com, testing the webhook payload validation', headers: { 'X-Hub-Signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' }, body: 'Hello, World!', secrets: 'It\'s a Secret to Everybody' }],
  },
  { scheme: 'gitlab-token', secret: 'a-token', otherSecret: 'another', body: '{"n":1}', isEquivalent: ({ part }) => part === 'body', vectors: [] },
  { scheme: 'shared-secret', secret: 'a-token', otherSecret: 'another', body: '{"n":1}', isEquivalent: ({ part }) => part === 'body', vectors: [] },
  {
    scheme: 'slack', secret: '8f742231b10e8888abcd99yyyzzz85a5', otherSecret: 'another', body: '{"event_id":"Ev1"}',
    vectors: [{
      from: 'docs.slack.dev, verifying requests from Slack',
      headers: { 'X-Slack-Signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503', 'X-Slack-Request-Timestamp': '1531420618' },
      body: slackBody, secrets: '8f742231b10e8888abcd99yyyzzz85a5', nowMs: 1_531_420_618_000,
    }],
  },
  { scheme: 'zoom', secret: 'zoom-secret', otherSecret: 'another', body: '{"event":"x"}', vectors: [] },
  { scheme: 'shopify', secret: 'shpss_secret', otherSecret: 'another', body: '{"id":1}', vectors: [] },
  { scheme: 'twilio', variant: 'JSON', secret: '12345', otherSecret: '54321', url, body: '{"n":1}', isEquivalent: sameAddress, vectors: [] },
  {
    scheme: 'twilio', variant: 'form', secret: '12345', otherSecret: '54321', url, headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    body: 'To=%2B1800+555&Sid=CA1', isEquivalent: (altered) => sameAddress(altered) || sameFields(altered),
    vectors: [
      twilioVector('parameters', twilioUrl, 'RSOYDt4T1cUTdK1PDd93/VVr8B8=', twilioForm),
      twilioVector('port removed, https', 'https://mycompany.com:1234/myapp.php?foo=1&bar=2', 'RSOYDt4T1cUTdK1PDd93/VVr8B8=', twilioForm),
      twilioVector('port kept, http', 'http://mycompany.com:1234/myapp.php?foo=1&bar=2', 'Zmvh+3yNM1Phv2jhDCwEM3q5ebU=', twilioForm),
      twilioVector('port added, https', twilioUrl, 'kvajT1Ptam85bY51eRf/AJRuM3w=', twilioForm),
      twilioVector('port added, http', 'http://mycompany.com/myapp.php?foo=1&bar=2', '0ZXoZLH/DfblKGATFgpif+LLRf4=', twilioForm),
      twilioVector('a name with several values', twilioUrl, 'IK+Dwps556ElfBT0I3Rgjkr1wJU=', 'Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234'),
      twilioVector('body', `${twilioUrl}&bodySHA256=${twilioJsonHash}`, 'a9nBmqA0ju/hNViExpshrM61xv4=', twilioJson),
      twilioVector('only the hash', `https://mycompany.com/myapp.php?bodySHA256=${twilioJsonHash}`, 'y77kIzt2vzLz71DgmJGsen2scGs=', twilioJson),
    ],
  },
  { scheme: 'square', secret: 'asdf1234', otherSecret: 'another', url, body: '{"event_id":"e"}', vectors: [] },
  { scheme: 'hubspot', secret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy', otherSecret: 'another', url, body: '[{"eventId":1}]', vectors: [] },
  { scheme: 'linear', secret: 'lin_wh_secret', otherSecret: 'another', body: '{"action":"create"}', vectors: [] },
  { scheme: 'notion', secret: 'secret_token', otherSecret: 'another', body: '{"id":"n"}', vectors: [] },
  { scheme: 'airtable', secret: 'c2VjcmV0LW9mLWFpcnRhYmxl', otherSecret: 'b3RoZXItb2YtYWlydGFibGVz', body: '{"base":1}', vectors: [] },
  { scheme: 'typeform', secret: 'typeform-hush', otherSecret: 'another', body: '{"event_id":1}', vectors: [] },
  { scheme: 'intercom', secret: 'intercom-hush', otherSecret: 'another', body: '{"id":"notif_1"}', vectors: [] },
  { scheme: 'mailgun', secret: 'key-secret', otherSecret: 'another', body: '{"event-data":{"event":"opened"}}', isEquivalent: sameMailgunSignature, vectors: [] },
  { scheme: 'pagerduty', secret: 'pagerduty-hush', otherSecret: 'another', body: '{"event":{"id":"1"}}', vectors: [] },
]

/** Host and scheme are the same in any case: the same address. */
function sameAddress({ part, text, original }: Altered): boolean {
  return part === 'url' && URL.parse(text)?.href === Buffer.from(original).toString()
}

/** Percent-encoding in another case, or of a character that did not need it. */
function sameFields({ part, text, original }: Altered): boolean {
  const fields = (form: string): string => [...new URLSearchParams(form)].map((field) => field.join('')).sort().join('')
  return part === 'body' && fields(text) === fields(Buffer.from(original).toString())
}

/** Nothing but these three is covered: whatever else the body says, as long as it is JSON. */
function sameMailgunSignature({ part, bytes, original }: Altered): boolean {
  if (part !== 'body') return false
  const signature = (body: Uint8Array): string => JSON.stringify((JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as { signature: unknown }).signature)
  try {
    return signature(bytes) === signature(original)
  } catch {
    return false
  }
}
