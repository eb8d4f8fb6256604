// Which labels may say something of a person. Those of streams do not, nor do fields that are public or internal; what a
// sender or a parser named by itself might.

import { fields } from '@blotter/processors'
import { indexKeys, labelName } from '../../look/names.ts'

const harmless: ReadonlySet<string> = new Set([
  ...[...indexKeys].map(labelName),
  ...Object.values(fields).filter(({ holds }) => holds === 'public' || holds === 'internal').map(({ key }) => labelName(key)),
  'service_name', 'detected_level', 'level', 'severity_text', 'severity_number', 'event_name',
])

export function saysOfPeople(label: string): boolean {
  return !harmless.has(label)
}
