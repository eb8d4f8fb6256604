// The tables of the docs, made from the code they describe. `docs.test.ts` compares; this file, run with --write,
// brings the docs up to date:
//
//   node --conditions=@blotter/source test/repository/tables.ts --write

import { readFile, writeFile } from 'node:fs/promises'
import { actionNotes, fields, recordLimits, strictness } from '@blotter/processors'
import { errorKinds } from '../../collector/errors.ts'
import { maxKeys } from '../../collector/authenticate/key-store.ts'
import { maxKeyRequestBytes } from '../../collector/keys/api.ts'
import { lookUpLimits } from '../../collector/fingerprint/api.ts'
import { maxLiveEpochs } from '../../collector/secrets/epochs.ts'
import { strangers } from '../../collector/keys/caller.ts'
import { recentCapacity } from '../../collector/journal/recent.ts'
import { connectionLimits, maxHeaders, maxRequestsPerConnection, serverOptions } from '../../collector/listen/limits.ts'
import { serverTlsOptions } from '../../collector/listen/tls.ts'
import { createMetrics, registerGauges, registerPortGauges } from '../../collector/metrics.ts'
import { storyRecords } from '../../collector/query/timeline/engine.ts'
import { hubRecords } from '../../collector/query/timeline/follow.ts'
import { timelineLimits } from '../../collector/query/timeline/question.ts'
import { maxPoints } from '../../collector/query/loki/parameters.ts'
import { patternLines } from '../../collector/query/loki/patterns.ts'
import { mostTailsTogether } from '../../collector/query/loki/tails.ts'
import { queryTextLimits } from '../../collector/query/options.ts'
import { maxJsonBrackets, maxJsonDepth, maxJsonMembers } from '../../collector/receive/json.ts'
import { maxRecords } from '../../collector/receive/protobuf.ts'
import { loadConfig } from '../../collector/config.ts'

export const documented = {
  fields: 'processors/README.md',
  actions: 'processors/README.md',
  errors: 'collector/README.md',
  limits: 'collector/README.md',
  metrics: 'collector/README.md',
} as const

export type TableName = keyof typeof documented

const row = (...cells: (string | number)[]): string => `| ${cells.join(' | ')} |`
const head = (...titles: string[]): string[] => [row(...titles), row(...titles.map(() => '---'))]

export async function render(name: TableName): Promise<string> {
  switch (name) {
    case 'fields': return [...head('attribute', 'type', 'level', 'set by', 'class', 'meaning'), ...Object.values(fields).map(({ key, type, level, owner, holds, meaning }) => row(`\`${key}\``, type, level, owner, holds, meaning))].join('\n')
    case 'actions': return [...head('action', 'strictness', 'what stands there', 'what it tells'), ...Object.entries(actionNotes).map(([action, { stands, tells }]) => row(`${action}`, strictness[action as keyof typeof strictness], stands, tells))].join('\n')
    case 'errors': return [...head('code', 'status', 'send again?', 'message', 'what to do'), ...Object.entries(errorKinds).map(([code, { status, retryable, message, hint }]) => row(`\`${code}\``, status, retryable ? 'yes' : 'no', message, hint))].join('\n')
    case 'limits': return limits()
    case 'metrics': return metrics()
  }
}

const mebibytes = (bytes: number): string => `${bytes / 1024 / 1024} MiB`

