// Addresses of electronic mail, in ASCII and in other scripts (RFC 6531), and with the sign percent-encoded.

import type { Place, Rule } from '../../rule.ts'

const letter = 'A-Za-z0-9\u00a1-\u1fff\u2070-\u2fff\u3040-\ud7ff\uf900-\ufdff'
const domain = `(?:[${letter}](?:[${letter}-]{0,62})[.\u3002]){1,8}(?:xn--[A-Za-z0-9-]{2,40}|[A-Za-z]{2,24}|[\u00a1-\u1fff\u2e80-\ud7ff]{2,20})`
const local = `[${letter}_](?:[${letter}._%+'~-]{0,63})`

/** Ends of file names, units and versions, which no mail goes to: `icon@2x.png`, `getty@tty1.service`. */
const notDomains = new Set([
  'png', 'jpg', 'jpeg', 'gif', 'svg', 'webp', 'avif', 'ico', 'css', 'scss', 'less', 'js', 'mjs', 'cjs', 'ts', 'tsx', 'jsx', 'json', 'map', 'html', 'htm', 'xml', 'yml', 'yaml', 'txt', 'log', 'tgz',
  'gz', 'zip', 'tar', 'whl', 'jar', 'mp4', 'mp3', 'woff', 'woff2', 'ttf', 'pdf', 'csv', 'sql', 'lock', 'toml', 'service', 'socket', 'timer', 'target', 'slice', 'scope', 'mount', 'path', 'device',
  'tmp', 'bak', 'exe', 'dll', 'class', 'java', 'kt', 'go', 'rb', 'php', 'vue', 'conf', 'cfg', 'ini', 'alpha', 'beta', 'rc', 'snapshot', 'final', 'release',
])

export const emailRules: readonly Rule[] = [
  {
    id: 'email',
    finds: 'personal',
    shape: 'at',
    pattern: new RegExp(`(?:^|[^${letter}])(?<s>${local}@${domain})`, 'g'),
    valid: isAddress,
    examples: {
      finds: [
        'from jane.doe@example.com.', '<o\'hara+news@mail.example.co.uk>', 'mailto:jane@example.org?subject=x', '{"email":"j_d@example.io"}', 'https://example.com/?u=jane@example.com&x=1',
        'j\u00fcrgen@b\u00fccher.example', 'user@xn--bcher-kva.example', '\u7528\u6237@\u4f8b\u5b50.\u5e7f\u544a', "'a@b.co'",
      ],
      ignores: [
        '@scope/pkg@1.2.3', 'lodash@4.17.21', 'git@github.com:org/repo.git', 'ssh://git@github.com/org/repo', 'user@localhost', 'icon@2x.png', 'getty@tty1.service', 'react@18.x.x',
        'postgres://app:x@db.example.com/shop', 'see @example.com', 'Message-ID: <20261124.1@mail.example.com>', 'deploy@project.iam.gserviceaccount.com', 'pkg@v1.2.3-rc', 'a @ b.com',
      ],
    },
  },
  {
    id: 'email_encoded',
    finds: 'personal',
    keywords: ['%40'],
    pattern: new RegExp(`(?:^|[^A-Za-z0-9%._+-]|%[0-9A-Fa-f]{2})(?<s>[A-Za-z0-9_](?:[A-Za-z0-9._+~-]|%2[BbDdEe7]){0,63}(?:%25)?%40(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})[.]){1,8}[A-Za-z]{2,24})`, 'g'),
    valid: (match, place) => isAddress(match.replace(/(?:%25)?%40/, '@'), place),
    examples: { finds: ['/users?email=jane.doe%40example.com&x=1', 'q=jane%2Bnews%40example.org', '%22jane%40example.org%22'], ignores: ['icon%402x.png', '%40scope%2Fpkg%401.2.3'] },
  },
]

function isAddress(match: string, { text, start, end }: Place): boolean {
  const at = match.lastIndexOf('@')
  const host = match.slice(at + 1).toLowerCase()
  if (notDomains.has(host.slice(host.lastIndexOf('.') + 1)) || /^v?[0-9]+\.[0-9x]+(?:\.|$)/.test(host) || host.endsWith('.gserviceaccount.com')) return false
  if (/^(?:git|hg|svn)$/.test(match.slice(0, at)) && /^(?::|github|gitlab|bitbucket|ssh)/.test(text[end] === ':' ? ':' : host)) return false
  const before = text.slice(Math.max(0, start - 120), start)
  return !/:\/\/[^\s/?#]*$/.test(before) && !/(?:message-id|in-reply-to|references)[^\n]*$/i.test(before)
}
