// Log queries written by hand: each construct over the lines that show what it does.

import { selectors, type CaseGroup } from './selectors.ts'

const { json, logfmt, plain, packed, odd, all } = selectors
const over = (names: readonly string[], stages: readonly string[]): readonly string[] => names.flatMap((selector) => stages.map((stage) => `${selector} ${stage}`))

export const logCases: readonly CaseGroup[] = [
  { group: 'selector', queries: [
    json, all, '{service_name="checkout", env="prod"}', '{env!="prod", env=~".+"}', '{env=~"prod|dev", format!~"json|odd"}', '{service_name=~"check.*"}', '{service_name=~"check"}', '{level=""  , env="prod"}',
    '{level!="", env="prod"}', '{env=~"(?i)PROD"}', '{env="nothing"}', '{env=~"p.*", env!~".*x"}', '{env!=""}', '{env!~"^$"}', '({env="dev"})', `${json} # comment`, '{env="dev"}\n# a line\n|= "a" # more', '{env=`dev`}', '{ env = "dev" , format = "odd" }',
  ] },
  { group: 'line filter', queries: over([json, logfmt, plain, odd], [
    '|= "error"', '!= "error"', '|~ "err(or)?"', '!~ "[45]0\\\\d"', '|~ "(?i)ERROR"', '|= ""', '!= ""', '|~ ""', '!~ ""', '|= "error" != "timeout"', '|= "GET" or "POST"', '!= "GET" or "POST"', '|~ "a.c" or "5\\\\d\\\\d"', '!~ "GET" or "PUT"',
    '|> "<_>GET<_>"', '!> "<_>GET<_>"', '|> "<_> - - <_>"', '|> "GET" or "<_>POST<_>"', '|= ip("10.0.0.0/8")', '!= ip("192.0.2.1")', '|= ip("192.168.0.1-192.168.1.5")', '|= ip("2001:db8::/32")', '|= ip("10.0.0.5")', '|~ "^[^a-z]"', '|~ "\\\\bdone\\\\b"', '|~ ".*"', '|= `"`', '|~ "^$"', '|~ "a|b|c"', '|~ "x$"', '|~ "(?s)two.lines"', '|~ "two.lines"',
  ]) },
  { group: 'json', queries: over([json, logfmt, packed, odd], [
    '| json', '| json | __error__=""', '| json | __error__!=""', '| json status, level', '| json user="user.id"', '| json name="user[\\"display name\\"]"', '| json first="items[0].sku", second="items[1].sku"', '| json tag="user.tags[1]"', '| json all="user"', '| json list="items"',
    '| json status="missing"', '| json a="a.b"', '| json env="env"', '| json status="status" | status=200', '| json deep="a.b.c.d"', '| json x="arr[0].k", y="matrix[1][0]"', '| json n="n", t="t", z="z"', '| json s="s"', '| json | json', '| json | line_format "{{.level}} {{.env_extracted}}"', '| json actor="actor"', '| json dup="dup"', '| json status, status_again="status"',
  ]) },
  { group: 'logfmt', queries: over([logfmt, odd, plain, json], [
    '| logfmt', '| logfmt --strict', '| logfmt --keep-empty', '| logfmt --strict --keep-empty', '| logfmt status, level', '| logfmt s="status", missing="nothing"', '| logfmt --keep-empty empty, flag', '| logfmt --strict a, b', '| logfmt a, b', '| logfmt level="level"', '| logfmt env', '| logfmt | logfmt', '| logfmt --strict | __error__=""', '| logfmt --strict | __error__!=""', '| logfmt msg | line_format "{{.msg}}"',
  ]) },
  { group: 'regexp', queries: over([plain, odd, logfmt], [
    '| regexp "^(?P<addr>\\\\S+) - - \\\\[(?P<when>[^\\\\]]+)\\\\]"', '| regexp "(?P<method>GET|POST)"', '| regexp "(?P<n>\\\\d+)$"', '| regexp "(?P<env>\\\\w+)"', '| regexp "(?P<a>x)?(?P<b>y)?"', '| regexp "(?P<empty>)"', '| regexp "nomatch(?P<z>.)"', '| regexp "(?<short>\\\\w+)"', '| regexp "(?P<actor>\\\\w+)"', '| regexp "(?i)(?P<level>error|warn)"', '| regexp "(?P<a>.)(.)(?P<c>.)"',
  ]) },
  { group: 'pattern', queries: over([plain, odd, logfmt], [
    '| pattern "<addr> - - [<when>] \\"<method> <path> <_>\\" <status> <size> <_>"', '| pattern "<first> <_>"', '| pattern "<_>level=<level> <_>"', '| pattern "<everything>"', '| pattern "<_> <second>"', '| pattern "x<after>"', '| pattern "<before>x"', '| pattern "<env> <_>"', '| pattern "<actor> <_>"', '| pattern "<a>=<b> <_>"', '| pattern "<a> <b> <c>"', '| pattern "GET <path> <_>"', '| pattern "<a>|<b>|<c>"',
  ]) },
  { group: 'unpack', queries: over([packed, json, odd], ['| unpack', '| unpack | logfmt', '| unpack | json', '| unpack |= "level"', '| unpack | __error__=""', '| unpack | pod="p1"']) },
  { group: 'label filter', queries: over([`${json} | json`, `${logfmt} | logfmt`, `${odd} | json`, `${odd} | logfmt`, all], [
    '| status=200', '| status>=500', '| status="200"', '| status!="200"', '| status=~"5.."', '| status!~"5.."', '| status>200 and status<500', '| status=200 or status=404', '| level="error" or status>=500 and method="GET"', '| level="error" , method="GET" or method="POST"', '| latency>1s', '| latency<=500ms', '| duration>1s', '| duration!=15ms', '| size>1KB', '| size<=512B', '| size=4KB', '| bytes>2KB', '| bytes>5000', '| ip=ip("10.0.1.0/24")', '| ip!=ip("10.0.1.0/24")', '| remote=ip("192.168.1.1-192.168.2.3")',
    '| missing="x"', '| missing=""', '| missing!=""', '| missing>1', '| missing=~".*"', '| missing!~".+"', '| env="prod"', '| actor="alice"', '| actor!=""', '| attempt>=2', '| wait>100ms', '| seconds>2.5', '| seconds<=-1', '| level=~"(?i)ERR.*"', '| (level="warn" or level="error") and (status>=400 or actor="bob")', '| status>500 | __error__=""', '| latency>1s | __error__=""', '| latency>1s or status="500"', '| status>1 or latency>1s', '| request_id=~"req-1.."', '| ip=ip("2001:db8::/32")', '| status="meta"', '| status_extracted="200"', '| num>10', '| dur>1h', '| dur<1h30m1s', '| n>=1000',
  ]) },
  { group: 'line_format', queries: over([`${json} | json`, `${logfmt} | logfmt`, odd], templates().map((template) => `| line_format ${JSON.stringify(template)}`)) },
  { group: 'label_format', queries: over([`${json} | json`, `${logfmt} | logfmt`], [
    '| label_format method2=method', '| label_format code=status,verb=method', '| label_format x="{{.status}}-{{.method}}"', '| label_format env=level', '| label_format env="x"', '| label_format actor=level', '| label_format actor="{{.actor}}!"', '| label_format status=missing', '| label_format missing2=missing', '| label_format level=""', '| label_format a=method,b=method', '| label_format method=path,path=method', '| label_format service_name="all"', '| label_format x="{{ .status | int | mul 2 }}"', '| label_format env=env', '| label_format level="{{ToUpper .level}}" | level="ERROR"', '| label_format request_id=method', '| label_format x="{{__line__ | len}}"', '| label_format x="{{__timestamp__ | unixEpoch}}"', '| label_format x="{{.nope.deeper}}"', '| label_format y="{{div 1 0}}"',
  ]) },
  { group: 'drop and keep', queries: over([`${json} | json`, `${logfmt} | logfmt`, `${odd} | json`], [
    '| drop status', '| drop status, level, method', '| drop env', '| drop actor', '| drop actor="alice"', '| drop status="200"', '| drop level=~"err.*"', '| drop level!="error", actor', '| drop level!~"e.*"', '| drop __error__', '| drop __error__, __error_details__', '| drop missing', '| drop status_extracted', '| keep status', '| keep env', '| keep actor', '| keep status, env, actor', '| keep level="error"', '| keep level=~"w.*|e.*", service_name', '| keep missing', '| keep __error__', '| keep status | drop status', '| drop env | env="prod"', '| keep level!="error"',
  ]) },
  { group: 'decolorize', queries: over([odd, json], ['| decolorize', '| decolorize |= "red and"', '|= "red" | decolorize | pattern "<c> and <_>"']) },
  { group: 'chains', queries: [
    `${json} | json | logfmt`, `${logfmt} | json | logfmt`, `${odd} | json | logfmt`, `${odd} | logfmt | json`, `${json} |= "error" | json | status>=500 | line_format "{{.method}} {{.path}}" | pattern "<verb> <url>"`, `${logfmt} | logfmt | line_format "{{.msg}}" |= "done" | drop msg`, `${plain} | pattern "<ip> - - <_>" | ip=ip("192.0.2.0/24") | label_format ip=env`, `${packed} | unpack | json | logfmt | keep n, pod`,
    `${json} | json | line_format "{{.user_id}}" | label_format who="{{__line__}}"`, `${json} | json method | regexp "(?P<method>D\\\\w+)"`, `${json} | json | regexp "(?P<level>\\\\w+)"`, `${logfmt} | logfmt | regexp "(?P<status>\\\\d{3})"`, `${odd} | json | __error__="JSONParserErr" | drop __error__, __error_details__`, `${odd} | unpack | __error__!="" | line_format "{{.__error__}}"`, `${json} | json | label_format level=method | level="GET"`, `${json} | json level | json level`, `${json} | logfmt | json level`, `${logfmt} | logfmt level | logfmt level`, `${json} | json | drop level | json level`,
    `${all} | json | logfmt | drop __error__, __error_details__`, `${json} | json a="level", b="method" | json | logfmt | drop __error__, __error_details__`,
  ] },
]

