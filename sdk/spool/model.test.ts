// Spools of one directory against a model that fits on a page: any sequence of appends, deliveries, faults, crashes and
// takeovers, with tiny segments and hardly any memory, so that all paths are taken.

import { readdir } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFaultySpoolFiles } from '../../test/faults/spool-files.ts'
import type { FaultySpoolFiles, SpoolFault, SpoolOperation } from '../../test/faults/spool-files.ts'
import { makeDirectory, removeDirectory } from '../../test/support/directory.ts'
import { entries, forgetWriters, textOf } from './for-tests.ts'
import { openSpool } from './open.ts'
import type { Spool } from './spool.ts'

type Step =
  | { readonly kind: 'append'; readonly who: number; readonly count: number; readonly wait: boolean }
  | { readonly kind: 'appendSync'; readonly who: number; readonly count: number }
  | { readonly kind: 'deliver'; readonly who: number; readonly limit: number; readonly part: number; readonly refuse: boolean }
  | { readonly kind: 'fault'; readonly who: number; readonly operation: SpoolOperation; readonly fault: SpoolFault; readonly times: number }
  | { readonly kind: 'crash' | 'close' | 'exit'; readonly who: number }
  | { readonly kind: 'powerCut'; readonly part: number }

const who = fc.nat(1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), who, count: fc.integer({ min: 1, max: 5 }), wait: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('appendSync' as const), who, count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('deliver' as const), who, limit: fc.integer({ min: 1, max: 8 }), part: fc.double({ min: 0, max: 1, noNaN: true }), refuse: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fault' as const), who, operation: fc.constantFrom<SpoolOperation>('write', 'datasync', 'create', 'read', 'unlink', 'stat', 'truncate', 'rename', 'syncDirectory'), fault: fc.constantFrom<SpoolFault>('before', 'after', 'torn'), times: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('crash' as const, 'close' as const, 'exit' as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('powerCut' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }) },
)

interface Living { readonly spool: Spool; readonly files: FaultySpoolFiles; readonly pending: Promise<void>[]; readonly delivered: string[] }

class World {
  readonly #directory: string
  readonly #living: (Living | undefined)[] = [undefined, undefined]
  readonly #all: Living[] = []
  #made = 0
  readonly appended = new Set<string>()
  readonly durable = new Set<string>()
  readonly settled = new Set<string>()
  readonly rejected = new Set<string>()

  constructor(directory: string) {
    this.#directory = directory
  }

  async of(index: number): Promise<Living> {
    return this.#living[index] ??= await this.#open()
  }

  async #open(): Promise<Living> {
    const files = createFaultySpoolFiles()
    const spool = await openSpool({ directory: this.#directory, resource: '{}', segmentBytes: 400, memoryBytes: 300, heartbeatMs: 3_600_000, staleMs: 3_600_000, files })
    const living = { spool, files, pending: [], delivered: [] }
    this.#all.push(living)
    return living
  }

  ids(count: number): string[] {
    const ids = Array.from({ length: count }, () => `r${this.#made++}`)
    for (const id of ids) this.appended.add(id)
    return ids
  }

  async append({ who: index, count, wait }: Extract<Step, { kind: 'append' }>): Promise<void> {
    const living = await this.of(index)
    const ids = this.ids(count)
    const pending = living.spool.append(entries(...ids)).then(() => { for (const id of ids) this.durable.add(id) }, (error: { code: string }) => {
      expect(['SPOOL_FAILED', 'CLOSED']).toContain(error.code)
      for (const id of ids) this.rejected.add(id)
    })
    living.pending.push(pending)
    if (wait) await pending
  }

  async appendSync({ who: index, count }: Extract<Step, { kind: 'appendSync' }>): Promise<void> {
    const { spool } = await this.of(index)
    const ids = this.ids(count)
    try {
      spool.appendSync(entries(...ids))
      for (const id of ids) this.durable.add(id)
    } catch (error) {
      expect(error).toMatchObject({ code: 'SPOOL_FAILED' })
      for (const id of ids) this.rejected.add(id)
    }
  }

  async deliver({ spool, delivered }: Living, limit: number, part: number, refuse: boolean): Promise<boolean> {
    const batch = await spool.next({ maxRecords: limit, maxBytes: 1_000 }).catch((error: unknown) => { expect(error).toMatchObject({ code: 'SPOOL_FAILED' }); return undefined })
    if (batch === undefined) return false
    const count = Math.ceil(batch.entries.length * part)
    for (const { recordId, text } of batch.entries) {
      expect(this.appended.has(recordId)).toBe(true)
      expect(text).toBe(textOf(recordId))
    }
    const refused = refuse && count > 0 ? [{ index: 0, code: 'REFUSED' }] : []
    while (!await spool.settle(batch, refused, count).then(() => true, () => false));
    for (const { recordId } of batch.entries.slice(0, count)) {
      this.settled.add(recordId)
      delivered.push(recordId)
    }
    return true
  }

  async end(kind: 'crash' | 'close' | 'exit', index: number): Promise<void> {
    const living = this.#living[index]
    if (living === undefined) return
    this.#living[index] = undefined
    if (kind === 'close') await living.spool.close()
    if (kind === 'exit') try { living.spool.closeSync() } catch { /* then what was pending is not promised */ }
    living.files.die()
    await Promise.allSettled(living.pending)
    await living.spool.close()
    if (this.#living.every((other) => other === undefined)) await forgetWriters(this.#directory)
  }

  async powerCut(part: number): Promise<void> {
    for (const living of this.#living) living?.files.die()
    for (const living of this.#living) await living?.files.powerCut(this.#directory, (unsynced) => Math.floor(unsynced * part))
    for (const index of [0, 1]) await this.end('crash', index)
  }

  async run(step: Step): Promise<void> {
    if (step.kind === 'append') await this.append(step)
    else if (step.kind === 'appendSync') await this.appendSync(step)
    else if (step.kind === 'deliver') await this.deliver(await this.of(step.who), step.limit, step.part, step.refuse)
    else if (step.kind === 'fault') (await this.of(step.who)).files.failNext(step.operation, step.fault, step.times)
    else if (step.kind === 'powerCut') await this.powerCut(step.part)
    else await this.end(step.kind, step.who)
  }

  /** All that is left comes to a last spool. */
  async check(): Promise<void> {
    for (const index of [0, 1]) await this.end('crash', index)
    const last = await this.#open()
    while (await this.deliver(last, 50, 1, false));
    expect(last.spool.status).toMatchObject({ records: 0, damagedRecords: 0 })
    await last.spool.close()
    expect([...this.durable].filter((id) => !this.settled.has(id))).toEqual([])
    for (const { delivered } of this.#all) expect(delivered.length, 'no spool hands out twice what was settled with it').toBe(new Set(delivered).size)
    expect((await readdir(this.#directory)).filter((name) => !/\.refused$|^\.gitignore$|\.tmp$/.test(name))).toEqual([])
  }
}

test('no record that was durable is lost, none is another, and none comes twice to one that settled it', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 30 }), async (steps) => {
    const directory = await makeDirectory()
    try {
      const world = new World(directory)
      for (const each of steps) await world.run(each)
      await world.check()
    } finally {
      await removeDirectory(directory)
    }
  }), { numRuns: Number(process.env['BLOTTER_SPOOL_RUNS'] ?? 60) })
})
