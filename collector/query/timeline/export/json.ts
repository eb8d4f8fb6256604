// The answer itself: everything that is known, for programs.

import type { Exporter } from './exporter.ts'

export const json: Exporter = {
  contentType: 'application/json; charset=utf-8',
  extension: 'json',
  * write({ records, ...rest }) {
    yield '{\n"records": ['
    for (const [i, record] of records.entries()) yield `${i === 0 ? '' : ','}\n${JSON.stringify(record)}`
    yield `\n],\n${Object.entries(rest).filter(([, value]) => value !== undefined).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n')}\n}\n`
  },
}
