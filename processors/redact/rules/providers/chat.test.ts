import { describe, expect, test } from 'vitest'
import { createDetector } from '../../detect.ts'
import { rules } from './chat.ts'

const detect = createDetector(rules.filter(({ optional }) => optional !== true))
const uuid = '7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64'
const hex32 = '3f9a1c7be2d84056af13c9d27e5b8064'
const alnum24 = 'q7Lw2Zt9Xk4Bv8Nc3Mf6Rh1D'

test.each([
  ['xox' + `b-123456789012-1234567890123-${alnum24}`], ['xox' + `p-123456789012-123456789012-123456789012-${hex32}`], ['xox' + `e.xoxp-1-${alnum24}${alnum24}`], ['xapp-' + `1-A0123456789-1234567890123-${hex32}`],
  ['MTA1NDg3NjY1NDMyMTA5ODc2.' + `Gx4mpl.${alnum24}q7Lw2Zt9`], [`123456789:AA${alnum24}_Xk4Bv8Nc`], [`SK${hex32}`], [`os_v2_app_${'a2b3c4d5e6'.repeat(6)}`], [`KEY0123456789ABCDEF0123456789ABCDEF_${alnum24.slice(2)}`],
  ['dG9rOj' + `${alnum24}${alnum24}`], [`sec-c-${alnum24}${alnum24}`], [`syt_YWxpY2U_${alnum24.slice(4)}_a1B2c3`],
])('discord bot or any other: %s is gone', (secret) => {
  for (const text of [`discord bot login ${secret} failed`, `{"discord":"${secret}"}`]) expect(detect(text, () => {})).not.toContain(secret.slice(-12))
})

describe('an address that lets anybody speak loses its last part', () => {
  test.each([
    ['https://hooks.slack.com/services/', `T01ABCDEF/B01ABCDEF/${alnum24}`], ['https://discord.com/api/webhooks/801234567890123456/', `${alnum24}${alnum24}${alnum24}`.slice(0, 68)],
    ['https://open.feishu.cn/open-apis/bot/v2/hook/', uuid], ['https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=', uuid], ['https://oapi.dingtalk.com/robot/send?access_token=', hex32 + hex32],
    ['https://chat.example.com/hooks/', 'x7k2m9q4w1z8c5v3b6n0p2r4t6'], ['https://api.telegram.org/bot', `123456789:AA${alnum24}_Xk4Bv8Nc`],
    [`https://example.webhook.office.com/webhookb2/${uuid}@${uuid}/IncomingWebhook/`, `${hex32}/${uuid}`],
  ])('%s', (start, secret) => {
    const redacted = detect(`POST ${start}${secret} 200`, () => {})
    expect(redacted).toContain(start)
    expect(redacted).not.toContain(secret)
  })
})

describe('ids of channels, users and messages stay', () => {
  test.each([
    'slack channel C024BE91L user U024BE7LH ts=1482960137.003543 team T0001', 'discord message 801234567890123456 in guild 801234567890123457', `twilio message SM${hex32} from account AC${hex32}`,
    'telegram chat_id=-1001234567890 update 123456789', `line userId: U${hex32}`, 'teams 19:meeting_YTA3ZGEyMjMtMmNiNy00@thread.v2', 'zoom meeting uuid=4444AAAiAAAAAiAiAiiAii== id 85012345678', `intercom conversation_id=215470001234567`,
    `sendbird channel_url=sendbird_group_channel_123456_${hex32}`, `messagebird id ${hex32}`, 'pusher socket_id=123456.7890123', `mattermost post_id=x7k2m9q4w1z8c5v3b6n0p2r4t6`, 'task-runner xoxo-from-me', 'https://discord.com/channels/801234567890123456/801234567890123457',
  ])('%s', (text) => { expect(detect(text, () => {})).toBe(text) })
})
