// The demo is the first thing that anybody runs: it works, says what it should, and leaves nothing behind.

import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('the demo prints the whole story of one request, verifies it, and leaves nothing behind', async () => {
  const before = new Set(readdirSync(tmpdir()))
  const { output, code } = await run(fileURLToPath(new URL('../demo/run', import.meta.url)))
  expect(code).toBe(0)
  const story = output.split('\n').filter((line) => /^\d\d:\d\d:\d\d\.\d{3} /.test(line)).map((line) => line.replace(/\s{2,}/g, ' | ').slice(13))
  expect(story.map((line) => line.replace(/pay_[0-9a-f]{8}/, 'pay').replace(/over [\d.]+ m?s/, 'over a while'))).toEqual([
    '| payments | payments-webhook | IMPORT | payment:pay | success | payment.authorized',
    '| payments | payments-webhook | EXECUTE | payment:pay | failure | no answer within 400 ms | ← first failure',
    '| payments | retry-automation | EXECUTE | payment:pay | failure | ×5 over a while | no answer within 400 ms | same delivery',
    '| payments | retry-automation | EXECUTE | payment:pay | denied | the provider refuses our key | ← last failure',
    '| payments | oncall@example.com | UPDATE | credential:payments-api-key | success | the provider refuses the old key',
    '| payments | retry-automation | EXECUTE | payment:pay | success | authorized by webhook | ← first success after it',
    '| crm | retry-automation | UPDATE | contact:cus_417 | success | payment captured',
    '| mailer | retry-automation | CREATE | message:cus_417 | success | receipt for the payment',
    // What changed between the last failure and the success after it:
    '| payments | retry-automation | EXECUTE | payment:pay | denied | the provider refuses our key',
    '| payments | oncall@example.com | UPDATE | credential:payments-api-key | success | the provider refuses the old key',
    '| payments | retry-automation | EXECUTE | payment:pay | success | authorized by webhook',
  ])
  expect(output).toContain('everything holds')
  expect(output).toContain('0 files below the data directory hold it')
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('blotter-demo-') && !before.has(name))).toEqual([])
})

function run(command: string): Promise<{ output: string; code: number | null }> {
  const child = spawn(command, [], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk.toString() })
  return new Promise((resolve) => { child.on('close', (code) => { resolve({ output, code }) }) })
}
