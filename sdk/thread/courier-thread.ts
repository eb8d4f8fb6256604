// The entry point of the courier's thread. Started by start.ts; an entry of its own in the built package.

import { parentPort, workerData } from 'node:worker_threads'
import { createCourier } from '../deliver/open.ts'
import type { Courier } from '../deliver/courier.ts'
import { failureOfError } from '../deliver/link.ts'
import { endTicket } from '../deliver/messages.ts'
import type { CourierSettings, ToCaller, ToCourier } from '../deliver/messages.ts'
import { realTiming } from '../time.ts'
import { stepBack } from './step-back.ts'

export interface ThreadData {
  readonly settings: CourierSettings
  /** One Int32: how many records are lost, plus one, as soon as the last drain is done. The caller sleeps on it at the end of the process. */
  readonly ended: SharedArrayBuffer
}

const port = parentPort!
const { settings, ended } = workerData as ThreadData
const signal = new Int32Array(ended)

function tell(message: ToCaller): void {
  if (message.kind === 'drained' && message.ticket === endTicket) wake(message.left)
  else port.postMessage(message)
}

function wake(left: number): void {
  Atomics.store(signal, 0, left + 1)
  Atomics.notify(signal, 0)
}

let courier: Courier | undefined
const early: ToCourier[] = []
port.on('message', (message: ToCourier) => {
  if (courier === undefined) early.push(message)
  else courier.receive(message)
})

await stepBack()
try {
  courier = await createCourier(settings, realTiming, tell)
  for (const message of early.splice(0)) courier.receive(message)
} catch (error) {
  tell({ kind: 'unusable', failure: failureOfError(error) })
}