async function limits(): Promise<string> {
  const { limits: defaults, query: queries } = await loadConfig({ flags: {}, environment: {} })
  const refused = 'refused on /v1/audit (`OVER_LIMIT`); rejected by partial success on /v1/logs, where the others are kept'
  return [
    ...head('what', 'limit', 'what happens beyond it'),
    row('body on the wire (`limits.body_bytes`)', mebibytes(defaults.wireBytes), '413 `TOO_LARGE`, not read further'),
    row('body after decompression (`limits.inflated_bytes`)', mebibytes(defaults.inflatedBytes), '413 `TOO_LARGE`, not inflated further'),
    row('bodies being worked on together (`limits.in_flight_bytes`)', mebibytes(defaults.inFlightBytes), '429 `BUSY`, with Retry-After; one workspace alone holds half, n of them 1/(n+1) each'),
    row('requests of one workspace at the same time (`limits.workspace_requests`)', defaults.workspaceRequests, '429 `BUSY`, with Retry-After'),
    row('requests whose key is being looked at', strangers.requests, '429 `BUSY`, with Retry-After'),
    row('request to change keys', `${maxKeyRequestBytes / 1024} KiB`, '413 `TOO_LARGE`'),
    row('keys', maxKeys, '400 `INVALID_KEY_REQUEST`'),
    row('payload whose fingerprint is asked for', `${lookUpLimits.bytes / 1024} KiB, after decompression too`, '413 `TOO_LARGE`'),
    row('look-ups of fingerprints with one key', `${lookUpLimits.burst} at once, then one every ${1 / lookUpLimits.perSecond} s`, '429 `RATE_LIMITED`, with Retry-After'),
    row('fingerprint epochs that are not destroyed', maxLiveEpochs, '400 `INVALID_KEY_REQUEST`: destroy one first'),
    row('ids of the records of a request on /v1/audit, together', '2 MiB', '413 `TOO_LARGE`: the answer repeats them, and clients read 4 MiB'),
    row('levels of brackets in a JSON body', maxJsonDepth, '400 `MALFORMED_BODY`, before anything is parsed'),
    row('brackets in a JSON body', maxJsonBrackets, '413 `TOO_LARGE`, before anything is parsed'),
    row('members of one object in a JSON body', maxJsonMembers, '413 `TOO_LARGE`, before anything is parsed'),
    row('records in a request', maxRecords, '413 `TOO_LARGE`: send smaller batches'),
    row('attributes of a record, and of its resource', recordLimits.attributes, refused),
    row('values in a record, all levels together', recordLimits.values, refused),
    row('characters in all values of a record', `${recordLimits.size / 1024} Ki`, refused),
    row('levels of arrays and maps in a value', recordLimits.depth, refused),
    row('characters of a key, of an event name, of an identifier', `${recordLimits.keyLength}, ${recordLimits.eventName}, ${recordLimits.identifier}`, refused),
    row('time of a record', '1970 to 2106', refused),
    row('idempotency window', `the last ${recentCapacity} records`, 'a retry that comes later is kept as a record of its own'),
    row('journal (`limits.journal_bytes`)', `${defaults.journalBytes / 1024 ** 3} GiB`, '503 `JOURNAL_FULL` until the background steps have caught up; nothing is dropped'),
    row('records of a page of a timeline (`limit`)', `${timelineLimits.records}, at most ${timelineLimits.mostRecords}; of an export ${timelineLimits.mostRecords}`, 'the newest are shown, `truncated` says so, and `older` leads to the page before'),
    row('timelines of one workspace at the same time', `${timelineLimits.concurrent}; all of them together ${mebibytes(timelineLimits.bytes)}, 2 KiB for each record of \`limit\``, '429 `BUSY`, with Retry-After'),
    row('records of a story', `${storyRecords}, or \`limit\` when that is more`, 'links that do not fit are not followed: named in `notFollowed`, and `stopped` says `records`'),
    row('links from the question to a related record (`depth`)', `${timelineLimits.depth}, at most ${timelineLimits.mostDepth}`, 'not followed further: `stopped` says `depth`'),
    row('records that share an identifier', hubRecords, 'not followed: named in `notFollowed`'),
    row('characters of a query parameter', timelineLimits.valueLength, '400 `INVALID_QUERY`'),
    row('text of a query, and a form that is posted to the Loki API', `${queryTextLimits.queryBytes / 1024} KiB, ${queryTextLimits.formBytes / 1024} KiB`, '400, 413'),
    row('rows that a query to the Loki API may read (`query.rows`)', queries.maxRows, '400: the text says what to narrow'),
    row('bytes that it may read (`query.bytes`)', `${queries.maxBytes / 1024 ** 3} GiB`, '400: the text says what to narrow'),
    row('time that it may take, waiting included (`query.timeout_seconds`)', `${queries.timeoutMs / 1000} s`, '504'),
    row('entries that it may ask for (`query.entries`)', queries.maxEntries, '400'),
    row('series of its answer (`query.series`)', queries.maxSeries, '400'),
    row('points of a series', maxPoints, '400'),
    row('lines that patterns are found in', patternLines, 'the newest are looked at'),
    row('queries of one workspace that run at the same time (`query.concurrent`)', queries.concurrent, 'the others wait for their turn'),
    row('queries of one workspace that wait (`query.waiting`)', queries.mostWaiting, '429'),
    row('open tails of one workspace (`query.tails`), and of all', `${queries.mostTails}, ${mostTailsTogether}`, '429'),
    row('entries that a tail has not sent, and bytes that its client has not read', '5000, 4 MiB', 'the oldest are dropped, and `dropped_entries` says so'),
    row('headers of a request', `${serverOptions.maxHeaderSize} bytes`, '431 `HEADERS_TOO_LARGE`'),
    row('lines of headers in a request', maxHeaders, '431 `HEADERS_TOO_LARGE`'),
    row('`Authorization`, `Content-Type`, `Content-Length`, `Content-Encoding`, `Host`, `Transfer-Encoding`', 'once each', '400 `MALFORMED_REQUEST`, even when both say the same'),
    row('extensions of chunks', '16 KiB together', '400 `MALFORMED_REQUEST`'),
    row('time for the headers of a request, and of a connection for its first', `${serverOptions.headersTimeout / 1000} s`, '503 `INCOMPLETE_REQUEST`; without a byte, closed without a word'),
    row('time for a whole request to arrive', `${serverOptions.requestTimeout / 1000} s`, '503 `INCOMPLETE_REQUEST`, since OTLP clients take 408 for final'),
    row('time for a TLS handshake', `${serverTlsOptions(false).handshakeTimeout! / 1000} s`, 'closed'),
    row('time between two requests of a connection', `${serverOptions.keepAliveTimeout / 1000} s`, 'closed without a word'),
    row('requests over one connection', maxRequestsPerConnection, 'the last answer says `Connection: close`'),
    row('requests of one connection waiting for their answers', connectionLimits.pipelined, 'closed'),
    row('an answer that is not being read', `${connectionLimits.stalledBytes / 1024} KiB in ${connectionLimits.stalledMs / 1000} s`, 'closed'),
    row('open connections (`connections.most`)', connectionLimits.most, 'the one that has waited longest for its next request is closed; when none waits, the new one'),
    row('open connections of one address, or IPv6 /64 (`connections.most_per_address`)', connectionLimits.mostPerAddress, 'the same among its own; behind proxies (`allow.proxy_hops`) there is no such limit'),
  ].join('\n')
}

