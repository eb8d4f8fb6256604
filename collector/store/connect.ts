// The only place that knows whether the store is embedded or remote. Both are spoken to through @clickhouse/client, with
// the same SQL: embedded it is given chDB's connection (marked experimental upstream, hence one file).

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createClient } from '@clickhouse/client'
import type { ClickHouseClient } from '@clickhouse/client'

export type StoreLocation =
  | { readonly kind: 'embedded'; readonly directory: string }
  /** `url` may carry no credentials: those come separately, so that the URL can be logged. */
  | { readonly kind: 'remote'; readonly url: string; readonly username?: string; readonly password?: string }

export interface ColumnType { readonly name: string; readonly type: string }

export interface Connection {
  command(sql: string): Promise<void>
  query<Row>(sql: string, parameters?: Record<string, unknown>): Promise<Row[]>
  /** The rows in RowBinary. */
  bytes(sql: string, parameters: Record<string, unknown>, signal?: AbortSignal): Promise<Buffer>
  /** `rows`: in RowBinary, with these columns, in as many pieces as you like. Committed as a whole per partition when it resolves. */
  insert(table: string, columns: readonly ColumnType[], rows: readonly Uint8Array[]): Promise<void>
  ping(): Promise<boolean>
  close(): Promise<void>
}

export async function connect(location: StoreLocation): Promise<Connection> {
  if (location.kind === 'embedded') return wrap(await embedded(location.directory), await insertFromFile(location.directory))
  const client = createClient({
    url: location.url,
    ...(location.username === undefined ? {} : { username: location.username }),
    ...(location.password === undefined ? {} : { password: location.password }),
    request_timeout: 60_000,
  })
  return wrap(client, insertByRequest)
}

/** Loaded only when used: the engine is half a gigabyte, and a remote store does not need it. */
async function embedded(directory: string): Promise<ClickHouseClient> {
  const { createChdbConnection } = await import('chdb/connection')
  const options = { connection: createChdbConnection({ path: directory }) }
  return createClient(options as unknown as Parameters<typeof createClient>[0])
}

type Insert = (client: ClickHouseClient, table: string, columns: readonly ColumnType[], rows: readonly Uint8Array[]) => Promise<void>

/** A block that lies across many periods is still one block. */
const settings = 'SETTINGS max_partitions_per_insert_block = 0'

const insertByRequest: Insert = async (client, table, columns, rows) => {
  const { stream } = await client.exec({ query: `INSERT INTO ${table} (${names(columns)}) ${settings} FORMAT RowBinary`, values: Readable.from(rows, { objectMode: false }) })
  stream.resume()
}

/**
 * The embedded engine takes data inside a statement as text only; from a file it takes the same bytes as a server does,
 * for a third of the time. The file needs no sync: what counts is that the insert is durable, and the journal is there
 * until it is. One that a crash left behind is removed at the next start. One thread: more of them take a third more of
 * the processor for the same rows, and requests want it too.
 */
async function insertFromFile(storeDirectory: string): Promise<Insert> {
  const directory = /[*?{}]/.test(storeDirectory) ? await mkdtemp(join(tmpdir(), 'blotter-incoming-')) : `${storeDirectory}-incoming` // a pattern to the engine
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true, mode: 0o700 })
  let count = 0
  return async (client, table, columns, rows) => {
    const path = join(directory, `${count++}.rows`)
    try {
      await writeFile(path, rows, { mode: 0o600 })
      await client.command({ query: `INSERT INTO ${table} (${names(columns)}) SELECT ${names(columns)} FROM file(${quoted(path)}, 'RowBinary', ${quoted(columns.map(({ name, type }) => `${name} ${type}`).join(', '))}) ${settings}, max_threads = 1` })
    } finally {
      await rm(path, { force: true })
    }
  }
}

function names(columns: readonly ColumnType[]): string {
  return columns.map(({ name }) => name).join(', ')
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}

function wrap(client: ClickHouseClient, insert: Insert): Connection {
  return {
    async command(sql) { await client.command({ query: sql }) },
    async query<Row>(sql: string, parameters?: Record<string, unknown>) {
      const result = await client.query({ query: sql, format: 'JSONEachRow', ...(parameters === undefined ? {} : { query_params: parameters }) })
      return await result.json<Row>()
    },
    async bytes(sql, parameters, signal) {
      const { stream } = await client.exec({ query: `${sql} FORMAT RowBinary`, query_params: parameters, ...(signal === undefined ? {} : { abort_signal: signal }) })
      const pieces: Buffer[] = []
      for await (const piece of stream) pieces.push(piece as Buffer)
      return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
    },
    insert: (table, columns, rows) => insert(client, table, columns, rows),
    async ping() { return (await client.ping()).success },
    close: () => client.close(),
  }
}
