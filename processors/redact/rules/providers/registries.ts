// Tokens that publish packages: who holds one ships code to everybody who installs it.

import { checksumOf, hasChecksum } from '../checksum.ts'
import { named, patterned, prefixed } from '../make.ts'
import { alnum, alphabet, base64, base64url, hex, lower, lowerHex, parts, raw, uuid } from '../secret.ts'
import { isolated } from './rows.ts'
import type { Rule } from '../../rule.ts'

const body = alnum(30).sample

/** Most specific first. */
export const rules: readonly Rule[] = [
  // github.blog (2021): npm took GitHub's form over, checksum included
  patterned('npm_token', 'npm_', 'npm_[A-Za-z0-9]{36}', { valid: hasChecksum, finds: [`_authToken=npm${'_'}${body}${checksumOf(body)}`], ignores: [`npm${'_'}${body}000000`] }),
  prefixed('npm_token_shape', 'npm_', alnum.from(30)),
  named('npm_legacy_token', ['_authtoken', 'npm_token', 'npm_auth'], uuid, { strict: false }),
  patterned('npm_auth', ['_auth', '_password'], '(?:^|[\\s:"])_(?:auth|password)"?\\s{0,3}[=:]\\s{0,3}"?(?<s>[A-Za-z0-9+/]{12,400}={0,2})', {
    finds: [`//registry.example.com/:_auth=${base64(20).sample}==`, `_password = "${base64(16).sample}"`], ignores: ['_auth=${NPM_AUTH}', 'user_password=x'],
  }),
  named('yarn_token', ['npmauthtoken', 'npmauthident', 'npm_config'], alphabet('A-Za-z0-9+/_.-', '={0,2}')(20, 400), { strict: true }),
  // pypi.org/help: macaroons that start with the name of the index
  prefixed('pypi_token', 'pypi-AgE', base64url.from(50)),
  prefixed('rubygems_key', 'rubygems_', hex(42, 52)),
  named('rubygems_legacy_key', ['rubygems', 'gem_host'], hex(32)),
  isolated('crates_io_token', 'cio', raw('cio[A-Za-z0-9]{32}', `cio${alnum(32).sample}`)),
  isolated('nuget_key', 'oy2', parts('oy2', lower(43))),
  named('nuget_secret', ['nuget'], alnum(46), { strict: true }),
  patterned('nuget_password', 'password', '<add\\s{1,4}key="(?:ClearText)?Password"\\s{1,4}value="(?<s>[^"]{6,400})"', { finds: ['<add key="ClearTextPassword" value="ex4mple-pass" />'], ignores: ['<add key="Password" value="" />'] }),
  prefixed('docker_hub_token', ['dckr_pat_', 'dckr_oat_', 'dckr_sat_'], base64url(20, 40)),
  named('docker_hub_legacy_token', ['docker_hub', 'docker_password', 'docker_token', 'docker_pat', 'docker_access'], uuid, { strict: false }),
  isolated('artifactory_key', 'akcp', parts('AKCp', alnum(60, 72))),
  isolated('artifactory_reference_token', 'cmvmd', parts('cmVmd', alnum(59))),
  named('jfrog_key', ['jfrog', 'artifactory', 'bintray', 'xray'], alnum(64, 73)),
  prefixed('clojars_token', 'CLOJARS_', alnum(60)),
  named('clojars_key', 'clojars', lowerHex(60)),
  named('hex_pm_key', ['hexpm', 'hex.pm', 'hex_api', 'hex_organization', 'hex.organization'], hex(32)),
  prefixed('packagist_token', ['packagist_uut_', 'packagist_out_', 'packagist_ort_', 'packagist_ack_', 'packagist_acs_'], lowerHex.from(40)),
  named('packagist_key', ['packagist'], base64url(20, 40), { strict: true }),
  prefixed('cloudsmith_key', 'csa_', alnum(36)),
  named('cloudsmith_legacy_key', 'cloudsmith', hex(40)),
  named('packagecloud_token', 'packagecloud', hex(48)),
  patterned('gemfury_token', 'fury.io', 'https?://(?<s>[A-Za-z0-9_-]{16,40}):?@[a-z]{2,10}\\.fury\\.io', { finds: [`https://${base64url(24).sample}@pypi.fury.io/example`], ignores: ['https://pypi.fury.io/example'] }),
  named('gemfury_key', ['gemfury', 'fury_auth', 'fury_token', 'gemstash'], base64url(16, 36)),
  named('anaconda_token', ['anaconda', 'conda_token', 'binstar'], raw('(?:[a-z]{2}-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', `ex-${uuid.sample}`)),
  named('quay_token', ['quay', 'quay.io'], alnum(40, 80), { strict: true }),
  patterned('nexus_token', ['npmtoken.', 'nugetapikey.'], '\\b(?:NpmToken|NuGetApiKey)\\.(?<s>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})', { finds: [`//x/:_authToken=NpmToken.${uuid.sample}`], ignores: ['NpmToken.of(x)'] }),
  named('sonatype_key', ['sonatype', 'ossrh', 'maven_central', 'nexus'], base64url(32, 60), { strict: true }),
  prefixed('openvsx_token', ['ovsxat_', 'ovsxp_'], uuid),
  prefixed('jsr_token', ['jsrp_', 'jsrd_'], base64url.from(30)),
  prefixed('deno_token', ['ddp_', 'ddw_', 'ddo_'], alnum(36, 40)),
  prefixed('thunderstore_key', 'tss_', alnum(20, 80)),
  named('cocoapods_token', ['cocoapods', 'pod_trunk'], hex(32)),
  named('hackage_token', 'hackage', alnum(32, 64), { strict: true }),
  named('chrome_web_store_secret', ['chrome_web_store', 'webstore'], base64url(24), { strict: true }),
]
