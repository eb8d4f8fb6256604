// Parts of queries by chance.

import type { Random } from '../../support/random.ts'
import { selectors } from './selectors.ts'

type Choice = readonly [string, ...string[]]

const names: Choice = ['level', 'method', 'status', 'path', 'latency', 'seconds', 'size', 'ip', 'user_id', 'env', 'service_name', 'actor', 'attempt', 'wait', 'request_id', 'duration', 'bytes', 'remote', 'msg', 'message', 'missing', 'a', 'b', 'n', 'pod']
const texts: Choice = ['error', 'warn', 'info', 'GET', 'POST', '200', '500', 'alice', 'prod', '', 'u1', 'done', '10.0.1', 'p1', 'timeout']
const patterns: Choice = ['err.*', '.+', '.*', '5..', 'GET|POST', '(?i)ERROR', '[a-c].*', '\\\\d+', 'warn|error', '^$', 'a|', 'u[1-3]']
const numbers: Choice = ['0', '1', '2', '200', '404', '500', '1.5', '-1', '1e3', '.25', '5000']
const durations: Choice = ['1s', '500ms', '1m30s', '100us', '1.5s', '2h', '1d', '-1s']
const sizes: Choice = ['1KB', '4KB', '1.5MB', '512B', '2KiB', '900B', '1GB']
const addresses: Choice = ['10.0.0.0/16', '192.168.1.1-192.168.2.5', '10.0.1.7', '2001:db8::/32', '192.0.2.0/24']
const ranges: Choice = ['30s', '1m', '2m', '3m', '5m', '10m', '90s', '1h']

export function selector(random: Random): string {
  const known = Object.values(selectors) as unknown as Choice
  return random.next() < 0.8 ? random.pick(known) : random.pick(['{env="prod", format!="plain"}', '{service_name=~"check.*|gate.*"}', '{env!="", service_name!~"odd|packed"}', '{format=~"json|logfmt"}', '{team="edge"}'])
}

export function logQuery(random: Random): string {
  return [selector(random), ...Array.from({ length: random.between(0, 4) }, () => stage(random))].join(' ')
}

function stage(random: Random): string {
  const kinds: readonly [(random: Random) => string, ...((random: Random) => string)[]] = [lineFilter, lineFilter, parser, parser, parser, (r) => `| ${labelFilter(r, 2)}`, (r) => `| ${labelFilter(r, 2)}`, lineFormat, labelFormat, dropOrKeep, () => '| decolorize']
  return random.pick(kinds)(random)
}

function lineFilter(random: Random): string {
  const op = random.pick(['|=', '!=', '|~', '!~', '|>', '!>'])
  const one = (): string => JSON.stringify(op.endsWith('~') ? random.pick(patterns) : op.endsWith('>') ? random.pick(['<_>GET<_>', '<_> done', 'level=<_>', '<_>500<_>']) : random.pick(texts)).replaceAll('\\\\\\\\', '\\\\')
  if ((op === '|=' || op === '!=') && random.next() < 0.15) return `${op} ip("${random.pick(addresses)}")`
  return `${op} ${Array.from({ length: random.next() < 0.25 ? 2 : 1 }, one).join(' or ')}`
}

function parser(random: Random): string {
  return random.pick([
    '| json', '| json', '| logfmt', '| logfmt', '| logfmt --strict', '| logfmt --keep-empty', '| unpack', '| json status, level', '| json u="user.id", first="items[0].sku"', '| logfmt level, s="status"', '| json env="env", actor', '| pattern "<ip> - - [<when>] \\"<method> <path> <_>\\" <status> <size> <_>"', '| pattern "<level> <msg>"', '| regexp "(?P<method>GET|POST|PUT)"', '| regexp "status=(?P<status>\\\\d+)"', '| regexp "(?P<level>\\\\w+)\\\\W+(?P<rest>.*)"',
  ])
}

export function labelFilter(random: Random, depth: number): string {
  if (depth > 0 && random.next() < 0.35) {
    const joined = `${labelFilter(random, depth - 1)}${random.pick([' and ', ' or ', ', ', ' ', ' or '])}${labelFilter(random, depth - 1)}`
    return random.next() < 0.4 ? `(${joined})` : joined
  }
  const name = random.pick(names)
  const comparison = random.pick(['>', '>=', '<', '<=', '==', '!=', '='])
  const kind = random.next()
  if (kind < 0.3) return `${name}${random.pick(['=', '!='])}"${random.pick(texts)}"`
  if (kind < 0.5) return `${name}${random.pick(['=~', '!~'])}"${random.pick(patterns)}"`
  if (kind < 0.7) return `${random.pick(['status', 'seconds', 'bytes', 'attempt', 'n', name])} ${comparison} ${random.pick(numbers)}`
  if (kind < 0.8) return `${random.pick(['latency', 'duration', 'wait', name])} ${comparison} ${random.pick(durations)}`
  if (kind < 0.87) return `${random.pick(['size', 'bytes', name])} ${comparison} ${random.pick(sizes)}`
  if (kind < 0.93) return `${random.pick(['ip', 'remote', name])}${random.pick(['=', '!='])}ip("${random.pick(addresses)}")`
  return `__error__${random.pick(['=', '!='])}""`
}

