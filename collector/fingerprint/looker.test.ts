import { builtinPolicy, createRedaction, parseRedactionPolicy } from '@blotter/processors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeDirectory, removeDirectory } from '../../test/support/directory.ts'
import { openSecrets } from '../secrets.ts'
import { destroyEpoch, rotateEpoch } from '../secrets/epochs.ts'
import { lookUp } from './look-up.ts'
import { createLooker } from './looker.ts'
import type { Redaction } from '@blotter/processors'
import type { Secrets } from '../secrets.ts'
import type { Looker } from './looker.ts'

const redact = { keys: ['badge'], paths: ['body.note'] }
let directory: string
let secrets: Secrets
let redaction: Redaction
let looker: Looker

beforeAll(async () => {
  directory = await makeDirectory()
  secrets = await openSecrets(directory)
  redaction = createRedaction(parseRedactionPolicy(builtinPolicy), redact)
  looker = createLooker({ dataDirectory: directory, redaction: builtinPolicy, redact }, secrets, redaction)
})
afterAll(async () => {
  await looker.close()
  await removeDirectory(directory)
})

const large = (id: string): Buffer => Buffer.from(JSON.stringify({ id, badge: 17, note: 'x', password: 'hunter22', rows: Array.from({ length: 500 }, (_, row) => ({ row })) }))
const here = (bytes: Uint8Array): ReturnType<typeof lookUp> => lookUp(bytes, secrets.liveKeys('shop'), secrets.epochs(), redaction.of('shop').payload)

test('a payload has the same fingerprints in the thread as here', async () => {
  const payloads = [large('a'), Buffer.from('{"id":"pay_5d903041","badge":17}'), Buffer.alloc(5000, 1)]
  expect(await Promise.all(payloads.map((bytes) => looker.lookUp(bytes, 'shop')))).toEqual(payloads.map(here))
})

test('what says too little is refused by either', async () => {
  for (const bytes of [Buffer.from('true'), Buffer.from(`[${'true,'.repeat(2000)}true]`)]) await expect(looker.lookUp(bytes, 'shop')).rejects.toMatchObject({ code: 'GUESSABLE_PAYLOAD', violations: [{ field: 'body' }] })
})

test('the thread goes by the keys that there are now', async () => {
  await rotateEpoch(`${directory}/keys`, { overlapMs: 0, by: 'test' }, new Date())
  expect((await looker.lookUp(large('a'), 'shop')).fingerprints.map(({ epoch }) => epoch)).toEqual(['e2', 'e1'])
  await destroyEpoch(`${directory}/keys`, { epoch: 'e1', by: 'test' }, new Date())
  await secrets.reload()
  expect(await looker.lookUp(large('a'), 'shop')).toEqual(here(large('a')))
})

test('a thread that cannot begin costs its callers an answer each, and nobody else', async () => {
  const broken = createLooker({ dataDirectory: `${directory}/nowhere`, redaction: builtinPolicy, redact }, secrets, redaction)
  for (let i = 0; i < 2; i += 1) await expect(broken.lookUp(large('a'), 'shop')).rejects.toMatchObject({ code: 'INTERNAL' })
  expect((await broken.lookUp(Buffer.from('{"id":"pay_5d903041"}'), 'shop')).fingerprints).toHaveLength(1)
  await broken.close()
  await expect(broken.lookUp(large('a'), 'shop')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
})
