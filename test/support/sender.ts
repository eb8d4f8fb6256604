// A client of /v1/audit that behaves as the protocol wants it: every record has an id of its own, and a request that was
// not answered is sent again, the same, until it is. What it was told is kept, to be held against what is found later.

import { setTimeout as sleep } from 'node:timers/promises'
import { encodeRequest } from '@blotter/processors'
import { sampleRecord } from './arbitrary.ts'
import type { AnsweredReceipt } from '../../collector/receive/answer.ts'
import type { Random } from './random.ts'

export interface SenderOptions {
  /** First part of its record ids, not shared with any other sender. */
  readonly name: string
  readonly random: Random
  /** Where to send; undefined while there is nobody. */
  readonly address: () => string | undefined
  /** Records of one request at most. */
  readonly batchRecords: number
  /** Pause between requests at most. */
  readonly pauseMs: number
}

export interface Sender {
  /** What was acknowledged, by record id. */
  readonly receipts: ReadonlyMap<string, AnsweredReceipt>
  readonly figures: {
    /** Requests that were acknowledged at last. */
    requests: number
    /** Times that a request got no answer, or one that asks to send again. */
    unanswered: number
    /** Requests that were sent again although they had been acknowledged. */
    repeated: number
  }
  /** Sends until `signal` says otherwise, and returns when the last request is acknowledged. */
  run(signal: AbortSignal): Promise<void>
}

interface Batch { readonly ids: readonly string[]; readonly body: string }

export function createSender({ name, random, address, batchRecords, pauseMs }: SenderOptions): Sender {
  const receipts = new Map<string, AnsweredReceipt>()
  const figures = { requests: 0, unanswered: 0, repeated: 0 }
  const sent: Batch[] = []
  let made = 0

  /** Mostly small; now and then so large that a write of it can be cut in the middle. */
  const filler = (): string => 'x'.repeat(random.next() < 0.005 ? random.between(50_000, 300_000) : random.between(0, 500))

  function makeBatch(): Batch {
    const ids = Array.from({ length: random.between(1, batchRecords) }, () => `${name}-${made++}`)
    const timeUnixNano = BigInt(Date.now()) * 1_000_000n
    return { ids, body: encodeRequest(ids.map((id) => sampleRecord({ timeUnixNano }, { 'audit.record.id': id, 'blotter.request.id': `${name}-request-${sent.length}`, filler: filler() }))) }
  }

  async function deliver({ ids, body }: Batch): Promise<AnsweredReceipt[]> {
    for (;;) {
      const url = address()
      const response = url === undefined ? undefined : await fetch(`${url}/v1/audit`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body, signal: AbortSignal.timeout(20_000) }).catch(() => undefined)
      const text = await response?.text().catch(() => undefined) // the answer may break off in the middle
      if (response?.ok === true && text !== undefined) return checked(ids, text)
      if (response !== undefined && text !== undefined && response.status < 500 && response.status !== 429) throw new Error(`${name}: refused with ${response.status}: ${text}`)
      if (url !== undefined) figures.unanswered += 1
      await sleep(random.between(5, 30))
    }
  }

  function checked(ids: readonly string[], text: string): AnsweredReceipt[] {
    const answered = (JSON.parse(text) as { receipts: AnsweredReceipt[] }).receipts
    if (answered.map(({ recordId }) => recordId).join() !== ids.join()) throw new Error(`${name}: receipts of other records than were sent`)
    return answered
  }

  function keep(answered: readonly AnsweredReceipt[]): void {
    for (const receipt of answered) {
      const before = receipts.get(receipt.recordId)
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(receipt)) throw new Error(`${name}: ${receipt.recordId} was given two receipts: ${JSON.stringify(before)} and ${JSON.stringify(receipt)}`)
      receipts.set(receipt.recordId, receipt)
    }
  }

  return {
    receipts, figures,
    async run(signal) {
      while (!signal.aborted) {
        const batch = makeBatch()
        sent.push(batch)
        keep(await deliver(batch))
        figures.requests += 1
        if (random.next() < 0.1) { // as if the answer had been lost: to this request, or to one before a crash or two
          keep(await deliver(sent[random.between(0, sent.length - 1)]!))
          figures.repeated += 1
        }
        await sleep(random.between(0, pauseMs))
      }
    },
  }
}
