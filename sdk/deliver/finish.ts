// The last steps of a record, which need the workspace's key: its fingerprint, and the signature of a gap record. Where
// the key is not there yet, the record goes to the spool with a mark, and they are made before it is sent.

import { fields, fingerprint, text, withValues } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import type { WorkspaceKey } from '../keyring.ts'
import { logRecordText, readLogRecord } from '../log-record.ts'
import { payloadWords } from '../payload.ts'
import type { Draft } from '../payload.ts'
import { isGap, signGap, signatureWord } from './gap.ts'

/**
 * In place of `jcs`: of the redacted payload, in which equal placeholders count as equal values, because the key came
 * only after the payload had to be let go of.
 */
export const redactedForm = 'jcs-redacted'

/** In place of the form, in the spool only: the body is the redacted payload, there for its fingerprint; `-kept`: and to be sent. */
const marks = { spent: 'pending', kept: 'pending-kept' } as const
const markText = `"key":${JSON.stringify(fields.fingerprintForm.key)},"value":{"stringValue":"pending`

/** Without a key: its redacted payload waits in its body. */
export function unfinished({ record, redacted }: Draft): AuditRecord {
  const mark = record.body === null ? marks.spent : marks.kept
  return { ...record, body: redacted, attributes: withValues(record.attributes, { [fields.fingerprintForm.key]: mark }) }
}

/** Whether a text of the spool needs the key before it can be sent. */
export function needsKey(text: string): boolean {
  return text.includes(markText) || text.includes(signatureWord)
}

/** The text to send. The same key makes the same text, so that a repeat is known by the collector. */
export function finishText(entry: string, key: WorkspaceKey): string {
  const record = readLogRecord(entry)
  return logRecordText(isGap(record) ? signGap(record, key) : fingerprinted(record, key))
}

function fingerprinted(record: AuditRecord, key: WorkspaceKey): AuditRecord {
  const mark = text(record.attributes, fields.fingerprintForm.key)
  const body = mark === marks.kept ? record.body : null
  try {
    const { value, form } = fingerprint(record.body, key)
    return { ...record, body, attributes: withValues(record.attributes, { [fields.fingerprint.key]: value, [fields.fingerprintForm.key]: form === 'jcs' ? redactedForm : 'raw-redacted' }) }
  } catch {
    return { ...record, body: body ?? payloadWords.unreadable, attributes: withValues(record.attributes, { [fields.fingerprintForm.key]: undefined }) }
  }
}
