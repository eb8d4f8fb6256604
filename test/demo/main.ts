// npm run demo: the main job on real input, in under a minute. A shop takes a payment webhook while its provider does
// not answer; an automation tries five times; then the provider refuses an old key; a person rotates it; it goes
// through. All of it over real HTTP, through the SDK and through a stock OpenTelemetry client, into a real collector.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, styleText } from 'node:util'
import { startCollector } from '../support/collector-process.ts'
import { startDetached } from './detached.ts'
import { startPlatforms } from './platforms.ts'
import { startShop } from './shop.ts'
import type { PaymentWebhook } from './shop.ts'

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
const providerTimeoutMs = 400

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

  const platforms = await startPlatforms('provider-key-2')
  const shop = await startShop({ collector: url, key, platforms, providerKey: 'provider-key-1', timeoutMs: providerTimeoutMs })
  const requestId = `req_${randomBytes(4).toString('hex')}`
  const webhook = sampleWebhook()
  const post = async (path: string): Promise<void> => {
    const response = await fetch(`${shop.url}${path}`, { method: 'POST', body: JSON.stringify(webhook), headers: { 'Content-Type': 'application/json', 'X-Request-Id': requestId } })
    await response.body?.cancel()
  }

  platforms.mood = 'hangs'
  say('the payment provider stops answering; a payment webhook arrives at the shop')
  await post('/webhooks/payments')
  say('an automation, instrumented with stock OpenTelemetry, tries five times with the same payload')
  await runAutomation(url, key, platforms.payments, webhook)
  platforms.mood = 'ok'
  say('the provider is back, and refuses the shop’s old key')
  await post('/captures')
  say('a person rotates the key; the capture goes through, CRM and mailer follow')
  await shop.rotateKey('oncall@example.com', 'provider-key-2', requestId)
  await post('/captures')
  await shop.close()
  await platforms.close()

  heading(`blotter timeline --request-id ${requestId}`)
  process.stdout.write(await run(['timeline', '--request-id', requestId, '--url', url, '--key', key]))
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
  npx blotter timeline --actor retry-automation
  npx blotter retention plan
  kill $(cut -d' ' -f1 ${data}/lock) && rm -r ${data}     # stop it, and forget it all
`
}

function heading(text: string): void {
  process.stdout.write(`\n${styleText('bold', text, { stream: process.stdout })}\n\n`)
}

/** Realistic in shape; the card number is a test number that no bank has given out. */
function sampleWebhook(): PaymentWebhook {
  const id = randomBytes(4).toString('hex')
  return { id: `evt_${id}`, type: 'payment.authorized', payment: { id: `pay_${id}`, amount: 4200, currency: 'EUR', card: { number: '4242424242424242', cvc: '123' } }, customer: { id: 'cus_417' } }
}

/** Runs a blotter command as a person would, and gives what it prints. */
function run(words: readonly string[]): Promise<string> {
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
  return output(spawn(blotter, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...colour } }), words[0]!)
}

async function runAutomation(url: string, key: string, payments: string, webhook: PaymentWebhook): Promise<void> {
  const script = new URL('./automation.ts', import.meta.url).pathname
  const task = JSON.stringify({ url: payments, webhook, timeoutMs: providerTimeoutMs, attempts: 5 })
  const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${key}` }
  await output(spawn(process.execPath, [script, task], { stdio: ['ignore', 'pipe', 'pipe'], env }), 'automation')
}

function output(child: ReturnType<typeof spawn>, name: string): Promise<string> {
  let printed = ''
  let complaint = ''
  child.stdout!.on('data', (chunk: Buffer) => { printed += chunk.toString() })
  child.stderr!.on('data', (chunk: Buffer) => { complaint += chunk.toString() })
  return new Promise((resolve, reject) => {
    child.on('close', (code) => { if (code === 0) resolve(printed); else reject(new Error(`${name} ended with ${code}: ${complaint}${printed}`)) })
  })
}

async function filesWith(directory: string, text: string): Promise<number> {
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const contents = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name)).catch(() => Buffer.alloc(0))))
  return contents.filter((content) => content.includes(text)).length
}
