// Which samples go with which scheme. A test asks that every registered scheme has some.

import { airtable, generic, hubspot, notion, shopify, typeform } from './business.ts'
import { awsSns, github, gitlab, linear, pagerduty } from './code.ts'
import { discord, intercom, mailgun, sendgrid, slack, twilio, zoom } from './messages.ts'
import { paypal, square, stripe } from './payments.ts'
import type { SampleSet } from './sample.ts'

export type { Moment, Sample, SampleSet } from './sample.ts'

export const samples: Readonly<Record<string, SampleSet>> = {
  airtable, 'aws-sns': awsSns, discord, github, gitlab, 'gitlab-token': gitlab, hubspot, intercom, linear, mailgun, notion, pagerduty, paypal,
  rfc9421: generic, sendgrid, 'shared-secret': generic, shopify, slack, square, 'standard-webhooks': generic, stripe, svix: generic, twilio, typeform, zoom,
}
