// Secrets of chat, messaging, telephony and push: who holds one speaks in somebody's name.

import { named, prefixed } from '../make.ts'
import { alnum, alphabet, base64, base64url, digits, hex, lower, oneOf, parts, upper, uuid } from '../secret.ts'
import { address, calledSecret, credentials, isolated, looksRandom, uuids } from './rows.ts'
import type { Rule } from '../../rule.ts'

/** api.slack.com/authentication/token-types; a webhook's path is its secret. */
const slack: readonly Rule[] = [
  prefixed('slack_token', ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxo-', 'xoxc-', 'xapp-', 'xwfp-'], alphabet('A-Za-z0-9-').from(12), {
    valid: (match) => /[0-9]/.test(match),
  }),
  prefixed('slack_config_token', ['xoxe.xoxp-', 'xoxe.xoxb-', 'xoxe-'], alphabet('A-Za-z0-9-').from(20)),
  prefixed('slack_cookie', ['xoxd-'], alphabet('A-Za-z0-9%+/=_-').from(40)),
  address('slack_webhook', 'hooks.slack.com/services/', parts(upper(5, 16), '/', alphabet('A-Za-z0-9/+_-').from(16)), {
    start: 'hooks\\.slack(?:-gov)?\\.com/(?:services|workflows|triggers)/', keywords: ['hooks.slack'],
  }),
]

/** The two letters and the first of the hexadecimal digits. */
const sid = (letters: string): readonly string[] => Array.from({ length: 16 }, (_, digit) => letters + digit.toString(16))

/** www.twilio.com/docs/glossary/what-is-a-sid: two letters say what it is. An account's (AC) is in every address of the API, so it is left unless asked for. */
const twilio: readonly Rule[] = [
  {
    id: 'twilio_api_key', finds: 'secret', keywords: sid('sk'), pattern: /\bSK[0-9a-f]{32}\b/g,
    examples: { finds: ['key SK' + '0123456789abcdef'.repeat(2), '"sid":"SK' + 'fedcba9876543210'.repeat(2) + '"'], ignores: ['SK0123456789abcdef', 'TASK' + '0123456789abcdef'.repeat(2)] },
  },
  {
    id: 'twilio_account_sid', finds: 'secret', keywords: sid('ac'), pattern: /\bAC[0-9a-f]{32}\b/g, optional: true,
    examples: { finds: ['account AC' + '0123456789abcdef'.repeat(2)], ignores: ['AC0123456789abcdef', 'MAC' + '0123456789abcdef'.repeat(2)] },
  },
  named('twilio_account_key', 'twilio', parts(oneOf('SK', 'AC'), hex(32)), { strict: true }),
]

/** discord.com/developers: the bot's id in base64, which begins with M, N or O because digits do; when; signature. */
const discord: readonly Rule[] = [
  {
    id: 'discord_bot_token',
    finds: 'secret',
    keywords: ['discord', 'bot', 'mta', 'mte', 'mti', 'mtm', 'mtq'], // ids of our years begin with 10 to 14
    pattern: /\b[MNO][A-Za-z0-9]{22,27}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,38}\b/g,
    valid: looksRandom,
    examples: {
      finds: ['login with MTA1NDg3NjY1NDMyMTA5ODc2.Gx4mpl.' + 'Ex4mpleEx4mpleEx4mpleEx4mple9Ex4mpl', 'Bot ODAxMjM0NTY3ODkwMTIzNDU2.YFx4mp.' + 'Ex4mpleEx4mpleEx4mpleEx4mpl'],
      ignores: ['MTA1NDg3NjY1NDMyMTA5ODc2 is an id', 'bot com.example.MTA1NDg3NjY1NDMyMTA5ODc2.Handler', 'user 801234567890123456'],
    },
  },
  prefixed('discord_mfa_token', ['mfa.'], base64url.from(60)),
  address('discord_webhook', 'discord.com/api/webhooks/801234567890123456/', base64url.from(50), {
    start: 'discord(?:app)?\\.com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]{15,21}/', keywords: ['discord.com/api', 'discordapp.com/api'],
  }),
  named('discord_key', 'discord', hex(64), { strict: true, valid: calledSecret }),
]

const addresses: readonly Rule[] = [
  address('teams_webhook', `example.webhook.office.com/webhookb2/${uuid.sample}@${uuid.sample}/IncomingWebhook/`, parts(hex(32), '/', uuid), {
    start: 'office\\.com/(?:webhook|webhookb2)/[0-9a-f-]{36}(?:@|%40)[0-9a-f-]{36}/IncomingWebhook/', keywords: ['/incomingwebhook/'],
  }),
  address('telegram_bot_url', 'api.telegram.org/bot', parts(digits(6, 12), ':', base64url.from(30)), {
    start: 'api\\.telegram\\.org/(?:file/)?bot', keywords: ['api.telegram.org'],
  }),
  address('feishu_webhook', 'open.feishu.cn/open-apis/bot/v2/hook/', uuid, {
    start: '(?:feishu\\.cn|larksuite\\.com)/open-apis/bot/(?:v2/)?hook/', keywords: ['/open-apis/bot'],
  }),
  address('dingtalk_webhook', 'dingtalk.com/robot/send?access_token=', hex(64)),
  address('wecom_webhook', 'weixin.qq.com/cgi-bin/webhook/send?key=', uuid),
  address('google_chat_webhook', 'chat.googleapis.com/v1/spaces/AAAAbbbb/messages?', alphabet('A-Za-z0-9&=%_-').from(40), {
    start: 'chat\\.googleapis\\.com/v1/spaces/[A-Za-z0-9_-]{5,40}/messages\\?', keywords: ['chat.googleapis'],
  }),
  address('mattermost_webhook', '/hooks/', lower(26)),
  address('rocketchat_webhook', 'chat.example.com/hooks/Ex4mpleEx4mpleEx4/', alnum(40, 64), { start: '/hooks/[A-Za-z0-9]{17,24}/', keywords: ['/hooks/'] }),
  address('webex_webhook', 'webexapis.com/v1/webhooks/incoming/', base64url.from(60)),
  address('guilded_webhook', `media.guilded.gg/webhooks/${uuid.sample}/`, base64url.from(60), {
    start: 'guilded\\.gg/webhooks/[0-9a-f-]{36}/', keywords: ['guilded.gg'],
  }),
]

