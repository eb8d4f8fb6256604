// Code and operations: GitHub, GitLab, Linear, PagerDuty, AWS SNS.

import { isoSeconds, isoTime } from './sample.ts'
import type { Sample, SampleSet } from './sample.ts'

const repository = {
  id: 1001, node_id: 'R_example', name: 'shop', full_name: 'example/shop', private: true, html_url: 'https://github.example.com/example/shop', default_branch: 'main',
  owner: { login: 'example', id: 2001, type: 'Organization' },
}
const sender = { login: 'ada', id: 3001, type: 'User', site_admin: false }

const githubEvent = (event: string, body: Sample['body']): Sample => ({
  event, body, headers: ({ id }) => ({ 'x-github-event': event, 'x-github-delivery': id, 'x-github-hook-id': '4001', 'user-agent': 'GitHub-Hookshot/0000000' }),
})

export const github: SampleSet = {
  samples: [
    githubEvent('push', (moment) => ({
      ref: 'refs/heads/main', before: '0'.repeat(40), after: '1'.repeat(40), repository, sender, pusher: { name: 'ada', email: 'ada@example.com' }, created: false, deleted: false, forced: false,
      commits: [{ id: '1'.repeat(40), message: 'Round amounts half to even', timestamp: isoSeconds(moment), author: { name: 'Ada Example', email: 'ada@example.com', username: 'ada' }, added: [], removed: [], modified: ['src/amount.ts'] }],
    })),
    githubEvent('issues', (moment) => ({
      action: 'opened', repository, sender,
      issue: { id: 5001, number: 17, title: 'Refund twice', state: 'open', user: sender, labels: [], created_at: isoSeconds(moment), updated_at: isoSeconds(moment), body: 'Order 1001 was refunded twice.' },
    })),
  ],
}

export const gitlab: SampleSet = {
  samples: [{
    event: 'Push Hook',
    headers: ({ id }) => ({ 'x-gitlab-event': 'Push Hook', 'x-gitlab-event-uuid': id, 'x-gitlab-instance': 'https://gitlab.example.com', 'idempotency-key': id }),
    body: (moment) => ({
      object_kind: 'push', event_name: 'push', before: '0'.repeat(40), after: '1'.repeat(40), ref: 'refs/heads/main', checkout_sha: '1'.repeat(40), user_id: 3001, user_name: 'Ada Example', user_username: 'ada', user_email: 'ada@example.com', project_id: 1001,
      project: { id: 1001, name: 'shop', namespace: 'example', path_with_namespace: 'example/shop', default_branch: 'main', web_url: 'https://gitlab.example.com/example/shop' },
      commits: [{ id: '1'.repeat(40), message: 'Round amounts half to even', timestamp: isoSeconds(moment), author: { name: 'Ada Example', email: 'ada@example.com' }, added: [], modified: ['src/amount.ts'], removed: [] }],
      total_commits_count: 1,
    }),
  }],
}

export const linear: SampleSet = {
  samples: [{
    event: 'Issue',
    headers: ({ id }) => ({ 'linear-event': 'Issue', 'linear-delivery': id, 'user-agent': 'Linear-Webhook' }),
    body: (moment) => ({
      action: 'create', type: 'Issue', createdAt: isoTime(moment), organizationId: '00000000-0000-4000-8000-000000000011', webhookId: '00000000-0000-4000-8000-000000000012', webhookTimestamp: moment.sentAtMs,
      actor: { id: '00000000-0000-4000-8000-000000000013', type: 'user', name: 'Ada Example', email: 'ada@example.com' }, url: 'https://linear.example.com/example/issue/SHOP-17',
      data: { id: '00000000-0000-4000-8000-000000000014', identifier: 'SHOP-17', number: 17, title: 'Refund twice', priority: 2, teamId: '00000000-0000-4000-8000-000000000015', createdAt: isoTime(moment), updatedAt: isoTime(moment) },
    }),
  }],
}

export const pagerduty: SampleSet = {
  samples: [{
    event: 'incident.triggered',
    headers: ({ id }) => ({ 'x-webhook-id': id, 'x-webhook-subscription': 'PEXAMPLE', 'user-agent': 'PagerDuty-Webhook/V3.0' }),
    body: (moment) => ({
      event: {
        id: moment.id, event_type: 'incident.triggered', resource_type: 'incident', occurred_at: isoTime(moment), agent: null, client: { name: 'Monitoring' },
        data: { id: 'QEXAMPLE000001', type: 'incident', number: 17, title: 'Payments answer slowly', status: 'triggered', urgency: 'high', created_at: isoSeconds(moment), html_url: 'https://example.pagerduty.example.com/incidents/QEXAMPLE000001', service: { id: 'PEXAMPL', type: 'service_reference', summary: 'Payments' } },
      },
    }),
  }],
}

export const awsSns: SampleSet = {
  samples: [{
    event: 'Notification',
    headers: ({ id }) => ({ 'x-amz-sns-message-type': 'Notification', 'x-amz-sns-message-id': id, 'x-amz-sns-topic-arn': 'arn:aws:sns:eu-central-1:123456789012:orders' }),
    body: (moment) => ({
      Type: 'Notification', MessageId: moment.id, TopicArn: 'arn:aws:sns:eu-central-1:123456789012:orders', Subject: 'Order', Message: JSON.stringify({ order: '1001', state: 'paid' }), Timestamp: isoTime(moment),
      UnsubscribeURL: 'https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:eu-central-1:123456789012:orders:00000000-0000-4000-8000-000000000016',
    }),
  }],
}
