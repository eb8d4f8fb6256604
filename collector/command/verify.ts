// blotter verify

import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { styleText } from 'node:util'
import { lockDirectory } from '../lock.ts'
import { createSigner } from '../seal/index.ts'
import { openSecrets } from '../secrets.ts'
import { openClickHouse } from '../store/clickhouse.ts'
import { connect } from '../store/connect.ts'
import { readJournal, storedThenJournaled } from '../journal-rows.ts'
import { verify } from '../verify.ts'
import { ClientError, clientFlags, clientHelp, createClient } from './client.ts'
import { UsageError, noMore, readFlags, textFlag } from './flags.ts'
import type { StoredRow } from '../store/store.ts'
import type { Verified, VerifySource } from '../verify.ts'
import type { Client } from './client.ts'
import type { Command, Flags } from './flags.ts'

export const command: Command = {
  help: `blotter verify: check every record against the sealed log.

Recomputes the tree and its checkpoint from the entries up, compares every stored row, column by column, with what its
leaf commits to, and accounts for every leaf without a row by a tombstone.

  --data DIR        a data directory whose collector is stopped; or
  --url URL         a running collector
  --vkey KEY        the verifier key that you trust; default the one that the log itself names
  --remember FILE   compare with the size and root seen last time, and keep them there: finds a log that was rolled back
  --json            the result as JSON
${clientHelp}
Exit code: 0 everything was checked and holds; 1 something is wrong; 2 it could not be checked, or not all of it.
A key with the scope admin sees every row; another key those of its own workspace, and then not all can be checked.
`,
  async run(words) {
    const { flags, words: rest } = readFlags(words, ['data', 'vkey', 'remember', ...clientFlags], ['json'])
    noMore(rest)
    if (textFlag(flags, 'data') !== undefined && textFlag(flags, 'url') !== undefined) throw new UsageError('say --data or --url')
    const remote = textFlag(flags, 'url') !== undefined || (textFlag(flags, 'data') === undefined && process.env['BLOTTER_URL'] !== undefined)
    const result = remote ? await verifyRemote(flags) : await verifyDirectory(flags)
    process.stdout.write(flags['json'] === true ? `${JSON.stringify(result, null, 2)}\n` : render(result))
    if (result.problems.length > 0) return 1
    if (result.unchecked > 0 || result.size === null) return 2
    await remember(flags, result)
    return 0
  },
}

async function verifyDirectory(flags: Flags): Promise<Verified> {
  const directory = resolve(textFlag(flags, 'data') ?? process.env['BLOTTER_DATA'] ?? 'blotter-data')
  await readFile(join(directory, 'keys', 'origin')).catch(() => { throw new ClientError(`${directory} is not the data directory of a collector: name one with --data, or a running collector with --url`) })
  const unlock = await lockDirectory(directory)
  try {
    const { origin, sealSeed } = await openSecrets(directory)
    const store = await openClickHouse(await connect({ kind: 'embedded', directory: join(directory, 'store') }))
    try {
      const log = join(directory, 'log', origin)
      const journaled = await readJournal(directory, origin)
      return await verify({
        origin, vkey: textFlag(flags, 'vkey') ?? createSigner(origin, sealSeed).vkey, ...(await remembered(flags)), partialView: false, onProgress: progress,
        read: (path) => readFile(join(log, path)).catch(missing),
        rows: () => storedThenJournaled(journaled, origin, store),
        unsealed: new Map([...journaled].map(([index, { leafHash }]) => [index, leafHash])),
      })
    } finally {
      await store.close()
    }
  } finally {
    await unlock()
  }
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

async function verifyRemote(flags: Flags): Promise<Verified> {
  const client = createClient(flags)
  const { origin, vkey, allRows } = await (await client.get('/v1/log')).json() as { origin: string; vkey: string; allRows: boolean }
  const source: VerifySource = {
    origin, vkey: textFlag(flags, 'vkey') ?? vkey, ...(await remembered(flags)), partialView: !allRows, onProgress: progress,
    read: (path) => fetchPart(`${client.url}/log/${origin}/${path}`),
    rows: () => fetchRows(client),
  }
  return verify(source)
}

async function fetchPart(url: string): Promise<Uint8Array | null> {
  const response = await fetch(url, { redirect: 'error' })
  if (response.status === 404) return null
  if (!response.ok) throw new ClientError(`${url} answered ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}

async function* fetchRows(client: Client): AsyncGenerator<StoredRow> {
  for (let from: string | null = '0'; from !== null;) {
    const response = await client.get(`/v1/rows?from=${from}`)
    for (const line of (await response.text()).split('\n')) if (line !== '') yield JSON.parse(line) as StoredRow
    from = response.headers.get('X-Next-Index')
  }
}

async function remembered(flags: Flags): Promise<Pick<VerifySource, 'remembered'>> {
  const file = textFlag(flags, 'remember')
  const text = file === undefined ? undefined : await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return undefined; throw error })
  if (text === undefined) return {}
  const { size, root } = JSON.parse(text) as { size: number; root: string }
  return { remembered: { size, root: Buffer.from(root, 'base64') } }
}

async function remember(flags: Flags, { size, root }: Verified): Promise<void> {
  const file = textFlag(flags, 'remember')
  if (file !== undefined) await writeFile(file, `${JSON.stringify({ size, root })}\n`)
}

function progress(leaves: number): void {
  if (process.stderr.isTTY && leaves > 0) process.stderr.write(`\r${leaves} leaves checked`)
}

function render({ size, root, rows, erased, lost, tombstones, unchecked, unsealed, problems }: Verified): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string): string => styleText(format, text, { stream: process.stdout })
  const verdict = problems.length > 0 ? paint(['bold', 'red'], 'SOMETHING IS WRONG') : unchecked > 0 || size === null ? paint(['bold', 'yellow'], 'NOT ALL COULD BE CHECKED') : paint(['bold', 'green'], 'everything holds')
  const lines = [
    verdict,
    `  log          ${size ?? 'no trusted checkpoint'} entries${root === null ? '' : `, root ${root}`}`,
    `  rows         ${rows} compared with their leaves, all columns`,
    `  erased       ${erased} leaves, explained by ${tombstones} tombstones`,
    ...(lost === 0 ? [] : [`  ${paint('red', 'lost')}         ${lost} records that the journal lost and an operator gave up: the log says so`]),
    ...(unsealed === 0 ? [] : [`  unsealed     ${unsealed} rows that no checkpoint covers yet, compared with the journal: they are sealed at the next start`]),
    ...(unchecked === 0 ? [] : [`  not checked  ${unchecked} leaves: their rows belong to other workspaces, or are missing. A key with the scope admin sees all`]),
    ...problems.map(({ code, message }) => `  ${paint('red', code)}: ${message}`),
  ]
  return `${lines.join('\n')}\n`
}

