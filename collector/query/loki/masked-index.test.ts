import { expect, test } from 'vitest'
import { streamsOnly } from './masked-index.ts'
import type { LogIndex } from './log-index.ts'

test('who may not see everything chooses by labels of streams alone', async () => {
  const asked: string[] = []
  const answer = (name: string) => async (): Promise<never[]> => { asked.push(name); return [] }
  const index = streamsOnly({ labelNames: answer('labelNames'), labelValues: answer('labelValues'), streams: answer('streams'), stats: async () => ({ streams: 0, chunks: 0, bytes: 0, entries: 0 }), volume: answer('volume'), volumeRange: answer('volumeRange') } satisfies LogIndex)
  const window = { fromNano: 0n, toNano: 1n }
  const by = (name: string): { readonly name: string; readonly op: '='; readonly value: string }[] => [{ name, op: '=', value: 'x' }]
  const hidden = { ...window, matchers: by('audit_actor_id') }
  const volume = { ...hidden, aggregateBy: 'series', limit: 10 } as const
  for (const ask of [() => index.labelNames(hidden), () => index.labelValues('a', hidden), () => index.streams(window, [by('audit_actor_id')]), () => index.stats(hidden), () => index.volume(volume), () => index.volumeRange(volume, 1n)]) {
    await expect(ask()).rejects.toMatchObject({ status: 400 })
  }
  expect(asked).toEqual([])
  await index.labelNames({ ...window, matchers: by('service_name') })
  expect(asked).toEqual(['labelNames'])
})
