// `key=value,key=value` with percent-encoding: how OpenTelemetry writes lists into an environment variable.

/** In their order. Undefined when any of it cannot be read. An empty text has no pairs; empty members, as a comma at the end makes, are none. */
export function parseKeyPairs(text: string): [string, string][] | undefined {
  const pairs: [string, string][] = []
  for (const member of text.split(',')) {
    if (member.trim() === '') continue
    const pair = parsePair(member)
    if (pair === undefined) return undefined
    pairs.push(pair)
  }
  return pairs
}

/** Only the first `=` divides: base64 ends in others. */
function parsePair(member: string): [string, string] | undefined {
  const at = member.indexOf('=')
  if (at <= 0) return undefined
  try {
    const key = decodeURIComponent(member.slice(0, at).trim())
    return key === '' ? undefined : [key, decodeURIComponent(member.slice(at + 1).trim())]
  } catch {
    return undefined
  }
}
