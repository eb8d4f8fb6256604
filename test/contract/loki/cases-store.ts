// Queries that a store may answer without looking at every record: leading filters of lines and metadata, and counts by
// labels and by metadata. In the names of the data set, but for those that records get when they are taken in.

import { selectors, type CaseGroup } from './selectors.ts'

const { json, logfmt, odd, packed, all } = selectors
const texts = ['= "alice"', '!= "alice"', '=~ "a.*|bob"', '!~ "svc-.*"', '=~ "(?i)ALICE"', '=~ ".*li.*"', '= ""', '!= ""', '=~ ".+"', '!~ ".+"', '=~ "a.ice"', '=~ "|bob"']
const identifiers = ['= "req-103"', '!= "req-103"', '=~ "req-10[0-4]"', '= "req-999"', '= ""', '!= ""', '=~ "req-103|req-106"']
const levels = ['= "error"', '!= "error"', '=~ "err.*|warn"', '!~ "info|unknown"', '= ""', '= "unknown"', '=~ "(?i)WARN"']
const others = ['= "2"', '!= "2"', '=~ "[12]"', '= ""', '= "never there"']
const filters = [
  ...texts.map((test) => `| actor ${test}`), ...identifiers.map((test) => `| request_id ${test}`), ...levels.map((test) => `| detected_level ${test}`), ...others.map((test) => `| attempt ${test}`),
  '| wait = "12ms"', '| wait =~ ".*ms"', '| env = "prod"', '| level = "error"', '| level = ""', '| trace_id = ""', '| trace_id = "0af7651916cd43dd8448eb211c803111"', '| trace_id =~ "0af.*1[02]"', '| span_id != ""', '| severity_text = ""', '| severity_text = "WARN"', '| severity_number = "17"', '| severity_number >= 13', '| severity = "warn"', '| severity != ""', '| actor = "mallory"', '| actor != "mallory"', '| audit_outcome = "unknown"', '| blotter_workspace = "default"', '| blotter_workspace != "default"',
  '| actor = "alice" or request_id = "req-103"', '| actor = "alice", detected_level = "error"', '| (actor = "alice" or actor = "bob") and attempt != ""', '| actor != "alice" or attempt = "2"', '| actor = "alice" or attempt > 2', '| attempt > 1 | actor = "alice"', '| attempt > 1 | __error__ = "" | actor = "bob"',
  '| drop actor | actor = "alice"', '| drop actor | actor = ""', '| keep actor | actor = "alice"', '| keep actor | request_id = "req-103"', '| drop attempt | actor = "bob"', '| drop actor="alice" | actor = ""', '| label_format actor=detected_level | actor = "error"', '| __error__ = "" | actor = "alice"', '| __error__ != "" | actor = "alice"', '| drop __error__ | actor = "bob"', '| actor = "alice" | json | actor = "alice"', '| json | actor = "alice"', '| logfmt | request_id = "req-103"',
]
const lines = [
  '|= "error"', '!= "error"', '|= "GET" |= "50"', '|= "GET" or "PUT"', '!= "GET" or "PUT"', '|~ "(?i)ERROR"', '|~ "err|warn"', '!~ "err|warn"', '|~ "5\\\\d\\\\d"', '!~ "5\\\\d\\\\d"', '|~ "^\\\\{.*\\\\}$"', '|~ "(?i)köln|é"', '|~ "\\\\bdone\\\\b"', '|~ "a.*z"', '|~ "two.lines"', '|~ "(?s)two.lines"', '|~ "(?m)^lines"', '|~ "\\\\x{1F600}"', '|~ "ü|日本"', '|~ "."', '|~ "^.$"', '|~ "\\\\pL+=\\\\d"', '|~ "[^\\\\x00-\\\\x7f]"', '|= "\\u0000nul"', '|= "\\\\"', '|~ "\\\\\\\\"', '|= "%"', '|= "_"', '|~ "(?i)straße|GRÜSSE|grüße"', '|~ "(?U)a.*b"', '|~ "\\\\Qx=1\\\\E"',
  '|= "error" | line_format "x" |= "x"', '| line_format "{{.actor}}" |= "alice"', '| decolorize |= "red and"', '|= "level" | logfmt | level="warn"', '|> "<_>GET<_>" |= "5"',
]
const groupings = ['', 'by (actor)', 'by (detected_level)', 'by (env, actor)', 'by (request_id)', 'by (attempt)', 'by (team)', 'by (level)', 'by (nothing)', 'by ()', 'by (detected_level, format, actor)', 'without (actor)', 'by (trace_id, actor)', 'by (audit_outcome)', 'by (severity_text)', 'by (trace_id)']
const counted = ['', '|= "error"', '| actor = "alice"', '| detected_level =~ "error|warn"', '| request_id != ""', '|~ "5\\\\d\\\\d" | actor != "bob"', '| drop actor', '| keep actor', '| drop actor="alice"', '| keep env, detected_level']

export const storeCases: readonly CaseGroup[] = [
  { group: 'store lines', queries: [json, logfmt, odd, packed, all].flatMap((selector) => [...filters, ...lines].map((stages) => `${selector} ${stages}`)) },
  { group: 'store counts', queries: [
    ...counted.flatMap((stages) => groupings.map((grouping) => `sum ${grouping} (count_over_time(${all} ${stages} [2m]))`)),
    ...groupings.flatMap((grouping) => [`sum ${grouping} (bytes_over_time(${all} [3m]))`, `sum ${grouping} (rate(${json} |= "error" [1m] offset 90s))`, `sum ${grouping} (bytes_rate(${logfmt} | actor="bob" [10m]))`, `count ${grouping} (count_over_time(${odd} [1h]))`, `max ${grouping} (rate(${all}[45s]))`]),
    'count_over_time({service_name="gateway"} | keep actor [5m])', 'bytes_over_time({service_name="gateway"} | keep detected_level [5m])', 'absent_over_time({env="prod"} | actor="nobody" [5m])', 'topk(2, sum by (actor) (count_over_time({env="prod"}[7m])))', 'sum by (actor) (count_over_time({env="prod"}[7m])) / on () group_left sum(count_over_time({env="prod"}[7m]))',
  ] },
]

/** Asked for a few entries. */
export const limitedQueries: readonly string[] = ['', '|= "error"', '| actor = "alice"', '| actor != "alice" | detected_level = "error"', '| request_id = "req-103"', '| attempt = "2"', '| severity = "warn"', '|~ "5\\d\\d" | line_format "{{.actor}}"'].flatMap((stages) => [`${all} ${stages}`, `${json} ${stages}`])