function templates(): readonly string[] {
  return [
    '', 'fixed', '{{.status}}', '{{.missing}}', '{{ .level | ToUpper }} {{.method}}', '{{.env}}/{{.service_name}}', '{{.actor}}', '{{__line__}}', '{{__timestamp__}}', '{{__timestamp__ | date "2006-01-02T15:04:05.000Z07:00"}}', '{{__line__ | len}}', '{{if eq .level "error"}}E{{else if eq .level "warn"}}W{{else}}-{{end}}',
    '{{ToLower .method}}', '{{lower .method}} {{upper .level}} {{title .level}}', '{{Replace .path "/" "_" 1}}', '{{replace "/" "-" .path}}', '{{Trim .path "/"}}|{{TrimLeft .path "/"}}|{{TrimRight .path "s"}}', '{{TrimPrefix .path "/v1"}}|{{trimPrefix "/v1" .path}}', '{{TrimSuffix .path "s"}}|{{trimSuffix "s" .path}}', '{{TrimSpace .message}}|{{trim .message}}|{{trimAll "/" .path}}', '{{regexReplaceAll "\\\\d+" .path "#"}}', '{{regexReplaceAllLiteral "(o)" .path "$1"}}', '{{regexReplaceAll "(\\\\w)(\\\\d)" __line__ "${2}$1"}}',
    '{{substr 0 3 .method}}|{{trunc 2 .method}}|{{trunc -2 .method}}', '{{contains "E" .method}} {{hasPrefix "G" .method}} {{hasSuffix "T" .method}}', '{{default "none" .missing}}', '{{add 1 2 3}} {{sub 5 3}} {{mul 2 3 4}} {{div 7 2}} {{mod 7 3}}', '{{addf 1.5 2}} {{subf 5 .5}} {{mulf 2 1.5}} {{divf 7 2}}', '{{max 1 5 3}} {{min 4 2 8}} {{maxf 1.5 2.5}} {{minf 1.5 0.5}}', '{{ceil 1.2}} {{floor 1.8}} {{round 3.14159 2}}', '{{int .status}} {{float64 .status}}', '{{mul .status 2}}', '{{printf "%s-%5s-%-5s|%q" .method .level .level .level}}', '{{printf "%d %05d %x %.2f %v %t" 42 42 255 3.14159 "v" true}}', '{{.status | printf "%s!"}}', '{{bytes "5KB"}} {{bytes .size}}', '{{duration "1m30s"}} {{duration_seconds "90ms"}} {{duration .latency}}',
    '{{count "a" __line__}}', '{{b64enc .method}} {{b64dec "aGk="}}', '{{urlencode .path}} {{urldecode "a%20b"}}', '{{alignLeft 5 .method}}|{{alignRight 7 .method}}|', '{{unixEpoch __timestamp__}} {{unixEpochMillis __timestamp__}} {{unixEpochNanos __timestamp__}}', '{{repeat 3 "ab"}}', '{{indent 2 .method}}|{{nindent 2 .method}}', '{{range $i, $x := fromJson __line__}}{{$i}};{{end}}', '{{with .level}}<{{.}}>{{end}}', '{{$x := .level}}{{$x}}{{$x}}', '{{and .level .missing}}|{{or .missing .level}}|{{not .missing}}', '{{eq .level "error"}} {{ne .level "error"}} {{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge 2 3}}', '{{len .method}} {{index .method 0}} {{slice .method 1 2}}', '{{- " x " -}} y', ' {{- .level -}} ', '{{/* c */}}z', '{{print 1 "a" 2}} {{println "x"}}', '{{html "<a>"}} {{js "it\'s"}} {{urlquery "a b"}}', '{{toDate "2006-01-02" "2024-11-23" | unixEpoch}}', '{{toDateInZone "2006-01-02 15:04" "Europe/Berlin" "2024-07-01 12:00" | unixEpoch}}', '{{unixToTime "1732356000" | date "2006"}}', '{{div 1 0}}', '{{.level.x}}', '{{index .level 99}}', '{{`raw`}} {{"q\\"q"}} {{\'a\'}} {{1e3}} {{true}} {{nil | default "n"}}', '{{range $k, $v := fromJson "{\\"b\\":1,\\"a\\":[true,null]}"}}{{$k}}={{$v}} {{end}}',
  ]
}