async function metrics(): Promise<string> {
  const table = createMetrics()
  registerGauges(table, { journalBytes: () => 0, journalIndex: () => 0, journalFailed: () => 0, steps: () => [], sealedSize: () => 0 })
  registerPortGauges(table, () => 0, () => 0)
  const own = (await table.registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith('blotter_'))
  const labels = (name: string): string => ((table.registry.getSingleMetric(name) as unknown as { labelNames: string[] }).labelNames).join(', ')
  return [...head('metric', 'type', 'labels', 'meaning'), ...own.map(({ name, type, help }) => row(`\`${name}\``, String(type), labels(name), help))].join('\n')
}

export const markers = (name: string): readonly [string, string] => [`<!-- table: ${name} -->`, `<!-- end: ${name} -->`]

/** The text between the markers of a table. */
export function tableIn(text: string, name: string): string {
  const [start, end] = markers(name)
  const from = text.indexOf(start)
  const to = text.indexOf(end)
  return from === -1 || to === -1 ? '' : text.slice(from + start.length, to).trim()
}

if (process.argv.includes('--write')) {
  for (const [name, file] of Object.entries(documented)) {
    const path = new URL(`../../${file}`, import.meta.url)
    const text = await readFile(path, 'utf8')
    const [start, end] = markers(name)
    const before = text.slice(0, text.indexOf(start) + start.length)
    await writeFile(path, `${before}\n${await render(name as TableName)}\n${text.slice(text.indexOf(end))}`)
  }
}
