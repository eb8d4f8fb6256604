// The `blotter` command: which word runs what, and how it ends. Exit codes: 0 done, 1 the answer is bad news, 2 it could
// not be done.

import { UsageError } from './flags.ts'
import type { Command } from './flags.ts'

const commands: Record<string, () => Promise<{ readonly command: Command }>> = {
  serve: () => import('./serve.ts'),
  status: () => import('./status.ts'),
  keys: () => import('./keys.ts'),
  timeline: () => import('./timeline.ts'),
  search: () => import('./search.ts'),
  tail: () => import('./tail.ts'),
  labels: () => import('./labels.ts'),
  fingerprint: () => import('./fingerprint.ts'),
  redact: () => import('./redact.ts'),
  retention: () => import('./retention.ts'),
  forward: () => import('./forward.ts'),
  verify: () => import('./verify.ts'),
  journal: () => import('./journal.ts'),
}

const help = `Blotter: the audit log of your integrations.

  blotter serve                       run the collector
  blotter status                      whether all is well, on one screen
  blotter keys create|list|rotate|…   who may send and read, from when to when
  blotter timeline --request-id ID    the story of a request, an actor, a payload; --follow, --compare, --format
  blotter search|tail 'LogQL'         records by LogQL, as they are and as they come in; labels: what to ask for
  blotter fingerprint FILE|rotate|…   the fingerprint of a payload, and the keys behind fingerprints
  blotter redact try|test|rules|…     what the redaction policy does, before it does it
  blotter retention plan|apply        what has been kept long enough
  blotter journal check|quarantine    look at a damaged journal, take the damage out
  blotter forward status|replay       the destinations, and what they refused
  blotter verify                      check every record against the sealed log

  blotter <command> --help            more about one of them

Start here: blotter serve, then send OTLP logs to http://127.0.0.1:4318/v1/logs and ask for their story:
  blotter timeline --last 15m

Environment: BLOTTER_DATA BLOTTER_HOST BLOTTER_PORT BLOTTER_CONFIG for serve; BLOTTER_URL BLOTTER_KEY for the others.
`

export async function run(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(help)
    return name === undefined ? 2 : 0
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined) throw new UsageError(`there is no command ${JSON.stringify(name)}; there are ${Object.keys(commands).join(', ')}`)
  const { command } = await load()
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(command.help)
    return 0
  }
  return command.run(rest)
}

// Whoever reads what is printed may have seen enough: `blotter redact rules | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => { if (error.code === 'EPIPE') process.exit(); throw error })

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (thrown) {
  const error = thrown instanceof Error && thrown.cause instanceof Error && thrown.cause.name === 'DamagedJournal' ? thrown.cause : thrown
  // By name: what a command does not use is not loaded for it, and the configuration is half of the time that it takes to start.
  const known = error instanceof UsageError || (error instanceof Error && ['ConfigError', 'PolicyError', 'RedactionPolicyError', 'DirectoryInUse', 'ClientError', 'DamagedJournal'].includes(error.constructor.name))
  process.stderr.write(`blotter: ${known ? (error as Error).message : explain(error)}\n`)
  process.exitCode = 2
}

/** Errors that we did not foresee: their class and code, and for files their path, which is ours. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return 'something went wrong'
  const { code, path, syscall } = error as NodeJS.ErrnoException
  if (error.cause instanceof Error) return `${error.message}: ${explain(error.cause)}`
  if (code === 'EADDRINUSE') return 'the port is in use: stop what uses it, or choose another with --port'
  if (code !== undefined && syscall !== undefined) return `${syscall} failed with ${code}${path === undefined ? '' : ` on ${path}`}`
  return error.stack ?? error.message
}
