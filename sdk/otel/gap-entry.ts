// The record that stands for log records that were dropped: how many and when, signed where there is a key.

import { randomUUID } from 'node:crypto'
import { withValues } from '@blotter/processors'
import { gapKeys, gapRecord, signGap } from '../deliver/gap.ts'
import type { Gap } from '../deliver/gap.ts'
import type { WorkspaceKey } from '../keyring.ts'
import type { SpoolEntry } from '../spool/spool.ts'
import { entryOf } from './spool-text.ts'

export interface GapEntry {
  (gap: Gap): SpoolEntry
}

export function createGapEntry(integration: string, key: () => WorkspaceKey | undefined): GapEntry {
  return function gapEntry(gap) {
    const record = gapRecord(gap, randomUUID(), { integration, emitter: '@blotter/sdk/otel', reason: 'no room on disk and in memory' })
    const current = key()
    return entryOf(current === undefined ? { ...record, attributes: withValues(record.attributes, { [gapKeys.value]: undefined }) } : signGap(record, current))
  }
}
