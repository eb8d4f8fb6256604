// The registry: every scheme that Blotter knows. contract.test.ts runs the same suite over each of them.

import type { WebhookScheme } from '../scheme.ts'
import { airtable } from './airtable.ts'
import { awsSns } from './aws-sns.ts'
import { discord } from './discord.ts'
import { github } from './github.ts'
import { gitlabToken } from './gitlab-token.ts'
import { gitlab } from './gitlab.ts'
import { hubspot } from './hubspot.ts'
import { intercom } from './intercom.ts'
import { linear } from './linear.ts'
import { mailgun } from './mailgun.ts'
import { notion } from './notion.ts'
import { pagerduty } from './pagerduty.ts'
import { paypal } from './paypal.ts'
import { rfc9421 } from './rfc9421.ts'
import { sendgrid } from './sendgrid.ts'
import { sharedSecret } from './shared-secret.ts'
import { shopify } from './shopify.ts'
import { slack } from './slack.ts'
import { square } from './square.ts'
import { standardWebhooks } from './standard-webhooks.ts'
import { stripe } from './stripe.ts'
import { svix } from './svix.ts'
import { twilio } from './twilio.ts'
import { typeform } from './typeform.ts'
import { zoom } from './zoom.ts'

export type SchemeName =
  | 'airtable' | 'aws-sns' | 'discord' | 'github' | 'gitlab' | 'gitlab-token' | 'hubspot' | 'intercom' | 'linear' | 'mailgun' | 'notion' | 'pagerduty' | 'paypal' | 'rfc9421' | 'sendgrid'
  | 'shared-secret' | 'shopify' | 'slack' | 'square' | 'standard-webhooks' | 'stripe' | 'svix' | 'twilio' | 'typeform' | 'zoom'

/** By name. You choose the scheme of an endpoint; a request never does. */
export const schemes: Readonly<Record<SchemeName, WebhookScheme>> = Object.freeze({
  airtable, 'aws-sns': awsSns, discord, github, gitlab, 'gitlab-token': gitlabToken, hubspot, intercom, linear, mailgun, notion, pagerduty, paypal, rfc9421, sendgrid,
  'shared-secret': sharedSecret, shopify, slack, square, 'standard-webhooks': standardWebhooks, stripe, svix, twilio, typeform, zoom,
})