function template(random: Random): string {
  return Array.from({ length: random.between(1, 3) }, () => {
    const name = random.pick(names)
    return random.pick([`{{.${name}}}`, 'x', ` `, `{{ .${name} | ToUpper }}`, `{{ printf \\"%s\\" .${name} }}`, `{{ if .${name} }}y{{ else }}n{{ end }}`, `{{ Replace .${name} \\"e\\" \\"E\\" -1 }}`, `{{ default \\"d\\" .${name} }}`, `{{ len .${name} }}`, `{{ trunc 3 .${name} }}`, `{{__line__}}`])
  }).join('')
}

function lineFormat(random: Random): string {
  return `| line_format "${template(random)}"`
}

function labelFormat(random: Random): string {
  const first = random.pick(['x', 'y', 'level', 'env', 'actor', 'status'])
  const one = random.next() < 0.5 ? `${first}=${random.pick(names)}` : `${first}="${template(random)}"`
  return `| label_format ${one}${random.next() < 0.3 ? `,z="${template(random)}"` : ''}`
}

function dropOrKeep(random: Random): string {
  const choice = (): string => `${random.pick(names)}${random.next() < 0.25 ? `${random.pick(['=', '!='])}"${random.pick(texts)}"` : random.next() < 0.15 ? `=~"${random.pick(patterns)}"` : ''}`
  return `| ${random.pick(['drop', 'drop', 'keep'])} ${Array.from({ length: random.between(1, 3) }, choice).join(', ')}`
}

export function metric(random: Random, depth: number): string {
  const kind = random.next()
  if (depth === 0 || kind < 0.2) return rangeAggregation(random)
  if (kind < 0.7) return vectorAggregation(random, depth)
  if (kind < 0.95) return binary(random, depth)
  return `label_replace(${metric(random, depth - 1)}, "${random.pick(['x', 'env', 'level'])}", "${random.pick(['$1', 'fixed', '$1-$2'])}", "${random.pick(names)}", "${random.pick(['(.*)', '(.)(.*)', 'a.*', ''])}")`
}

const offsets: Choice = ['', '', '', ' offset 1m', ' offset -30s']

function rangeAggregation(random: Random): string {
  const range = `[${random.pick(ranges)}]${random.pick(offsets)}`
  const noError = random.next() < 0.9 ? ' | drop __error__, __error_details__' : ''
  if (random.next() < 0.6) return `${random.pick(['rate', 'count_over_time', 'bytes_rate', 'bytes_over_time', 'count_over_time'])}(${logQuery(random)}${noError} ${range})`
  const [log, unwrap] = random.pick<readonly [string, string]>([['{format="json"} | json', 'seconds'], ['{format="json"} | json', 'duration(latency)'], ['{format="json"} | json', 'bytes(size)'], ['{format="json"} | json', 'status'], ['{service_name="gateway"} | logfmt', 'bytes'], ['{service_name="gateway"} | logfmt', 'duration_seconds(duration)'], ['{env=~".+"}', 'attempt'], ['{env="prod"} | logfmt | json', 'status']])
  const inner = `${log} | unwrap ${unwrap}${random.next() < 0.9 ? ' | __error__=""' : ''} ${range}`
  const op = random.pick(['sum_over_time', 'avg_over_time', 'max_over_time', 'min_over_time', 'first_over_time', 'last_over_time', 'stddev_over_time', 'stdvar_over_time', 'quantile_over_time', 'rate', 'rate_counter'])
  const grouped = /^(?:avg|max|min|first|last|std|quantile)/.test(op) && random.next() < 0.6
  return `${op}(${op === 'quantile_over_time' ? `${random.pick(['0.5', '0.9', '0.99'])}, ` : ''}${inner})${grouped ? ` ${grouping(random)}` : ''}`
}

function grouping(random: Random): string {
  return `${random.pick(['by', 'by', 'without'])} (${Array.from({ length: random.between(0, 2) }, () => random.pick(names)).join(', ')})`
}

function vectorAggregation(random: Random, depth: number): string {
  const op = random.pick(['sum', 'sum', 'sum', 'avg', 'max', 'min', 'count', 'stddev', 'stdvar', 'topk', 'bottomk', 'sort', 'sort_desc'])
  const operand = `${op.endsWith('k') ? `${random.between(1, 3)}, ` : ''}${metric(random, depth - 1)}`
  if (op.startsWith('sort') || random.next() < 0.25) return `${op}(${operand})`
  return random.next() < 0.5 ? `${op} ${grouping(random)} (${operand})` : `${op}(${operand}) ${grouping(random)}`
}

function binary(random: Random, depth: number): string {
  const op = random.pick(['+', '-', '*', '/', '%', '^', '==', '!=', '>', '>=', '<', '<=', 'and', 'or', 'unless'])
  const isSet = /[a-z]/.test(op)
  const side = (): string => `sum ${random.pick(['by (env)', 'by (service_name)', 'by (env, service_name)', ''])} (${metric(random, 0)})`
  const left = !isSet && random.next() < 0.2 ? random.pick(['2', '100', '0.5']) : depth > 1 ? `(${metric(random, depth - 1)})` : side()
  const right = !isSet && random.next() < 0.4 ? random.pick(['2', '100', '0', '0.5']) : side()
  const bool = /[=<>]/.test(op) && random.next() < 0.4 ? ' bool' : ''
  const matching = random.next() < 0.35 ? ` ${random.pick(['on (env)', 'ignoring (service_name)', 'on ()', 'on (env) group_left', 'ignoring (env) group_right'])}` : ''
  return `${left} ${op}${bool}${isSet ? matching.replace(/ group_.*/, '') : matching} ${right}`
}
