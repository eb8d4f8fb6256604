// blotter labels

import { screenOf } from './render/screen.ts'
import { clientFlags, clientHelp, createClient } from './client.ts'
import { noMore, readFlags, textFlag } from './flags.ts'
import { readQuery, windowFlags, windowHelp, windowOf } from './logql-question.ts'
import { printable } from './table.ts'
import { parseSelector } from '../query/logql/parse.ts'
import type { Command } from './flags.ts'

export const command: Command = {
  help: `blotter labels: what a LogQL selector can ask for.

  blotter labels                 names of labels
  blotter labels service_name    the values of one

  --selector '{…}'        of records that match it
${windowHelp}  --json                  as a JSON array
${clientHelp}
Exit code 1: there are none.
`,
  async run(words) {
    const { flags, words: [name, ...rest] } = readFlags(words, [...windowFlags, 'selector', ...clientFlags], ['json'])
    noMore(rest)
    const selector = textFlag(flags, 'selector')
    if (selector !== undefined) readQuery([selector], screenOf(process.stderr), parseSelector)
    const { fromNano, toNano } = windowOf(flags, Date.now())
    const parameters = new URLSearchParams({ start: String(fromNano), end: String(toNano), ...(selector === undefined ? {} : { query: selector }) })
    const path = name === undefined ? 'labels' : `label/${encodeURIComponent(name)}/values`
    const { data = [] } = await (await createClient(flags).get(`/loki/api/v1/${path}?${parameters.toString()}`)).json() as { data?: string[] }
    process.stdout.write(flags['json'] === true ? `${JSON.stringify(data)}\n` : data.map((text) => `${printable(text)}\n`).join(''))
    return data.length > 0 ? 0 : 1
  },
}
