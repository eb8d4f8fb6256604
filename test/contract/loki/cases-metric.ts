// Metric queries written by hand.

import { selectors, type CaseGroup } from './selectors.ts'

const { json, logfmt, plain, odd, all, packed } = selectors
const seconds = `${json} | json | unwrap seconds`
const size = `${logfmt} | logfmt | unwrap bytes`
const took = `${logfmt} | logfmt | unwrap duration(duration) | __error__=""`
const latency = `${json} | json | unwrap duration_seconds(latency) | __error__=""`
const stored = `${json} | json | unwrap bytes(size) | __error__=""`

const counted = ['rate', 'count_over_time', 'bytes_rate', 'bytes_over_time']
const unwrapped = ['rate', 'rate_counter', 'sum_over_time', 'avg_over_time', 'max_over_time', 'min_over_time', 'first_over_time', 'last_over_time', 'stddev_over_time', 'stdvar_over_time']
const grouped = unwrapped.slice(3)
const over = (log: string, range = '2m'): string => `count_over_time(${log} [${range}])`
const byService = `sum by (service_name) (${over(all)})`
const byEnv = `sum by (env) (${over(all)})`
const byBoth = `sum by (service_name, env) (${over(all)})`

export const metricCases: readonly CaseGroup[] = [
  { group: 'range aggregation', queries: [
    ...counted.flatMap((op) => ['30s', '1m', '5m', '1h'].flatMap((range) => [`${op}(${json}[${range}])`, `sum(${op}(${all} |= "GET" [${range}]))`])),
    ...counted.flatMap((op) => [`${op}(${json} | json | status>=500 [5m])`, `sum by (level) (${op}(${json} | json [5m]))`, `sum by (level) (${op}(${logfmt} | logfmt | keep level [5m]))`, `${op}(${plain} | pattern "<ip> - - <_>" | keep ip [3m])`, `${op}(${json} | drop actor, request_id, attempt, wait, status [2m] offset 1m)`, `${op}(${json}[1m] offset -1m)`, `sum(${op}(${odd} | line_format "{{.env}}" [10m]))`]),
    `absent_over_time(${json}[1m])`, 'absent_over_time({service_name="nobody", env="prod"}[1m])', 'absent_over_time({service_name=~"nobody", env="prod", format!="x"}[5m])', `absent_over_time(${json} |= "never there" [1m])`, `absent_over_time(${json} | json | status="no" [1m])`, 'sum(absent_over_time({service_name="nobody"}[1m]))',
    `count_over_time(${odd} | json [10m])`, `count_over_time(${odd} | json | __error__="" | keep n [10m])`, `sum(count_over_time(${odd} | json | __error__!="" [10m]))`, `count_over_time(${odd} | json | drop __error__, __error_details__ | keep env [10m])`, `rate(${json}[0s])`,
  ] },
  { group: 'unwrap', queries: [
    ...unwrapped.flatMap((op) => [`${op}(${seconds} [3m])`, `${op}(${size} [3m])`, `sum by (service_name) (${op}(${took} [5m]))`, `max(${op}(${latency} [2m]))`, `${op}(${stored} | keep env, size [5m])`, `${op}(${json} | unwrap attempt [10m])`]),
    ...grouped.flatMap((op) => [`${op}(${seconds} [5m]) by (env)`, `${op}(${seconds} [5m]) without (path, method, ip, latency, message, seconds, size, user_id, request_id, actor, attempt, wait)`, `${op}(${size} [5m]) by ()`, `${op}(${took} [5m]) by (method, status)`, `${op}(${latency} [2m] offset 1m) by (level, env)`]),
    ...['0', '0.5', '0.95', '0.99', '1', '2'].flatMap((q) => [`quantile_over_time(${q}, ${seconds} [5m]) by (env)`, `quantile_over_time(${q}, ${size} [4m]) by (method)`, `quantile_over_time(${q}, ${latency} [5m])`]),
    `sum_over_time(${json} | json | unwrap latency [5m])`, `sum_over_time(${json} | json | unwrap latency | __error__="" [5m])`, `sum_over_time(${json} | json | unwrap missing [5m])`, `sum_over_time(${logfmt} | logfmt | unwrap duration(duration) [5m])`, `avg_over_time(${json} | json | unwrap seconds | level="error" [5m]) by (env)`, `avg_over_time(${json} | json | unwrap seconds | status>=500 [5m]) by (env)`, `sum_over_time(${json} | unwrap wait [5m])`, `sum_over_time(${json} | unwrap duration(wait) [5m])`, `absent_over_time(${seconds} [5m])`, `sum_over_time(${odd} | logfmt | unwrap num | __error__="" [10m])`, `sum_over_time(${odd} | logfmt | unwrap inf | __error__="" [10m])`, `sum_over_time(${odd} | logfmt | unwrap bytes(bytes) | __error__="" [10m])`, `sum_over_time(${odd} | logfmt | unwrap duration(dur) | __error__="" [10m])`, `sum_over_time(${odd} | json | unwrap n | __error__="" [10m])`, `max_over_time(${packed} | json | unwrap count | __error__="" [10m])`,
  ] },
  { group: 'vector aggregation', queries: [
    ...['sum', 'avg', 'max', 'min', 'count', 'stddev', 'stdvar'].flatMap((op) => [`${op}(${over(all)})`, `${op} by (env) (${over(all)})`, `${op} without (actor, request_id, attempt, wait) (${over(all)})`, `${op}(${over(json)}) by (missing)`, `${op} by (env, format) (rate(${all}[3m]))`, `${op} by () (${over(json)})`, `${op} without () (${byBoth})`, `${op} by (env) (avg_over_time(${seconds} [5m]))`]),
    ...['topk', 'bottomk'].flatMap((op) => [`${op}(2, ${byService})`, `${op}(1, ${byBoth})`, `${op}(10, ${byService})`, `${op}(1, ${byBoth}) by (env)`, `${op} by (service_name) (1, ${byBoth})`, `${op}(3, sum by (status) (rate(${json} | json [5m])))`, `${op} without (env) (1, ${byBoth})`]),
    `sort(${byService})`, `sort_desc(${byService})`, `sum(sort(${byService}))`, `sort_desc(topk(3, ${byService}))`, `count(count by (service_name) (${over(all)}))`, `max by (env) (sum by (env, service_name) (rate(${all}[5m])))`, `avg(sum by (actor) (${over(all)}))`,
  ] },
  { group: 'binary', queries: [
    ...['+', '-', '*', '/', '%', '^'].flatMap((op) => [`${byService} ${op} 2`, `2 ${op} ${byService}`, `${byService} ${op} ${byService}`, `${byBoth} ${op} on (env) group_left ${byEnv}`, `${byEnv} ${op} on (env) group_right ${byBoth}`, `${byService} ${op} ignoring (env) ${byService}`, `vector(3) ${op} vector(2)`, `${byService} ${op} 0`, `7 ${op} 2`, `sum(${over(json)}) ${op} on () sum(${over(logfmt)})`]),
    ...['==', '!=', '>', '>=', '<', '<='].flatMap((op) => [`${byService} ${op} 12`, `${byService} ${op} bool 12`, `12 ${op} ${byService}`, `12 ${op} bool ${byService}`, `${byService} ${op} ${byService}`, `${byBoth} ${op} on (env) group_left ${byEnv}`, `${byService} ${op} bool (${byService} - 1)`, `1 ${op} 2`, `vector(1) ${op} vector(2)`, `vector(1) ${op} bool vector(1)`]),
    ...['and', 'or', 'unless'].flatMap((op) => [`${byService} ${op} ${byService}`, `${byService} ${op} (${byService} > 12)`, `(${byService} > 12) ${op} ${byService}`, `${byBoth} ${op} on (env) ${byEnv}`, `${byBoth} ${op} ignoring (service_name) (${byEnv} > 30)`, `${byService} ${op} vector(1)`, `vector(0) ${op} ${byService}`, `sum(${over(json)}) ${op} sum(${over(logfmt)})`, `${byService} ${op} sum by (nope) (${over('{env="nothing"}')})`]),
    `${byBoth} / on (env) ${byEnv}`, `${byBoth} / ignoring (service_name) group_left (format) sum by (env, format) (${over('{format="json"}')})`, `${byBoth} * on (service_name) group_left (env) sum by (service_name) (${over(all)})`, `sum(${over(json)}) / sum(${over(all)}) * 100`, `1 + 2 * 3 ^ 2 - 4 / 2 % 3`, `(1 + 2) * 3`, `2 ^ 3 ^ 2`, `-1 + 3`, `1 / 0`, `${byService} + 1 * 2`, `1 - ${byService} - 1`, `${byService} > 5 < 20`, `${byService} or ${byEnv} and ${byService}`, `vector(1)`, `vector(0.1) + vector(0.2)`, `1`, `1.50`, `vector(1)+vector(1)`, `sum(${over('{env="nothing"}')}) or vector(0)`, `sum(rate(${json} |= "error" [5m])) / sum(rate(${json}[5m]))`, `sum(rate(${json}[5m])) by (env) > bool 0.1`, `${byService} / ${byEnv}`, `(${byService}) * (${byService})`,
  ] },
  { group: 'label_replace', queries: [
    `label_replace(${byService}, "x", "$1", "service_name", "(.*)")`, `label_replace(${byService}, "x", "$1-$2", "service_name", "(.)(.*)")`, `label_replace(${byService}, "service_name", "all", "service_name", ".*")`, `label_replace(${byService}, "service_name", "", "service_name", "check.*")`, `label_replace(${byService}, "x", "fixed", "missing", "")`, `label_replace(${byService}, "x", "\${first}!", "service_name", "(?P<first>.).*")`, `label_replace(${byService}, "x", "$1", "service_name", "che")`, `label_replace(${byBoth}, "env", "$1", "service_name", "(.*)")`, `sum by (x) (label_replace(${byService}, "x", "$1", "service_name", "(.).*"))`, `label_replace(vector(1), "x", "y", "", "")`, `label_replace(label_replace(${byService}, "x", "$1", "service_name", "(.*)"), "y", "$1", "x", "(.).*")`, `label_replace(${byService}, "x", "$0", "service_name", ".*")`, `label_replace(${byService}, "x", "$9$name", "service_name", "(.*)")`, `label_replace(${byEnv}, "env", "same", "env", ".*")`,
  ] },
  { group: 'forms', queries: [
    `rate((${json})[5m])`, `rate(${json}[5m] |= "error")`, `rate(${json}[5m] offset 1m |= "error")`, `rate((${json} |= "error")[5m])`, `rate((${json}[5m]))`, `sum_over_time((${seconds})[5m])`, `sum_over_time(${json}[5m] | json | unwrap seconds)`, `sum_over_time((${json} | json | unwrap seconds | level="error")[5m] offset 30s)`, `SUM(RATE(${json}[5m])) BY (env)`, `sum(rate(${json}[1m30s]))`, `sum(rate(${json}[90s]))`, `sum  by(env)(rate(${json} [5m]  offset  1m ))`, `((sum(rate(${json}[5m]))))`, `count_over_time(${all} | json | logfmt | drop __error__, __error_details__ | keep level [5m])`, `sum by (level) (count_over_time(${all} | drop __error__ [1m]))`, `sum by (actor) (count_over_time(${all} | actor="alice" or actor="bob" [5m]))`, `avg_over_time(${json} | json | unwrap duration(latency) | __error__="" [1m]) by ()`,
  ] },
]
