// Whether what stands between a provider's name and a value makes the value a secret: an assignment to a name that says so,
// and not to the name of an id, a hash or a version, which look the same.

/** One of these in a name, or before a value, says that the value opens something. */
const secretWords = /key|token|secret|pass|pwd|auth|cred|bearer|basic|signature|cookie|session|private|dsn|webhook|apik|psk|api|license|licence|login|\bpat\b/i

/** A name that ends in one of these holds something that may be known. */
const plainWords = new Set([
  'id', 'ids', 'uuid', 'guid', 'hash', 'sha', 'sha1', 'sha256', 'sha512', 'md5', 'digest', 'commit', 'rev', 'revision', 'ref', 'checksum', 'etag', 'trace', 'span',
  'request', 'version', 'fingerprint', 'image', 'blob', 'integrity', 'sum', 'object', 'tree', 'parent', 'path', 'file', 'filename', 'name', 'host', 'region', 'time', 'date',
  'timestamp', 'count', 'size', 'length', 'build', 'run', 'job', 'branch', 'tag', 'user', 'username', 'email', 'type', 'status', 'public', 'pub', 'org', 'zone', 'resolved', 'node',
])

/** What may stand between a name and its value. A slash or an at sign is not among it: paths and addresses. */
const assignment = /^[\s"'`\\\])}*.]{0,8}(?:[=:>,|(?&[{;]|%3[aAdD])/

/** Words between a name and its value that belong to neither. */
const fillers = /^(?:is|was|are|to|be|set|bearer|basic|token|apikey|string|value|var|env|default|new)$/i

/** A provider's name as it was asked for may say it itself: `ado_pat`, `primary_key`. */
const endsSecret = /(?:key|token|secret|password|passwd|auth|pat|signature)$/i

/**
 * `between`: everything from the end of the provider's `name` to the value. `strict`: the name of the value itself must say that it is secret,
 * for shapes that identifiers have too.
 */
export function assigns(name: string, between: string, strict: boolean): boolean {
  const names = between.match(/\w[\w.-]*/g) ?? []
  const ownIndex = Math.max(0, names.findLastIndex((one) => !fillers.test(one)))
  const last = names.at(-1) ?? ''
  const tail = last === '' ? between : between.slice(between.lastIndexOf(last) + last.length)
  if (/[/@#]/.test(tail)) return false
  if (plainWords.has(lastWord(names[ownIndex] ?? ''))) return false
  const says = endsSecret.test(name) || names.slice(ownIndex).some((one) => secretWords.test(one))
  if (!assignment.test(tail)) return says // `api key 0123…`, `Bearer 0123…`
  if (strict) return says
  return says || /^[\w.-]*$/.test(between.slice(0, between.length - tail.length)) || secretWords.test(between)
}

/** `traceId`, `trace_id` and `trace.id` end in the same word. */
function lastWord(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').split(/[^A-Za-z0-9]+/).findLast((part) => part !== '')?.toLowerCase() ?? ''
}

/** Not a word, a placeholder or one character again and again. */
export function looksIssued(secret: string, mixed: boolean): boolean {
  if (mixed && !/[0-9]/.test(secret)) return false
  return new Set(secret).size >= Math.min(6, secret.length / 2)
}

/** For prefixes that are also the beginning of names in code: what follows the prefix holds a digit, as few names do, and is no repetition. */
export function looksDrawn(match: string): boolean {
  const drawn = match.slice(match.search(/[_.-]/) + 1)
  return looksIssued(drawn, true) && new Set(drawn).size >= Math.min(10, drawn.length / 2)
}
