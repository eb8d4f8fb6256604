// The only place that knows whether the store is embedded or remote. Both are spoken to through @clickhouse/client, with
// the same SQL: embedded it is given chDB's connection (marked experimental upstream, hence one file).

import { Readable } from 'node:stream'
import { createClient } from '@clickhouse/client'
import type { ClickHouseClient } from '@clickhouse/client'

export type StoreLocation =
  | { readonly kind: 'embedded'; readonly directory: string }
  /** `url` may carry no credentials: those come separately, so that the URL can be logged. */
  | { readonly kind: 'remote'; readonly url: string; readonly username?: string; readonly password?: string }

export interface Connection {
  command(sql: string): Promise<void>
  query<Row>(sql: string, parameters?: Record<string, unknown>): Promise<Row[]>
  /** `rows`: one JSON object a line. Committed as a whole per partition when it resolves. */
  insert(table: string, rows: string): Promise<void>
  ping(): Promise<boolean>
  close(): Promise<void>
}

export async function connect(location: StoreLocation): Promise<Connection> {
  const client = location.kind === 'embedded' ? await embedded(location.directory) : createClient({
    url: location.url,
    ...(location.username === undefined ? {} : { username: location.username }),
    ...(location.password === undefined ? {} : { password: location.password }),
    request_timeout: 60_000,
  })
  return wrap(client)
}

/** Loaded only when used: the engine is half a gigabyte, and a remote store does not need it. */
async function embedded(directory: string): Promise<ClickHouseClient> {
  const { createChdbConnection } = await import('chdb/connection')
  const options = { connection: createChdbConnection({ path: directory }) }
  return createClient(options as unknown as Parameters<typeof createClient>[0])
}

function wrap(client: ClickHouseClient): Connection {
  return {
    async command(sql) { await client.command({ query: sql }) },
    async query<Row>(sql: string, parameters?: Record<string, unknown>) {
      const result = await client.query({ query: sql, format: 'JSONEachRow', ...(parameters === undefined ? {} : { query_params: parameters }) })
      return await result.json<Row>()
    },
    async insert(table, rows) {
      const { stream } = await client.exec({ query: `INSERT INTO ${table} SETTINGS max_partitions_per_insert_block = 0 FORMAT JSONEachRow`, values: Readable.from([rows], { objectMode: false }) })
      stream.resume()
    },
    async ping() { return (await client.ping()).success },
    close: () => client.close(),
  }
}
