// Each rule's own examples run in redact.test.ts. Here: what holds for all providers together.

import { describe, expect, test } from 'vitest'
import { createDetector } from '../../detect.ts'
import { providerRules } from './index.ts'

const detect = createDetector(providerRules)
const unchanged = (text: string): void => { expect(detect(text, () => {})).toBe(text) }

test('no two rules have the same id', () => {
  const ids = providerRules.map(({ id }) => id)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

test('keywords are what the prefilter can look for', () => {
  for (const { keywords = [] } of providerRules) for (const keyword of keywords) expect(keyword).toMatch(/^[\x20-\x7e]{3,}$/)
  for (const { keywords = [] } of providerRules) for (const keyword of keywords) expect(keyword).toBe(keyword.toLowerCase())
})

test('a value found by name is not made of what may stand before one: the search would begin again at each of its characters', () => {
  const before = [...new Set(` "'\`=:>,|(&?{*[`)]
  const overlapping = providerRules.filter(({ pattern }) => {
    const first = /\}\?\[[^\]]+\]\(\?<s>(\[(?:\\.|[^\]])*\])/.exec(pattern.source)?.[1]
    return first !== undefined && before.some((character) => new RegExp(first).test(character))
  })
  expect(overlapping.map(({ id }) => id)).toEqual([])
})

describe('ids and hashes next to the names of providers stay', () => {
  test.each([
    'GITHUB_SHA=0123456789abcdef0123456789abcdef01234567', 'https://github.com/example/repo/commit/0123456789abcdef0123456789abcdef01234567', 'uses: actions/checkout@8e5e7e5ab8b370d6c329ec480221332ada57f0ab',
    'datadog.trace_id=4bf92f3577b34da6a3ce929d0e0e4736', 'docker.io/datadog/agent@sha256:4bf92f3577b34da6a3ce929d0e0e47364bf92f3577b34da6a3ce929d0e0e4736', 'cloudflare ray id: 8a1b2c3d4e5f6a7b',
    'arn:aws:iam::123456789012:role/example', 'heroku app id 5c1e7a90-4b3d-4f26-9a8e-0d7c2b61f3e5', 'request id 5c1e7a90-4b3d-4f26-9a8e-0d7c2b61f3e5 to api.heroku.com',
    'azure tenant 5c1e7a90-4b3d-4f26-9a8e-0d7c2b61f3e5', '/subscriptions/5c1e7a90-4b3d-4f26-9a8e-0d7c2b61f3e5/resourceGroups/example', 'sentry event id: 4bf92f3577b34da6a3ce929d0e0e4736',
    'npm_config_registry=https://registry.npmjs.org/', 'npm_lifecycle_event=build', 'integrity sha512-4EJ8pKm3d1Qm1vB9x0wVYQ3n1V5jXb0b5f2uE8kTq0cW7m9sYl6hGz1r8pN3tQ2vX5yZ7aB4cD6eF9gH0iJ1kL==',
    'elasticsearch index .ds-logs-2026.11.24-000001', 'snyk: 3 vulnerabilities in 5c1e7a90', 'jenkins build 4bf92f3577b34da6a3ce929d0e0e4736', 'vault token is expired', 'vercel deployment dpl_5c1e7a904b3d',
    'https://sentry.io/organizations/example/issues/4242424242', 'fastly: x-served-by cache-fra-eddf8230042-FRA', 'the gitlab runner glrt is idle', 'okta group 00g1a2b3c4d5e6f7g8h9', 'auth0|5f7c8ec7c33c6c004bbafe82',
    'grafana dashboard uid 5c1e7a904b3d4f26', 'pagerduty incident Q1A2B3C4D5E6F7', 'terraform state lineage 5c1e7a90-4b3d-4f26-9a8e-0d7c2b61f3e5', 'k8s pod api-7d9f8b6c5d-x2x4z', 'AKIA is a prefix',
    'circleci pipeline 5c1e7a90-4b3d-4f26-9a8e-0d7c2b61f3e5', 'docker image id 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'mongodb ObjectId("507f1f77bcf86cd799439011")',
  ])('%j', unchanged)
})

describe('secrets in the text of an error or a command are gone', () => {
  const hex32 = '3f9a1c7be2d84056af13c9d27e5b8064'
  test.each([
    [`DD_API_KEY=${hex32}`, hex32], [`curl -H "DD-API-KEY: ${hex32}" https://api.datadoghq.com`, hex32], [`az rest --headers Ocp-Apim-Subscription-Key=${hex32}`, hex32],
    ['heroku token=5c1e7a90-4b3d-4f26-9a8e-0d7c2b61f3e5', '5c1e7a90-4b3d'], [`SharedAccessKeyName=a;SharedAccessKey=${hex32}Abcdefghij1=`, 'Abcdefghij1'],
    ['snowflake://u/?token=x SNYK_TOKEN: 5c1e7a90-4b3d-4f26-9a8e-0d7c2b61f3e5', '5c1e7a90-4b3d'],
  ])('%j', (text, secret) => { expect(detect(text, () => {})).not.toContain(secret) })
})
