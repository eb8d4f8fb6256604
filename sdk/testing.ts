// @blotter/sdk/testing: a collector in memory for the tests of an app. Its matchers are in @blotter/sdk/testing/vitest.

export { createTestCollector, startTestCollector } from './testing/test-collector.ts'
export type { SeenRequest, TestCollector, TestCollectorOptions } from './testing/test-collector.ts'
export type { FailOptions, OutageScript } from './testing/outages.ts'
export type { RecordedEvent, RecordedParty } from './testing/recorded.ts'
export type { WaitOptions } from './testing/waiting.ts'
export { fakeDelivery, fakeEndpoint, fakeEvents } from './testing/fake-delivery.ts'
export type { FakeDeliveryOptions, FakeEndpoint, Tampering } from './testing/fake-delivery.ts'
