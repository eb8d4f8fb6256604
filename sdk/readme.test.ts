// The tables of README.md are those of the code. Its examples, and those of docs/, run in test/repository/sdk-docs.test.ts.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createAudit } from './audit.ts'
import { errorTable } from './errors.ts'
import type { AuditError } from './errors.ts'
import { defaults } from './options.ts'
import type { AuditOptions } from './options.ts'

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')

/** Rows of the table whose first header is `header`, cell by cell. */
function table(header: string): string[][] {
  const lines = readme.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${header} |`))
  const rest = lines.slice(start + 2)
  return rest.slice(0, rest.findIndex((line) => !line.startsWith('|'))).map((line) => line.slice(2, -2).split(' | '))
}

/** The options that there are, as the check of an unknown one lists them. */
function optionNames(): string[] {
  try {
    createAudit({ integration: 'stripe', nothing: true } as AuditOptions)
    return []
  } catch (error) {
    return (error as AuditError).problems![0]!.want.replace('one of ', '').split(', ')
  }
}

test('the error table is the one in the code', () => {
  expect(table('code')).toEqual(Object.entries(errorTable).map(([code, { retryable, meaning, hint }]) => [`\`${code}\``, retryable ? 'yes' : 'no', meaning, hint]))
})

test('the options table lists every option, with its default', () => {
  const rows = table('option')
  expect(rows.map(([name = '']) => name).toSorted()).toEqual(optionNames().map((name) => `\`${name}\``).toSorted())
  for (const [name, value] of Object.entries(defaults)) {
    if (typeof value !== 'object') expect(rows.find(([cell]) => cell === `\`${name}\``)?.[1]).toBe(`\`${String(value)}\``)
  }
})
