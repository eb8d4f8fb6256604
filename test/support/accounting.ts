// Adds up what a collector says about itself: nothing may vanish between two numbers.

import { expect } from 'vitest'
import type { Status } from '../../collector/status.ts'

/** `key`: with the scope admin, when the collector has keys. Every step must have reached the end of the journal. */
export async function expectBalanced(url: string, key?: string): Promise<Status> {
  const status = await settledStatus(url, key)
  for (const [path, { received, kept, duplicate, rejected, failed, inFlight }] of Object.entries(status.paths)) {
    expect(kept + duplicate + rejected + failed, `received on ${path}`).toBe(received)
    expect(inFlight, `in flight on ${path}`).toBe(0)
  }
  const { total, before, kept, tombstones } = status.entries
  expect(before + kept + tombstones, 'entries of the journal').toBe(total)
  expect(status.log).toEqual({ sealed: total, pending: 0 })
  for (const step of status.steps) expect(step, step.name).toMatchObject({ done: total, waiting: 0, failures: 0 })
  for (const destination of status.destinations) expect(destination.queued, destination.destination).toBe(0)
  return status
}

async function settledStatus(url: string, key: string | undefined): Promise<Status> {
  for (let tries = 0; ; tries += 1) {
    const response = await fetch(`${url}/v1/status`, key === undefined ? {} : { headers: { Authorization: `Bearer ${key}` } })
    if (!response.ok) throw new Error(`/v1/status answered ${response.status}`)
    const status = await response.json() as Status
    if (tries >= 300 || (status.steps.every(({ waiting }) => waiting === 0) && Object.values(status.paths).every(({ inFlight }) => inFlight === 0))) return status
    await new Promise((resolve) => { setTimeout(resolve, 100) })
  }
}
