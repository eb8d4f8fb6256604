// A destination with everything that belongs to it, from its configuration.

import { join } from 'node:path'
import { createRedact } from '@blotter/processors'
import { batchDefaults } from './batches.ts'
import { deadLetterBytes, openDeadLetters } from './dead-letters.ts'
import { createForward } from './forward.ts'
import { createOtlpForwarder } from './otlp.ts'
import type { Forward, ForwardOptions, Place } from './forward.ts'
import type { Destination } from './options.ts'

export interface OpenForwardParts extends Pick<ForwardOptions, 'metrics' | 'signal' | 'onBlocked'> {
  /** Of all destinations; each has a folder of its own name there. */
  readonly directory: string
  readonly place: Place
}

export async function openForward(destination: Destination, { directory, ...parts }: OpenForwardParts): Promise<Forward> {
  const { name, url, batch, filter, redact } = destination
  return createForward({
    ...parts,
    forwarder: createOtlpForwarder(destination),
    deadLetters: await openDeadLetters(join(directory, name), destination.deadLetterBytes ?? deadLetterBytes),
    batch: { ...batchDefaults, ...batch },
    ...(filter === undefined ? {} : { filter }),
    ...(redact === undefined ? {} : { redact: createRedact(redact) }),
    origin: new URL(url).origin,
    nowMs: Date.now,
    random: Math.random,
  })
}
