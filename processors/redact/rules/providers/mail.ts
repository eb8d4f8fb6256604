// Secrets of mail and marketing services: who holds one writes to everybody's customers.

import { named, prefixed } from '../make.ts'
import { alnum, alphabet, base64, base64url, hex, lower, oneOf, parts } from '../secret.ts'
import { calledSecret, credentials, isolated, looksRandom, uuids } from './rows.ts'
import type { Rule } from '../../rule.ts'

const byPrefix: readonly Rule[] = [
  prefixed('sendgrid_key', ['SG.'], parts(base64url(16, 32), '.', base64url(16, 64))), // 22 and 43 today
  prefixed('mailgun_key', ['key-', 'pubkey-'], alphabet('0-9a-z')(32), { valid: looksRandom }),
  isolated('mailgun_private_key', 'mailgun', parts(hex(32), '-', hex(8), '-', hex(8))),
  prefixed('mandrill_key', ['md-'], base64url(22)),
  prefixed('resend_key', ['re_'], parts(alnum(8), '_', alnum.from(20)), { valid: (match) => /[0-9]/.test(match) && /[A-Z]/.test(match) }),
  prefixed('brevo_key', ['xkeysib-', 'xsmtpsib-'], parts(alnum(64), '-', alnum(16))),
  prefixed('klaviyo_key', ['pk_'], alphabet('0-9a-f')(34)),
  prefixed('mailersend_token', ['mlsn.'], alnum.from(40)),
  prefixed('kit_key', ['kit_'], hex(32)),
  prefixed('smtp2go_key', ['api-'], alphabet('A-F0-9')(32)),
  prefixed('nylas_key', ['nyk_v0_'], alnum.from(40)),
  prefixed('emailoctopus_key', ['eo_'], hex(64)),
  prefixed('missive_token', ['missive_pat-'], base64url.from(30)),
  prefixed('neverbounce_key', ['private_', 'secret_'], hex(32)),
  prefixed('kickbox_key', ['live_', 'test_'], hex(64)),
  prefixed('zeptomail_key', ['Zoho-enczapikey '], alphabet('A-Za-z0-9+/=').from(40)),
  prefixed('knock_key', ['sk_test_', 'sk_live_'], base64url.from(40)),
  // the data centre follows the key: mailchimp.com/developer/marketing/guides/quick-start
  {
    id: 'mailchimp_key', finds: 'secret', keywords: ['-us'], pattern: /\b[0-9a-f]{32}-us[0-9]{1,2}\b/g,
    examples: {
      finds: [`user:${'0123456789abcdef'.repeat(2)}-us12`, `key=${'fedcba9876543210'.repeat(2)}-us1`],
      ignores: ['eu-us12', '0123456789abcdef-us12', '0123456789abcdef0123456789abcdef-usage'],
    },
  },
]

const byName: readonly Rule[] = [
  ...credentials([
    'acoustic_', 'active_campaign', 'addy_io', 'beehiiv', 'benchmark_email', 'bento_', 'bouncer_', 'campaign_monitor', 'clearout', 'constant_contact',
    'convertkit', 'createsend', 'customer_io', 'debounce_', 'delighted', 'drip_api', 'elastic_email', 'eloqua', 'emailable', 'emailjs',
    'forwardemail', 'getresponse', 'icontact', 'improvmx', 'iterable_', 'lemlist', 'listmonk', 'loops_so', 'mailboxlayer', 'mailboxvalidator',
    'mailerlite', 'mailersend', 'mailgun', 'mailjet', 'mailmodo', 'mailosaur', 'mailshake', 'mailtrap', 'mandrill', 'marketo', 'moosend', 'novu_',
    'ortto', 'pardot', 'pepipost', 'phpmailer', 'plunk', 'postal_server', 'responsys', 'sendinblue', 'sendlane', 'sendpulse', 'sendy_', 'simplelogin',
    'snov_io', 'socketlabs', 'sparkpost', 'substack', 'verifalia', 'woodpecker', 'zerobounce',
  ]),
  ...uuids([
    'braze', 'buttondown', 'cakemail', 'courier_api', 'elastic_email', 'emarsys', 'mailazy', 'postmark',
  ]),
  named('mailgun_api_key', 'mailgun', alphabet('a-z0-9-').from(32), { strict: true, valid: calledSecret }),
  named('omnisend_key', 'omnisend', parts(hex(24), '-', alnum(50))),
  named('sendgrid_legacy_key', 'sendgrid', alphabet('A-Za-z0-9._-').from(32), { strict: true, valid: calledSecret }),
  named('klaviyo_token', 'klaviyo', parts('pk_', lower(34, 40))),
  named('kickbox_token', 'kickbox', parts(oneOf('live_', 'test_'), alnum.from(40))),
  named('ortto_private_key', ['ortto', 'autopilot'], parts('PRV-', base64url.from(20))),
  named('mailchimp_datacenter_key', 'mailchimp', parts(hex(32), '-', lower(2, 5))),
  named('zeptomail_token', ['zepto_mail'], base64(60, 200), { strict: true, valid: calledSecret }),
]

export const rules: readonly Rule[] = [...byPrefix, ...byName]
