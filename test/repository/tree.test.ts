// What the tree promises: dependencies point one way, steps do not know each other, only the edges touch the process.

import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

const sources = ['processors', 'sdk', 'collector', 'test'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
  .filter((file) => file.endsWith('.ts') && !file.includes('node_modules') && !file.includes('/dist/') && !file.includes('/.'))

const text = (file: string): string => readFileSync(join(root, file), 'utf8')
const isTest = (file: string): boolean => file.endsWith('.test.ts') || file.includes('/testing/')

interface Import { readonly from: string; readonly to: string }

/** Files and packages that a file imports; own files as paths from the root. */
function importsOf(file: string): Import[] {
  return [...text(file).matchAll(/(?:^|\s)(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/g)].map((match) => {
    const name = (match[1] ?? match[2])!
    return { from: file, to: name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : name }
  })
}

const imports = sources.filter((file) => !isTest(file) && !file.startsWith('test/')).flatMap(importsOf)
const wrong = (isWrong: (edge: Import) => boolean): string[] => imports.filter(isWrong).map(({ from, to }) => `${from} → ${to}`)
const top = (path: string): string => path.split('/')[0]!

test('processors ← sdk ← collector ← test: nothing points the other way', () => {
  const rank = ['processors', 'sdk', 'collector', 'test']
  expect(wrong(({ from, to }) => rank.includes(top(to)) && rank.indexOf(top(to)) > rank.indexOf(top(from)))).toEqual([])
})

test('packages are imported by their name, never by their path', () => {
  expect(wrong(({ from, to }) => ['processors', 'sdk'].includes(top(to)) && top(from) !== top(to))).toEqual([])
})

test('processors touch no file, no network and no clock', () => {
  expect(wrong(({ from, to }) => top(from) === 'processors' && to.startsWith('node:') && to !== 'node:crypto')).toEqual([])
  expect(sources.filter((file) => top(file) === 'processors' && !isTest(file) && /Date\.now|performance\.|new Date\(\)|Math\.random/.test(text(file)))).toEqual([])
})

const steps = ['listen', 'receive', 'authenticate', 'journal', 'seal', 'store', 'forward', 'watch', 'redact', 'retain', 'query']
const stepOf = (file: string): string | undefined => (top(file) === 'collector' ? steps.find((step) => file.startsWith(`collector/${step}/`)) : undefined)

/** The read side asks the store; planning an erasure speaks of partitions. */
const known = new Set(['query → store', 'retain → store'])

test('steps do not know each other', () => {
  expect(wrong(({ from, to }) => {
    const [a, b] = [stepOf(from), stepOf(to)]
    return a !== undefined && b !== undefined && a !== b && !known.has(`${a} → ${b}`)
  })).toEqual([])
})

test('steps know neither the configuration nor the process around them', () => {
  expect(wrong(({ from, to }) => stepOf(from) !== undefined && ['collector/config.ts', 'collector/service.ts', 'collector/app.ts', 'collector/main.ts', 'collector/pipeline.ts'].includes(to))).toEqual([])
  expect(sources.filter((file) => stepOf(file) !== undefined && !isTest(file) && /process\.(env|exit|argv)/.test(text(file)))).toEqual([])
})

test('only the edges read the environment or end the process', () => {
  const edges = (file: string): boolean => file === 'collector/main.ts' || file === 'collector/config.ts' || file.startsWith('collector/command/')
  expect(sources.filter((file) => top(file) === 'collector' && !isTest(file) && !edges(file) && /process\.(env|exit|argv)\b/.test(text(file)))).toEqual([])
})

test('every source file is used by another, or is where something starts', () => {
  const starts = /\.test\.ts$|-thread\.ts$|^test\/(bench|demo|contract|vectors)\/|^collector\/command\/(cli|serve|status|keys|timeline|retention|forward|journal|verify)\.ts$|\/index\.ts$|^sdk\/(?:otel|webhooks|hono|express|fastify|fetch|testing|testing\/vitest)\.ts$|vitest\.config\.ts$|^test\/repository\/tables\.ts$/
  const used = new Set(sources.flatMap(importsOf).map(({ to }) => to))
  expect(sources.filter((file) => !used.has(file) && !starts.test(file))).toEqual([])
})

test('nothing is left to do without saying where it is followed up', () => {
  expect(sources.filter((file) => !file.startsWith('test/repository') && /\b(TODO|FIXME|XXX)\b|@ts-ignore|\b(test|describe|it)\.only\(/.test(text(file)))).toEqual([])
})