const byPrefix: readonly Rule[] = [
  // core.telegram.org/bots/api: id, colon, 35 characters, the first two nearly always AA
  isolated('telegram_bot_token', ':aa', parts(digits(8, 10), ':AA', base64url(32, 34))),
  prefixed('guilded_token', ['gapi_'], alphabet('A-Za-z0-9+/=').from(60)),
  prefixed('ntfy_token', ['tk_'], lower(29), { valid: looksRandom }),
  prefixed('onesignal_key', ['os_v2_app_', 'os_v2_org_'], lower.from(60)),
  prefixed('telnyx_key', ['KEY0'], parts(upper(31), '_', alnum(22))),
  prefixed('africastalking_key', ['atsk_'], alnum.from(48)),
  prefixed('pubnub_secret_key', ['sec-c-'], alphabet('A-Za-z0-9-').from(36)),
  prefixed('pubnub_key', ['pub-c-', 'sub-c-'], alphabet('A-Za-z0-9-').from(30)),
  prefixed('intercom_token', ['dG9rO'], alphabet('A-Za-z0-9+/=_').from(40)), // `tok:` in base64
  prefixed('matrix_token', ['syt_'], parts(alnum(2, 80), '_', alnum(20), '_', alnum(6))),
  prefixed('liveblocks_key', ['sk_dev_', 'sk_prod_'], base64url.from(30)),
  prefixed('courier_key', ['pk_prod_', 'dk_prod_', 'dk_test_'], upper(28)),
  prefixed('telegram_session', ['1BVts', '1ApWap', '1AgAOM'], base64url.from(200)),
]

const byName: readonly Rule[] = [
  ...credentials([
    'agora_', 'aircall', 'airship_', 'bandwidth_', 'bulksms', 'chatbot_com', 'chatwork', 'clickatell', 'daily_co', 'dialpad', 'dingtalk', 'getstream',
    'gitter', 'gotify', 'guilded', 'hipchat', 'kakao', 'kaleyra', 'karix', 'line_bot', 'line_channel', 'line_client', 'line_notify', 'livechat',
    'livekit', 'manychat', 'mattermost', 'message_bird', 'msg91', 'msteams', 'nexmo', 'olark_', 'plivo', 'pusher', 'pushover',
    'pushwoosh', 'ringcentral', 'ringover', 'rocket_chat', 'sendbird', 'signalwire', 'sinch', 'smartsupp', 'smooch', 'streamchat', 'stringee', 'tawk',
    'textlocal', 'textmagic', 'twilio', 'userlike', 'webex', 'wechat', 'weixin', 'whereby', 'wonderpush', 'zoom_api', 'zoom_client', 'zoom_secret',
    'zoom_token', 'zoom_webhook', 'zulip',
  ]),
  ...uuids([
    'clicksend', 'crisp_', 'gupshup', 'respond_io', 'vapi', 'wati_',
  ]),
  named('nexmo_secret', ['nexmo', 'vonage'], alnum(16), { strict: true, valid: calledSecret }),
  named('intercom_key', 'intercom', alphabet('A-Za-z0-9_-', '={0,2}')(50, 64), { strict: true, valid: calledSecret }),
  named('line_channel_token', ['line_channel', 'line_access', 'line_bot', 'linebot', 'line_messaging'], alphabet('A-Za-z0-9+/', '={0,2}').from(100)),
  named('viber_token', 'viber', parts(hex(16), '-', hex(16), '-', hex(16))),
  named('pushbullet_token', 'pushbullet', parts('o.', alnum(32, 34))),
  named('gotify_token', 'gotify', parts(oneOf('A', 'C'), alphabet('A-Za-z0-9_.-')(14))),
  named('onesignal_rest_key', ['onesignal', 'one_signal'], base64(46, 48), { strict: true, valid: calledSecret }),
  named('infobip_key', 'infobip', parts(hex(32), '-', uuid)),
  named('signalwire_token', 'signalwire', parts('PT', hex(48))),
  named('ably_key', 'ably', parts(base64url(6, 8), '.', base64url(6), ':', base64url(43))),
  named('zoom_secret', 'zoom', alnum(32), { strict: true, valid: calledSecret }),
  named('zoom_webhook_token', 'zoom', base64url(22), { strict: true, valid: calledSecret }),
  named('vonage_key', 'vonage_api', hex(8), { strict: true, valid: calledSecret }),
  named('dingtalk_secret', ['dingtalk', 'dingding'], parts('SEC', hex(64))),
  named('telegram_token', ['telegram', 'tgbot'], parts(digits(6, 12), ':', base64url(33, 36))),
]

export const rules: readonly Rule[] = [...slack, ...twilio, ...discord, ...addresses, ...byPrefix, ...byName]
