// A destination with everything that belongs to it, from its configuration.

import { join } from 'node:path'
import { createRedact } from '@blotter/processors'
import { batchDefaults } from './batches.ts'
import { deadLetterBytes, openDeadLetters } from './dead-letters.ts'
import { createForward } from './forward.ts'
import { createOtlpForwarder } from './otlp.ts'
import type { PartRedaction, Processor, RedactOptions } from '@blotter/processors'
import type { Forward, ForwardOptions, Place } from './forward.ts'
import type { Destination } from './options.ts'

export interface OpenForwardParts extends Pick<ForwardOptions, 'metrics' | 'signal' | 'onBlocked'> {
  /** What the policy says about this destination. Default: nothing. */
  readonly redaction?: PartRedaction | undefined
  /** Of all destinations; each has a folder of its own name there. */
  readonly directory: string
  readonly place: Place
}

export async function openForward(destination: Destination, { directory, redaction, ...parts }: OpenForwardParts): Promise<Forward> {
  const { name, url, batch, filter, redact } = destination
  return createForward({
    ...parts,
    forwarder: createOtlpForwarder(destination),
    deadLetters: await openDeadLetters(join(directory, name), destination.deadLetterBytes ?? deadLetterBytes),
    batch: { ...batchDefaults, ...batch },
    ...(filter === undefined ? {} : { filter }),
    redact: stricter(redact, redaction),
    origin: new URL(url).origin,
    nowMs: Date.now,
    random: Math.random,
  })
}

/** On top of what every record went through: what the destination's own configuration names, then its section of the policy. */
function stricter(own: RedactOptions | undefined, policy: PartRedaction | undefined): Pick<Processor, 'process'> {
  const first = own === undefined ? undefined : createRedact(own)
  return {
    process(record) {
      const named = first === undefined ? record : first.process(record)
      return policy === undefined ? named : policy.process(named)
    },
  }
}
