// Messages and meetings: Slack, Discord, Zoom, Twilio, SendGrid, Mailgun, Intercom.

import { seconds } from './sample.ts'
import type { Moment, SampleSet } from './sample.ts'

export const slack: SampleSet = {
  samples: [{
    event: 'message',
    body: (moment) => ({
      type: 'event_callback', token: 'verification-token-example', team_id: 'T0EXAMPLE1', api_app_id: 'A0EXAMPLE1', event_id: 'Ev0EXAMPLE1', event_time: seconds(moment),
      event: { type: 'message', channel: 'C0EXAMPLE1', channel_type: 'channel', user: 'U0EXAMPLE1', text: 'Refund for order 1001, please', ts: `${seconds(moment)}.000100`, event_ts: `${seconds(moment)}.000100` },
      authorizations: [{ enterprise_id: null, team_id: 'T0EXAMPLE1', user_id: 'U0EXAMPLE2', is_bot: true }],
    }),
  }, {
    event: 'slash_command',
    body: () => new URLSearchParams({
      token: 'verification-token-example', team_id: 'T0EXAMPLE1', team_domain: 'example', channel_id: 'C0EXAMPLE1', channel_name: 'orders', user_id: 'U0EXAMPLE1', user_name: 'ada',
      command: '/refund', text: '1001', api_app_id: 'A0EXAMPLE1', response_url: 'https://hooks.slack.example.com/commands/example', trigger_id: '1.2.example',
    }),
  }],
}

export const discord: SampleSet = {
  samples: [{
    event: 'APPLICATION_COMMAND',
    body: (moment) => ({
      id: '100000000000000001', application_id: '100000000000000002', type: 2, version: 1, token: 'interaction-token-example', guild_id: '100000000000000003', channel_id: '100000000000000004', locale: 'en-US',
      member: { user: { id: '100000000000000005', username: 'ada', global_name: 'Ada Example' }, roles: [], joined_at: new Date(moment.sentAtMs).toISOString() },
      data: { id: '100000000000000006', name: 'refund', type: 1, options: [{ name: 'order', type: 3, value: '1001' }] },
    }),
  }, { event: 'PING', body: () => ({ id: '100000000000000001', application_id: '100000000000000002', type: 1, version: 1, token: 'interaction-token-example' }) }],
}

export const zoom: SampleSet = {
  samples: [{
    event: 'meeting.started',
    body: (moment) => ({
      event: 'meeting.started', event_ts: moment.sentAtMs,
      payload: { account_id: 'AccountExample000001', object: { id: '1234567890', uuid: 'MeetingExample00000001==', host_id: 'HostExample000000001', topic: 'Orders', type: 2, start_time: new Date(moment.sentAtMs).toISOString(), duration: 60, timezone: 'Europe/Berlin' } },
    }),
  }, { event: 'endpoint.url_validation', body: (moment) => ({ event: 'endpoint.url_validation', event_ts: moment.sentAtMs, payload: { plainToken: 'plain-token-example' } }) }],
}

export const twilio: SampleSet = {
  samples: [{
    event: 'message.received',
    body: () => new URLSearchParams({
      ToCountry: 'US', MessageSid: `SM${'0'.repeat(32)}`, AccountSid: `AC${'0'.repeat(32)}`, From: '+12025550143', To: '+12025550100', Body: 'Where is order 1001?', NumMedia: '0', NumSegments: '1', SmsStatus: 'received', ApiVersion: '2010-04-01',
    }),
  }],
}

const mail = { email: 'ada@example.com', ip: '192.0.2.17' }

export const sendgrid: SampleSet = {
  samples: [{
    event: 'delivered',
    body: (moment) => [
      { ...mail, event: 'delivered', timestamp: seconds(moment), sg_event_id: 'ExampleEventId0000000001', sg_message_id: 'ExampleMessageId.recvd-1', 'smtp-id': '<message-1@example.com>', response: '250 OK', tls: 1 },
      { ...mail, event: 'open', timestamp: seconds(moment), sg_event_id: 'ExampleEventId0000000002', sg_message_id: 'ExampleMessageId.recvd-1', useragent: 'ExampleMail/1.0' },
    ],
  }],
}

export const mailgun: SampleSet = {
  samples: [{
    event: 'delivered',
    body: (moment: Moment) => ({
      'event-data': {
        id: 'ExampleEventId00000001', event: 'delivered', timestamp: seconds(moment), 'log-level': 'info', recipient: 'ada@example.com', 'recipient-domain': 'example.com', tags: ['receipt'],
        message: { headers: { 'message-id': 'message-1@example.com', from: 'Shop <shop@example.com>', to: 'ada@example.com', subject: 'Receipt for order 1001' }, size: 1024 }, 'delivery-status': { code: 250, message: 'OK', 'attempt-no': 1 },
      },
    }),
  }],
}

export const intercom: SampleSet = {
  samples: [{
    event: 'conversation.user.created',
    body: (moment) => ({
      type: 'notification_event', app_id: 'example1', id: moment.id, topic: 'conversation.user.created', delivery_attempts: 1, first_sent_at: seconds(moment), created_at: seconds(moment),
      data: { type: 'notification_event_data', item: { type: 'conversation', id: '1001', created_at: seconds(moment), source: { type: 'conversation', body: '<p>Where is order 1001?</p>', author: { type: 'user', id: 'user-17', name: 'Ada Example', email: 'ada@example.com' } } } },
    }),
  }],
}
