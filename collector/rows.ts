// Rows with what opens their leaves, for verification from outside: NDJSON, one row a line. A key with the scope `admin`
// sees every row of the log, another one those of its own workspace and environment.

import { BlotterError } from './errors.ts'
import type { Principal } from './authenticate/authenticate.ts'
import type { Store } from './store/store.ts'

/** Rows of one answer at most; X-Next-Index says where to go on, while there is more. */
const pageRows = 10_000

/** `endIndex`: the size of the log. Rows that no checkpoint covers yet are not shown: they could not be checked. */
export async function rowsResponse(store: Store, origin: string, endIndex: number, principal: Principal, parameters: URLSearchParams): Promise<Response> {
  const from = parameters.get('from') ?? '0'
  if (!/^[0-9]{1,15}$/.test(from)) throw new BlotterError('INVALID_QUERY', { violations: [{ field: 'from', description: 'a leaf index' }] })
  const to = Math.min(Number(from) + pageRows, endIndex)
  const lines: string[] = []
  for await (const row of store.rows(origin, Number(from), to, principal.scopes.has('admin') ? undefined : principal)) lines.push(`${JSON.stringify(row)}\n`)
  const headers: Record<string, string> = { 'Content-Type': 'application/x-ndjson', 'Cache-Control': 'no-store' }
  if (to < endIndex) headers['X-Next-Index'] = String(to)
  return new Response(lines.join(''), { headers })
}
