// The sample of blotter redact try: a file or what is piped in, as records.

import { buffer } from 'node:stream/consumers'
import { readFile } from 'node:fs/promises'
import { emptyRecord, readPayload } from '@blotter/processors'
import { decodeJsonRequest } from '../receive/json.ts'
import { UsageError } from './flags.ts'
import type { AuditRecord } from '@blotter/processors'

const mostBytes = 16 * 1024 * 1024

export async function readInput(file = '-'): Promise<Buffer> {
  const bytes = file === '-' ? await buffer(process.stdin) : await readFile(file)
  if (bytes.length > mostBytes) throw new UsageError(`the input is larger than ${mostBytes / 1024 / 1024} MiB`)
  return bytes
}

/** An OTLP request in JSON is its records; anything else is the payload of one. */
export async function readSample(file: string | undefined, eventName: string): Promise<readonly AuditRecord[]> {
  const bytes = await readInput(file)
  if (/^\s*\{\s*"resource_?logs"/i.test(bytes.subarray(0, 200).toString())) return decodeJsonRequest(bytes, false)
  return [{ ...emptyRecord, eventName, body: readPayload(bytes.toString()) }]
}
