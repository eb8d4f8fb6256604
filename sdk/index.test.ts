import { expect, test } from 'vitest'

test('the exported names are these and no others', async () => {
  expect(Object.keys(await import('@blotter/sdk')).sort()).toEqual(['AuditError', 'Denied', 'createAudit', 'createAuditProvider', 'currentContext', 'defaults', 'defineEvents', 'errorTable', 'fromContext', 'inspectSpool'])
  expect(Object.keys(await import('@blotter/sdk/otel')).sort()).toEqual(['auditAttributes', 'blotterLogs', 'createAuditLogRecordProcessor', 'logsDefaults'])
  expect(Object.keys(await import('@blotter/sdk/webhooks')).sort()).toEqual([
    'addressProviders', 'auditOfDelivery', 'clientAddress', 'createAddressList', 'createAwsSns', 'createCertificateSource', 'createInFlight', 'createReplayStore', 'createRfc9421', 'defineScheme',
    'derKey', 'ed25519Key', 'encodedSecret', 'readSnsMessage', 'refusalReasons', 'refuse', 'respond', 'schemes', 'secretsFromCallback', 'secretsFromEnvironment', 'secretsFromFile',
    'sharedSecretScheme', 'signWebhook', 'textSecret', 'verdictAttributes', 'verifyDefaults', 'verifyWebhook', 'zoomChallengeAnswer',
  ])
  expect(Object.keys(await import('@blotter/sdk/express')).sort()).toEqual(['addToRequestRecord', 'auditErrors', 'auditRequests', 'verifyWebhooks'])
  expect(Object.keys(await import('@blotter/sdk/fastify')).sort()).toEqual(['addToRequestRecord', 'auditRequests', 'verifyWebhooks'])
  expect(Object.keys(await import('@blotter/sdk/fetch')).sort()).toEqual(['auditedFetch', 'instrumentFetch'])
  expect(Object.keys(await import('@blotter/sdk/testing')).sort()).toEqual(['createTestCollector', 'fakeDelivery', 'fakeEndpoint', 'fakeEvents', 'startTestCollector'])
  expect(Object.keys(await import('@blotter/sdk/testing/vitest'))).toEqual([])
  expect(Object.keys(await import('@blotter/sdk/hono')).sort()).toEqual(['addToRequestRecord', 'auditRequests', 'verifyWebhooks'])
})
