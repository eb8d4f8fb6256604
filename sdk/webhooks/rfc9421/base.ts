// The signature base of RFC 9421 (section 2.5): the text that is signed, one line for each covered component.

import type { RawRequest } from '../scheme.ts'
import { componentValue } from './components.ts'
import type { TargetUrl } from './components.ts'
import { serializeInnerList, serializeItem } from './structured.ts'
import type { InnerList } from './structured.ts'

/** Undefined when a component is not in the request, cannot be read, or is listed twice, which the standard forbids. */
export function signatureBase(covered: InnerList, request: RawRequest, url: TargetUrl | undefined): string | undefined {
  const lines = new Map<string, string>()
  for (const item of covered.items) {
    const value = componentValue(item, request, url)
    const identifier = serializeItem(item)
    if (value === undefined || lines.has(identifier)) return undefined
    lines.set(identifier, `${identifier}: ${value}`)
  }
  return [...lines.values(), `"@signature-params": ${serializeInnerList(covered)}`].join('\n')
}
