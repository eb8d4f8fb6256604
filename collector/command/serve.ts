// blotter serve

import { styleText } from 'node:util'
import { loadConfig } from '../config.ts'
import { createLog } from '../log.ts'
import { crashOnBug, runUntilSignal, start } from '../main.ts'
import { noMore, readFlags, textFlag } from './flags.ts'
import type { Running } from '../main.ts'
import type { Command } from './flags.ts'

export const command: Command = {
  help: `blotter serve: run the collector.

  --data DIR       everything that is kept goes below it (BLOTTER_DATA; default ./blotter-data)
  --host H         address to listen on (BLOTTER_HOST; default 127.0.0.1; anything else needs API keys)
  --port N         port (BLOTTER_PORT; default 4318)
  --config FILE    blotter.yaml (BLOTTER_CONFIG; default none)
  --redaction FILE the redaction policy (BLOTTER_REDACTION; default redaction.yaml in the data directory or here)

Ready when GET /readyz answers 200. SIGTERM and SIGINT stop it cleanly: it drains, then exits with 0.
`,
  async run(words) {
    const { flags, words: rest } = readFlags(words, ['data', 'host', 'port', 'config', 'redaction'])
    noMore(rest)
    const log = createLog(process.stderr)
    const config = await loadConfig({
      flags: { data: textFlag(flags, 'data'), host: textFlag(flags, 'host'), port: textFlag(flags, 'port'), config: textFlag(flags, 'config'), redaction: textFlag(flags, 'redaction') },
      environment: process.env,
    })
    crashOnBug(log)
    const running = await start(config, log)
    process.stdout.write(welcome(running))
    await runUntilSignal(running, log)
    return 0
  },
}

/** Where, with which key, and what to try next. */
function welcome({ url, service }: Running): string {
  const { authenticator, config, policy, redactionPolicy, sealer } = service
  const bold = (text: string): string => styleText('bold', text, { stream: process.stdout })
  const keys = authenticator.open
    ? `${styleText(['bold', 'yellow'], 'NONE', { stream: process.stdout })}: everyone on this machine may do everything, as workspace default, environment local. Nobody else can connect.
            Make one with: npx blotter keys create --workspace shop --environment production --scopes ingest,read --data ${config.dataDirectory}`
    : authenticator.liveKeys.map(({ id, workspace, environment, scopes }) => `blt_${id}_… (${workspace}, ${environment}, ${scopes.join('+')})`).join('\n            ')
  const header = authenticator.open ? '' : ' -H "Authorization: Bearer $BLOTTER_KEY"'
  return `
${bold('Blotter')} listens on ${bold(url)}

  keys      ${keys}
  data      ${config.dataDirectory}
  store     ${config.store === undefined ? 'embedded' : config.store.url}
  forward   ${config.forward.length === 0 ? 'nowhere' : config.forward.map(({ name, url: target }) => `${name} (${new URL(target).origin})`).join(', ')}
  retention ${policy.source === 'built-in' ? 'built-in policy, which deletes nothing until you apply it or write a retention.yaml: ' : `${policy.source}: `}${policy.policy.classes.map(({ name, keepDays }) => `${name} ${keepDays}d`).join(', ')}
  redaction ${redactionPolicy.source}, version ${redactionPolicy.policy.version}
  log       ${sealer.origin}, ${sealer.size} entries sealed

Try next, in another terminal:

  curl ${url}/v1/logs -H 'Content-Type: application/json'${header} -d '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"payment.refund","timeUnixNano":"'$(date +%s)000000000'","attributes":[{"key":"audit.actor.id","value":{"stringValue":"maria"}},{"key":"audit.action","value":{"stringValue":"CREATE"}},{"key":"audit.outcome","value":{"stringValue":"success"}},{"key":"blotter.request.id","value":{"stringValue":"req-1"}}]}]}]}]}'
  npx blotter timeline --request-id req-1${url.endsWith(':4318') ? '' : ` --url ${url}`}

`
}
