// npm run demo: the main job on real input, in under a minute: an incident (incident.ts) into a real collector, and what
// is asked about it afterwards.

import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, styleText } from 'node:util'
import { startCollector } from '../support/collector-process.ts'
import { startDetached } from './detached.ts'
import { output, playIncident } from './incident.ts'

const help = `npm run demo [-- --keep]

Runs a believable incident through a shop's integrations and prints its timeline.

  --keep   leave the collector running afterwards, to look around
`

const { values: { keep = false, help: wantsHelp = false } } = parseArgs({ options: { keep: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } })
if (wantsHelp) {
  process.stdout.write(help)
  process.exit(0)
}

const next = `  npm run demo -- --keep      the same, and leaves the collector running to look around
  npm start                   your own collector; it says what to try
  sdk/README.md               add audit records to a service in five minutes
`

const blotter = new URL('../../collector/command/blotter', import.meta.url).pathname
const say = (text: string): void => { process.stdout.write(`${styleText('dim', '·', { stream: process.stdout })} ${text}\n`) }

const data = await mkdtemp(join(tmpdir(), 'blotter-demo-'))
if (keep) {
  await demo(await startDetached(blotter, data))
} else {
  const collector = await startCollector({ data })
  try {
    await demo(collector.url)
  } finally {
    await collector.stop()
    await rm(data, { recursive: true })
  }
}

async function demo(url: string): Promise<void> {
  say(`the collector listens on ${url}, with its store below ${data}`)
  const key = (await run(['keys', 'create', '--workspace', 'shop', '--environment', 'sandbox', '--scopes', 'ingest,read,retain,admin', '--data', data])).trim()
  say('a key for workspace shop, environment sandbox: nothing that follows can reach a customer')

  const { requestId, webhook } = await playIncident(url, key, say)

  heading(`blotter timeline --request-id ${requestId}`)
  process.stdout.write(await run(['timeline', '--request-id', requestId, '--url', url, '--key', key]))
  heading(`blotter timeline --request-id ${requestId} --compare`)
  process.stdout.write(await run(['timeline', '--request-id', requestId, '--compare', '--url', url, '--key', key]))
  heading('blotter verify')
  process.stdout.write(await run(['verify', '--url', url, '--key', key]))
  heading('Was the card number of the payload written anywhere?')
  process.stdout.write(`${await filesWith(data, webhook.payment.card.number)} files below the data directory hold it; the records say what was redacted, not what it was.\n`)
  heading('What to do next')
  process.stdout.write(keep ? nextKept(url, key, requestId) : next)
}

function nextKept(url: string, key: string, requestId: string): string {
  return `The collector is still running. In this shell:

  export BLOTTER_URL=${url} BLOTTER_KEY=${key}
  npx blotter timeline --request-id ${requestId} --json
  npx blotter timeline --actor retry-automation --why
  npx blotter search '{service_name="shop"} |= "refuses"'
  npx blotter retention plan
  kill $(cut -d' ' -f1 ${data}/lock) && rm -r ${data}     # stop it, and forget it all
`
}

function heading(text: string): void {
  process.stdout.write(`\n${styleText('bold', text, { stream: process.stdout })}\n\n`)
}

/** Runs a blotter command as a person would, and gives what it prints. */
function run(words: readonly string[]): Promise<string> {
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
  return output(spawn(blotter, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...colour } }), words[0]!)
}

async function filesWith(directory: string, text: string): Promise<number> {
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const contents = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name)).catch(() => Buffer.alloc(0))))
  return contents.filter((content) => content.includes(text)).length
}
