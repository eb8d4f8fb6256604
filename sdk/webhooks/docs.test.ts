// The page says what the code says, and the programs for no-code platforms are run.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { schemes } from './schemes/index.ts'
import { gradeOf, refusalReasons } from './verdict.ts'
import { verifyWebhook } from './verify.ts'

const page = readFileSync(new URL('../docs/webhooks.md', import.meta.url), 'utf8')

/** First cells of the rows under the header that begins so. */
function rows(header: string): readonly string[] {
  const lines = page.split('\n')
  const start = lines.findIndex((line) => line.startsWith(header)) + 2
  return lines.slice(start, lines.findIndex((line, index) => index >= start && !line.startsWith('|')))
}

test('the table of schemes is that of the registry', () => {
  const expected = Object.values(schemes).map(({ name, algorithms, covered, coveredParts, time }) => {
    const grade = gradeOf({ algorithm: algorithms[0]!, covered, freshness: time === 'none' ? 'none' : 'signed time in window' })
    return `| \`${name}\` | ${algorithms.join(', ')} | ${coveredParts.join(', ') || 'nothing'} | ${time} | ${grade} |`
  })
  expect(rows('| scheme |').map((row) => row.split('|').slice(0, 6).join('|') + '|').sort()).toEqual(expected.sort())
})

test('the table of reasons is that of the code', () => {
  expect(rows('| reason |').map((row) => row.split('`')[1])).toEqual([...refusalReasons])
})

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const body = '{"order":7,"name":"$& ü"}'

async function expectVerified({ body: sent, ...headers }: Record<string, string>): Promise<void> {
  expect(await verifyWebhook(schemes['standard-webhooks'], { headers, body: Buffer.from(sent!) }, secret)).toMatchObject({ kind: 'verified', proof: { grade: 'A' } })
}

function program(language: string, marker: string): string {
  const found = [...page.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, code]) => code!).find((code) => code.includes(marker))
  if (found === undefined) throw new Error('the page has no such program')
  return found
}

test('the JavaScript for code steps signs what verifies', async () => {
  // oxlint-disable-next-line typescript/no-implied-eval -- the platforms run it like this
  const run = new Function('inputData', 'require', `let output; ${program('js', 'inputData')}; return output`) as (inputData: object, require: NodeJS.Require) => Record<string, string>
  await expectVerified(run({ secret, body }, createRequire(import.meta.url)))
})

test.skipIf(!hasPython())('the Python for code steps signs what verifies', async () => {
  const code = `import json, sys\ninput_data = json.load(sys.stdin)\n${program('python', 'input_data')}\nprint(json.dumps(output))`
  await expectVerified(JSON.parse(execFileSync('python3', ['-c', code], { input: JSON.stringify({ secret, body }), encoding: 'utf8' })) as Record<string, string>)
})

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
