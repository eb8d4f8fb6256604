// The headers of a request as they came over the wire. Node keeps the first of two Authorization or Content-Type lines,
// and says nothing; a proxy in front may have kept the last. Where two readers can differ, the request is refused.

/** Headers that may come once: who is calling, what the body is, where it ends, whom it is for. */
const single = new Set(['authorization', 'content-type', 'content-length', 'content-encoding', 'host', 'transfer-encoding'])

/** What is wrong with the headers: a place and a rule, never what was sent. Undefined when nothing is. */
export interface HeaderProblem { readonly field: string; readonly description: string }

/** `rawHeaders`: names and values in turn, as Node has them. */
export function headerProblem(rawHeaders: readonly string[]): HeaderProblem | undefined {
  const seen = new Set<string>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    if (!single.has(name)) continue
    if (seen.has(name)) return { field: name, description: 'at most once' }
    seen.add(name)
    if (name === 'transfer-encoding' && rawHeaders[i + 1]!.trim().toLowerCase() !== 'chunked') return { field: name, description: 'chunked, or no such header' }
  }
  // Node's parser refuses this itself; if it ever stops to, this is where a smuggled request would come in.
  if (seen.has('content-length') && seen.has('transfer-encoding')) return { field: 'content-length', description: 'not beside transfer-encoding' }
  return undefined
}
