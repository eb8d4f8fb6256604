// Numbered migrations, forward only. Each statement can be run twice, because a crash between a statement and the note
// that it ran leaves the statement applied. A migration that was changed after it ran is our mistake and is refused.

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { rewriteRecords } from './rewrite-records.ts'
import type { Connection } from './connect.ts'
import type { MigrationProgress } from './rewrite-records.ts'

const directory = new URL('./migrations/', import.meta.url)

/** What follows the statements of a migration, where it cannot be said in SQL. Can be run twice as well. */
const afterwards: Readonly<Record<number, (connection: Connection, told?: MigrationProgress) => Promise<void>>> = { 2: rewriteRecords }

interface Applied { readonly Number: number; readonly Checksum: string }

export async function migrate(connection: Connection, told?: MigrationProgress): Promise<void> {
  await connection.command('CREATE DATABASE IF NOT EXISTS blotter')
  await connection.command('CREATE TABLE IF NOT EXISTS blotter.migrations (Number UInt32, Checksum String, AppliedAt DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY Number')
  const applied = new Map((await connection.query<Applied>('SELECT Number, Checksum FROM blotter.migrations')).map((row) => [row.Number, row.Checksum]))
  for (const name of (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort()) {
    const number = Number(name.slice(0, 4))
    const sql = await readFile(new URL(name, directory), 'utf8')
    const checksum = createHash('sha256').update(sql).digest('hex')
    const before = applied.get(number)
    if (before === checksum) continue
    if (before !== undefined) throw new Error(`BUG: migration ${name} changed after it ran; got ${checksum}; want ${before}`)
    for (const statement of statements(sql)) await connection.command(statement)
    await afterwards[number]?.(connection, told)
    await connection.command(`INSERT INTO blotter.migrations (Number, Checksum) VALUES (${number}, '${checksum}')`)
  }
}

/** Statements end with a semicolon at the end of a line. */
function statements(sql: string): string[] {
  return sql.replace(/^\s*--.*$/gm, '').split(/;\s*$/m).map((statement) => statement.trim()).filter((statement) => statement !== '')
}
