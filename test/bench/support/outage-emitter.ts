// A service that emits audit records while its collector has trouble. Run by outage-run.ts:
//
//   node --conditions=@blotter/source outage-emitter.ts TASK
//
// Writes to `told` in its directory, before anything else can happen: how many it emitted, and which of them it was told
// are safe. A line is in the kernel when the call returns, so it survives the end of this process.

import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { killAfterMs } from './outage-rows.ts'
import { idOf } from './outage-run.ts'
import { createSubject } from './outage-subjects.ts'
import type { Task } from './outage-run.ts'

const task = JSON.parse(process.argv[2]!) as Task
const { row, drain, directory } = task
const told = openSync(join(directory, drain ? 'told-by-the-next' : 'told'), 'a')
const subject = createSubject(task, (ids) => { if (ids.length > 0) writeSync(told, `told ${ids.join(' ')}\n`) })

let emitted = 0
function emit(count: number): void {
  for (let i = 0; i < count; i += 1) subject.emit(idOf(emitted + i))
  emitted += count
  writeSync(told, `emitted ${emitted}\n`)
}

if (drain) await subject.drained()
else {
  if (row.ending === 'kill -9') await subject.ready() // nobody promises what a process holds that was killed while it started
  if (row.burst > 0) emit(row.burst)
  const startMs = performance.now()
  let due = 0
  for (let nowMs = 0; nowMs < row.seconds * 1000; nowMs = performance.now() - startMs) {
    const more = Math.floor(nowMs / 1000 * row.perSecond) - due
    if (more > 0) emit(more)
    due += more
    await delay(20)
  }
  await end()
}

async function end(): Promise<void> {
  switch (row.ending) {
    case 'shutdown': return subject.shutdown()
    case 'natural': return
    case 'process.exit': process.exit(0)
    case 'kill -9':
      await delay(killAfterMs)
      process.kill(process.pid, 'SIGKILL')
  }
}
