import { expect, test } from 'vitest'

test('the exported names are these and no others', async () => {
  expect(Object.keys(await import('@blotter/sdk')).sort()).toEqual(['AuditError', 'createAudit', 'defaults', 'errorTable'])
  expect(Object.keys(await import('@blotter/sdk/otel')).sort()).toEqual(['auditAttributes', 'createAuditLogRecordProcessor'])
})
