// Secrets that carry their issuer's prefix. The prefixes are documented by their issuers.

import type { Rule } from '../rule.ts'

const fake = (prefix: string, length: number): string => prefix + 'Ex4mpleX9'.repeat(Math.ceil(length / 9)).slice(0, length)

/** An issuer's prefix followed by at least `least` characters of its alphabet. */
function prefixed(id: string, prefixes: readonly string[], alphabet: string, least: number): Rule {
  const escaped = prefixes.map((prefix) => prefix.replace(/[.]/g, '\\.'))
  return {
    id,
    finds: 'secret',
    keywords: prefixes.map((prefix) => prefix.toLowerCase()),
    pattern: new RegExp(`\\b(?:${escaped.join('|')})[${alphabet}]{${least},}`, 'g'),
    examples: { finds: prefixes.map((prefix) => `using ${fake(prefix, least)} now`), ignores: prefixes.map((prefix) => `the prefix ${prefix} alone`) },
  }
}

export const tokenRules: readonly Rule[] = [
  prefixed('stripe_key', ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'whsec_'], 'A-Za-z0-9+/=', 10),
  prefixed('aws_access_key', ['AKIA', 'ASIA'], 'A-Z0-9', 16),
  prefixed('github_token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'], 'A-Za-z0-9_', 20),
  prefixed('gitlab_token', ['glpat-', 'gldt-', 'glrt-'], 'A-Za-z0-9_-', 16),
  prefixed('slack_token', ['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xapp-'], 'A-Za-z0-9-', 10),
  prefixed('google_api_key', ['AIza'], 'A-Za-z0-9_-', 30),
  prefixed('sendgrid_key', ['SG.'], 'A-Za-z0-9_.-', 30),
  prefixed('npm_token', ['npm_'], 'A-Za-z0-9', 30),
  prefixed('hubspot_token', ['pat-na1-', 'pat-eu1-'], 'a-f0-9-', 30),
  prefixed('shopify_token', ['shpat_', 'shpss_', 'shpca_', 'shppa_'], 'a-fA-F0-9', 24),
  prefixed('openai_key', ['sk-proj-', 'sk-ant-'], 'A-Za-z0-9_-', 20),
  prefixed('age_secret_key', ['AGE-SECRET-KEY-1'], 'A-Z0-9', 40),
  prefixed('blotter_key', ['blt_'], 'A-Za-z0-9_', 20),
].map(withRealAlphabet)

/** The generated examples must be of each rule's own alphabet to be examples at all. */
function withRealAlphabet(rule: Rule): Rule {
  const shape: Record<string, string> = {
    aws_access_key: 'AKIAEXAMPLE123456789', hubspot_token: `pat-eu1-${'0123abcd-'.repeat(4)}`, shopify_token: `shpat_${'0a1b2c3d'.repeat(4)}`,
    age_secret_key: `AGE-SECRET-KEY-1${'EXAMPLE7'.repeat(7)}`,
  }
  const finds = shape[rule.id]
  return finds === undefined ? rule : { ...rule, examples: { ...rule.examples, finds: [finds] } }
}
