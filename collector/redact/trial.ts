// What a policy does with a sample: each value that it would take, where it stands, by which rule, and what becomes of it.
// The value itself is told as its shape.

import { createRedaction, effectsOf, findPlaceholders, fields, isMap, ruleOfPlaceholder } from '@blotter/processors'
import type { AuditRecord, Effect, FingerprintKey, PolicyPart, RedactionPolicy, Value } from '@blotter/processors'

export interface Found {
  /** `body.items[0].note`; in a text, each find by itself. */
  readonly where: string
  readonly rule: string
  readonly action: Effect
  readonly before: Value
  /** What stands there now; with a rule that only watches, the value is left. */
  readonly after: string
}

export interface TrialOptions {
  readonly policy: RedactionPolicy
  readonly workspace: string
  /** On top of the workspace's. */
  readonly destination?: string | undefined
  readonly key: FingerprintKey
}

/** The part of the policy that decides last. */
export function partOf({ base, workspaces, destinations }: RedactionPolicy, workspace: string, destination: string | undefined): PolicyPart {
  return (destination === undefined ? undefined : destinations.get(destination)) ?? workspaces.get(workspace) ?? base
}

export function tryOut(record: AuditRecord, { policy, workspace, destination, key }: TrialOptions): { readonly after: AuditRecord; readonly found: readonly Found[] } {
  const part = partOf(policy, workspace, destination)
  const { ofRule } = effectsOf(part)
  const keyOf = (): FingerprintKey => key
  const after = createRedaction({ ...policy, base: part, workspaces: new Map() }, { keyOf }).of(workspace).process(record)
  const acting = createRedaction({ ...policy, base: watchedToo(part), workspaces: new Map() }, { keyOf }).of(workspace).process(record)
  return { after, found: compare(record, acting).map((found) => ({ ...found, action: ofRule(found.rule) })) }
}

/** With rules that only watch doing what they would do: that shows where they found something. */
function watchedToo(part: PolicyPart): PolicyPart {
  return { ...part, rules: new Map([...part.rules].map(([id, told]) => [id, told === 'observe' ? 'remove' : told])) }
}

type Difference = Omit<Found, 'action'>

const ownKeys: ReadonlySet<string> = new Set([fields.redactionCount.key, fields.redactionRules.key])

function compare(before: AuditRecord, after: AuditRecord): Difference[] {
  const found: Difference[] = []
  for (const part of ['eventName', 'severityText', 'scopeName', 'scopeVersion', 'body', 'attributes', 'resource'] as const) differences(before[part], after[part], part, found)
  return found
}

function differences(before: Value, after: Value, where: string, found: Difference[]): void {
  if (before === after) return
  if (typeof before === 'string' && typeof after === 'string') { inText(before, after, where, found); return }
  if (Array.isArray(before) && Array.isArray(after)) { (before as readonly Value[]).forEach((member, i) => { differences(member, (after as readonly Value[])[i]!, `${where}[${i}]`, found) }); return }
  if (isMap(before) && isMap(after)) {
    const [keys, now] = [Object.keys(before), Object.keys(after).filter((key) => !ownKeys.has(key) || key in before)]
    keys.forEach((key, i) => {
      const name = now[i]!
      if (key !== name) inText(key, name, `${where}.(key)`, found)
      if (!ownKeys.has(key)) differences(before[key]!, after[name]!, memberOf(where, name), found)
    })
    return
  }
  if (typeof after === 'string') found.push({ where, rule: ruleOfPlaceholder(after) ?? 'unknown', before, after })
}

function memberOf(where: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${where}.${key}` : `${where}[${JSON.stringify(key)}]`
}

/** Between two finds the text is as it was; where it is not, because it was decoded, the whole text is one find. */
function inText(before: string, after: string, where: string, found: Difference[]): void {
  const places: { readonly start: number; readonly end: number }[] = []
  findPlaceholders(after, () => true, (start, end) => { if (ruleOfPlaceholder(after.slice(start, end)) !== undefined) places.push({ start, end }) })
  const secrets = between(before, after, places)
  places.forEach(({ start, end }, i) => {
    const replacement = after.slice(start, end)
    if (secrets?.[i] !== replacement) found.push({ where, rule: ruleOfPlaceholder(replacement)!, before: secrets?.[i] ?? before, after: replacement })
  })
}

function between(before: string, after: string, places: readonly { readonly start: number; readonly end: number }[]): readonly string[] | undefined {
  const kept = [0, ...places.map(({ end }) => end)].map((from, i) => after.slice(from, places[i]?.start))
  if (!before.startsWith(kept[0]!)) return undefined
  const secrets: string[] = []
  let at = kept[0]!.length
  for (let i = 1; i < kept.length; i += 1) {
    const next = i === kept.length - 1 ? before.length - kept[i]!.length : before.indexOf(kept[i]!, at + 1)
    if (next < at || (i === kept.length - 1 && !before.endsWith(kept[i]!))) return undefined
    secrets.push(before.slice(at, next))
    at = next + kept[i]!.length
  }
  return secrets
}

const longestShape = 40

/** Letters as `a`, digits as `9`: what kind of thing it was, and not which. */
export function shapeOf(value: Value): string {
  if (Array.isArray(value)) return `list of ${value.length}`
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (isMap(value)) return `map of ${Object.keys(value).length}`
  const shape = (typeof value === 'string' ? value : String(value as number | bigint | boolean | null)).replace(/\p{L}/gu, 'a').replace(/\p{N}/gu, '9').replace(/[^\x20-\x7e]/g, '·')
  return shape.length <= longestShape ? shape : `${shape.slice(0, longestShape - 1)}… (${shape.length})`
}
