// Tokens of the places where code lives: GitHub, GitLab, Bitbucket, Gitea and its kin, Sourcegraph.

import { checksumOf, hasChecksum } from '../checksum.ts'
import { named, patterned, prefixed } from '../make.ts'
import { alnum, alphabet, base64url, hex, lower, lowerHex, raw, word } from '../secret.ts'
import type { Rule } from '../../rule.ts'

const body = alnum(30).sample

// github.blog, "Behind GitHub's new authentication token formats" (2021): a prefix, thirty random characters, six of CRC-32
const github: readonly Rule[] = [
  patterned('github_token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], 'gh[pousr]_[A-Za-z0-9]{36}(?:[A-Za-z0-9]{40})?', {
    valid: hasChecksum, // so sure that it needs no boundary: glued to other text it is found too
    finds: [`token_gh${'p_'}${body}${checksumOf(body)}`, `{"a":"gh${'s_'}${body}${checksumOf(body)}"}`], ignores: [`x_gh${'p_'}${body}000000`],
  }),
  prefixed('github_token_shape', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], word.from(20)), // cut short, of an older form, or made up in documentation
  prefixed('github_installation_token', 'ghs_', raw('[0-9]{1,12}_eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}', '12_eyJhbGciOiJSUzI1.eyJpc3MiOiJleGFtcGxl.c2lnbmF0dXJl')),
  prefixed('github_fine_grained_token', 'github_pat_', word.from(20)),
  patterned('github_old_app_token', 'v1.', '\\b(?<s>v1\\.[a-f0-9]{40})\\b', { finds: [`token v1.${lowerHex(40).sample}`], ignores: ['v1.0', 'v1.2.3'] }),
  named('github_key', ['github', 'gh_token', 'gh_pat', 'gitalk'], hex(40), { strict: true, reach: 90 }),
]

/** Newer tokens of GitLab carry where they are routed to after a dot. */
const routed = raw('[A-Za-z0-9_-]{16,300}(?:\\.[a-z0-9]{2}\\.?[a-z0-9]{7,9})?', base64url(20).sample)

// docs.gitlab.com/security/tokens: prefixes of personal, deploy, runner, job, trigger, feed, mail, agent, OAuth, SCIM, feature flag, workspace tokens
const gitlab: readonly Rule[] = [
  prefixed('gitlab_token', ['glpat-', 'gldt-', 'glrt-', 'glrtr-', 'glcbt-', 'glptt-', 'glft-', 'glimt-', 'glagent-', 'gloas-', 'glsoat-', 'glffct-', 'glwt-', 'gliat-', 'glfft-'], routed),
  prefixed('gitlab_runner_token', 'GR1348941', base64url.from(16)),
  patterned('gitlab_incoming_mail', 'incoming+', '\\bincoming\\+[A-Za-z0-9._-]{1,200}-(?<s>[A-Za-z0-9_]{8,64})-(?:issue|merge-request)', {
    finds: [`to incoming+group-project-42-${lower(25).sample}-issue@example.com`], ignores: ['incoming+issue@example.com'],
  }),
  patterned('gitlab_session', '_gitlab_session', '_gitlab_session=(?<s>[a-z0-9]{32})', { finds: [`Cookie: _gitlab_session=${lowerHex(32).sample}; a=1`], ignores: ['_gitlab_session cookie'] }),
  named('gitlab_key', 'gitlab', base64url(20), { strict: true }),
  named('gitlab_client_secret', ['gitlab'], hex(64), { strict: true }),
]

// support.atlassian.com: app passwords, repository and workspace access tokens, HTTP access tokens of Data Center
const bitbucket: readonly Rule[] = [
  prefixed('bitbucket_app_password', 'ATBB', alnum(28, 40)),
  prefixed('bitbucket_access_token', 'ATCTT3x', alphabet('A-Za-z0-9_=-').from(60)),
  prefixed('bitbucket_server_token', 'BBDC-', alphabet('A-Za-z0-9+/=').from(32)),
  named('bitbucket_key', 'bitbucket', alphabet('A-Za-z0-9_+-', '={0,2}')(20, 64), { strict: true }),
]

const others: readonly Rule[] = [
  named('gitea_token', ['gitea', 'forgejo', 'codeberg', 'gogs', 'gitee', 'gitcode'], hex(32, 40), { strict: true }),
  prefixed('gitea_oauth_secret', 'gto_', base64url.from(40)),
  prefixed('sourcegraph_token', ['sgp_', 'sgd_', 'sgs_'], raw('(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40,64}', hex(40).sample)),
  prefixed('sourcegraph_license_token', 'slk_', hex(64)),
  named('sourcegraph_key', 'sourcegraph', hex(40), { strict: true }),
  named('gitter_token', 'gitter', hex(40), { strict: true }),
  prefixed('phabricator_token', ['api-cli-', 'cli-'], lower(28, 32), { valid: (match) => /[0-9]/.test(match.slice(8)) }),
  prefixed('phabricator_conduit_token', 'api-', lower(28), { valid: (match) => (match.slice(4).match(/[0-9]/g) ?? []).length > 3 }),
  named('gerrit_password', 'gerrit', alphabet('A-Za-z0-9+/')(43), { strict: true }),
  prefixed('jetbrains_token', ['perm:', 'perm-'], raw('[A-Za-z0-9+/=_-]{4,80}\\.[A-Za-z0-9+/=_-]{2,80}\\.[A-Za-z0-9]{20,60}', `ZXhhbXBsZQ==.ZXg=.${alnum(30).sample}`)),
]

/** Most specific first. */
export const rules: readonly Rule[] = [...github, ...gitlab, ...bitbucket, ...others]
