import { createSign, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { signWebhook } from '../sign.ts'
import { stringToSign } from '../sns/message.ts'
import { readSnsMessage } from '../sns/read.ts'
import type { Verdict } from '../verdict.ts'
import { verifyWebhook } from '../verify.ts'
import { awsSns, createAwsSns } from './aws-sns.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const topicArn = 'arn:aws:sns:us-west-2:123456789012:MyTopic'
const nowMs = Date.parse('2026-05-02T00:54:06.655Z')

/** The example of the developer guide, with the signature of a key of our own. */
const notification = {
  Type: 'Notification', MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324', TopicArn: topicArn, Subject: 'My First Message', Message: 'Hello world!',
  Timestamp: '2026-05-02T00:54:06.655Z', SignatureVersion: '2', SigningCertURL: 'https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem',
  UnsubscribeURL: 'https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=x',
} as const
const subscription = {
  ...notification, Type: 'SubscriptionConfirmation', Token: '2336412f37', Message: 'You have chosen to subscribe…\nTo confirm, visit the URL.', Subject: undefined, UnsubscribeURL: undefined,
  SubscribeURL: `https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=2336412f37`,
} as const

/** Signed by what the guide says, without the code under test. */
function sign(text: string, hash = 'sha256'): string {
  return createSign(hash).update(text, 'utf8').sign(privateKey, 'base64')
}

const notificationText = `Message\nHello world!\nMessageId\n${notification.MessageId}\nSubject\nMy First Message\nTimestamp\n${notification.Timestamp}\nTopicArn\n${topicArn}\nType\nNotification\n`
const subscriptionText = `Message\n${subscription.Message}\nMessageId\n${subscription.MessageId}\nSubscribeURL\n${subscription.SubscribeURL}\nTimestamp\n${subscription.Timestamp}\nToken\n${subscription.Token}\nTopicArn\n${topicArn}\nType\nSubscriptionConfirmation\n`

const signedNotification = { ...notification, Signature: sign(notificationText) }
const signedSubscription = { ...subscription, Signature: sign(subscriptionText) }

function verify(message: object | string, { scheme = awsSns, topics = topicArn, atMs = nowMs } = {}): Promise<Verdict> {
  const body = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message))
  return verifyWebhook(scheme, { headers: {}, body }, publicKey, { nowMs: atMs, parameters: { topicArn: topics } })
}

test('a notification is verified by the text that the developer guide describes', async () => {
  expect(await verify(signedNotification)).toMatchObject({
    kind: 'verified', id: notification.MessageId, sentAtMs: nowMs,
    proof: { algorithm: 'rsa-sha256', covered: 'partial', coveredParts: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'], grade: 'C' },
  })
})

test('a message without subject, and one whose subject is null, sign no subject', async () => {
  const { Subject: _, ...message } = notification
  const Signature = sign(notificationText.replace('Subject\nMy First Message\n', ''))
  const verdict = await verify({ ...message, Signature })
  expect(verdict).toMatchObject({ kind: 'verified', proof: { coveredParts: ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'] } })
  expect(await verify({ ...message, Subject: null, Signature })).toMatchObject({ kind: 'verified' })
  expect(await verify({ ...message, Subject: 'added', Signature })).toMatchObject({ kind: 'refused', reason: 'bad_signature' })
})

test('a subscription is recognised, its URL is covered, and nobody opens it', async () => {
  expect(await verify(signedSubscription)).toMatchObject({ kind: 'verified', proof: { coveredParts: expect.arrayContaining(['SubscribeURL', 'Token']) } })
  expect(await verify({ ...signedSubscription, SubscribeURL: 'https://evil.example/' })).toMatchObject({ kind: 'refused', reason: 'bad_signature' })
  const read = (message: object): ReturnType<typeof readSnsMessage> => readSnsMessage(Buffer.from(JSON.stringify(message)))
  expect(read(signedSubscription)).toEqual({ type: 'SubscriptionConfirmation', topicArn, messageId: subscription.MessageId, message: subscription.Message, subscribeUrl: subscription.SubscribeURL, unsigned: [] })
  for (const SubscribeURL of ['https://evil.example/?Action=ConfirmSubscription&a=b', 'https://sns.us-west-2.amazonaws.com.evil.example/?Action=ConfirmSubscription&a=b', 'https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe&a=b', 'https://sns.s3-us-west-2.amazonaws.com/?Action=ConfirmSubscription&a=b']) expect(read({ ...signedSubscription, SubscribeURL })).not.toHaveProperty('subscribeUrl')
})

test('what is not signed is named', () => {
  const body = Buffer.from(JSON.stringify({ ...signedNotification, MessageAttributes: { a: { Type: 'String', Value: 'b' } }, SubscribeURL: subscription.SubscribeURL }))
  expect(readSnsMessage(body)).toMatchObject({ subject: 'My First Message', unsigned: ['UnsubscribeURL', 'MessageAttributes', 'SubscribeURL'] })
  expect(readSnsMessage(body)).not.toHaveProperty('subscribeUrl')
  for (const bad of ['', 'null', '[]', '{}', '{"Type":"Notification"}']) expect(readSnsMessage(Buffer.from(bad))).toBeUndefined()
})

test('a message of another topic is refused, since any account can have SNS sign one', async () => {
  expect(await verify(signedNotification, { topics: 'arn:aws:sns:us-west-2:999999999999:MyTopic' })).toMatchObject({ kind: 'refused', reason: 'unknown_key' })
  expect(await verify(signedNotification, { topics: `${topicArn}2` })).toMatchObject({ kind: 'refused', reason: 'unknown_key' })
  expect(await verify(signedNotification, { topics: `arn:aws:sns:us-west-2:999999999999:Other, ${topicArn}` })).toMatchObject({ kind: 'verified' })
  await expect(verifyWebhook(awsSns, { headers: {}, body: Buffer.from('{}') }, publicKey)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
})

test('version 1 is refused unless it is allowed, and neither version passes for the other', async () => {
  const version1 = { ...notification, SignatureVersion: '1', Signature: sign(notificationText, 'sha1') }
  expect(await verify(version1)).toMatchObject({ kind: 'refused', reason: 'forbidden_algorithm' })
  expect(await verify({ ...version1, SignatureVersion: '2' })).toMatchObject({ kind: 'refused', reason: 'bad_signature' })
  const both = createAwsSns({ allowVersion1: true })
  expect(await verify(version1, { scheme: both })).toMatchObject({ kind: 'verified', proof: { algorithm: 'rsa-sha1' } })
  expect(await verify(signedNotification, { scheme: both })).toMatchObject({ kind: 'verified', proof: { algorithm: 'rsa-sha256' } })
  expect(await verify({ ...signedNotification, SignatureVersion: '1' }, { scheme: both })).toMatchObject({ kind: 'refused' })
  for (const SignatureVersion of ['3', '', 2, undefined]) expect(await verify({ ...signedNotification, SignatureVersion })).toMatchObject({ kind: 'refused', reason: 'malformed' })
})

test('a text with lines of its own cannot be taken apart in two ways', async () => {
  const Message = 'Hello\nMessageId\nabc'
  const text = notificationText.replace('Hello world!', Message)
  expect(await verify({ ...notification, Message, Signature: sign(text) })).toMatchObject({ kind: 'verified' })
  const moved = { ...notification, Message: 'Hello', MessageId: `abc\nMessageId\n${notification.MessageId}`, Signature: sign(text) }
  expect(stringToSign(moved)).toBe(text) // the same bytes would verify
  expect(await verify(moved)).toMatchObject({ kind: 'refused', reason: 'malformed' })
  expect(await verify({ ...signedNotification, Subject: 'a\nb' })).toMatchObject({ kind: 'refused', reason: 'malformed' })
})

test.each([
  ['no JSON', '<xml/>', 'malformed'], ['an array', '[]', 'missing_signature'], ['null', 'null', 'malformed'], ['bytes that are not UTF-8', '\ud800', 'malformed'], ['no signature', notification, 'missing_signature'],
  ['a number for a text', { ...signedNotification, Message: 1 }, 'malformed'], ['no message', { ...signedNotification, Message: undefined }, 'malformed'], ['another type', { ...signedNotification, Type: 'Other' }, 'malformed'],
  ['a signature that is no base64', { ...signedNotification, Signature: '####' }, 'malformed'], ['a time that is none', { ...signedNotification, Timestamp: '2026-99-99T00:00:00.000Z' }, 'malformed'],
  ['a certificate elsewhere', { ...signedNotification, SigningCertURL: 'https://evil.example/a.pem' }, 'forbidden_key_address'], ['a certificate in a bucket', { ...signedNotification, SigningCertURL: 'https://sns.s3-us-west-2.amazonaws.com/a.pem' }, 'forbidden_key_address'],
  ['a subscription without its URL', { ...signedSubscription, SubscribeURL: undefined }, 'malformed'],
])('%s is refused', async (_, message, reason) => {
  expect(await verify(message)).toMatchObject({ kind: 'refused', reason })
})

test('a body that is too large is refused before it is parsed', async () => {
  expect(await verify({ ...signedNotification, Message: 'x'.repeat(1_100_000) })).toMatchObject({ kind: 'refused', reason: 'too_large' })
})

test('the writer makes what the guide describes, of a text or of a message', async () => {
  const write = (body: string): string => Buffer.from(signWebhook(awsSns, { body, id: 'm-1' }, privateKey, { nowMs, parameters: { topicArn } }).body).toString()
  expect(JSON.parse(write('{"order":1}'))).toMatchObject({ Type: 'Notification', Message: '{"order":1}', MessageId: 'm-1', TopicArn: topicArn, Timestamp: notification.Timestamp, SignatureVersion: '2' })
  expect(await verify(write('not JSON'))).toMatchObject({ kind: 'verified', id: 'm-1' })
  expect(await verify(write(JSON.stringify(subscription)))).toMatchObject({ kind: 'verified' })
  expect(() => signWebhook(awsSns, { body: Buffer.from([0xff]) }, privateKey, { parameters: { topicArn } })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
})

test('an hour is the tolerance, since SNS tries again with the time of the first attempt', async () => {
  expect(await verify(signedNotification, { atMs: nowMs + 3_600_000 })).toMatchObject({ kind: 'verified' })
  expect(await verify(signedNotification, { atMs: nowMs + 3_600_001 })).toMatchObject({ kind: 'refused', reason: 'expired' })
})
