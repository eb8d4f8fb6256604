// From findings that overlap to replacements that do not: what overlaps goes as one, under the name of the rule that found
// most of it, and of the earlier rule among equals. Nothing that any rule found stays behind because another won.

import type { Finding } from './match.ts'

/** Text instead of a finding; undefined leaves it. */
export type ReplaceText = (ruleId: string, secret: string) => string | undefined

interface Replacement { readonly start: number; readonly end: number; readonly text: string }

/** The text with every finding replaced, or the same string. */
export function replaceFindings(text: string, findings: readonly Finding[], replace: ReplaceText): string {
  if (findings.length === 0) return text
  let out = ''
  let copied = 0
  for (const replacement of replaceGroups(text, findings, replace)) {
    out += text.slice(copied, replacement.start) + replacement.text
    copied = replacement.end
  }
  return copied === 0 ? text : out + text.slice(copied)
}

function replaceGroups(text: string, findings: readonly Finding[], replace: ReplaceText): Replacement[] {
  return groupsOf(findings).flatMap((group) => replaceGroup(text, group, replace))
}

function groupsOf(findings: readonly Finding[]): Finding[][] {
  const groups: Finding[][] = []
  let end = -1
  for (const finding of [...findings].sort((a, b) => a.start - b.start || a.end - b.end || a.rank - b.rank)) {
    if (finding.start < end) groups.at(-1)!.push(finding)
    else groups.push([finding])
    end = Math.max(end, finding.end)
  }
  return groups
}

/** Where the replacement is refused, the rule is out, and what the others of its group found is seen anew. */
function replaceGroup(text: string, group: readonly Finding[], replace: ReplaceText): Replacement[] {
  const { ruleId } = group.reduce((best, finding) => ((finding.end - finding.start) - (best.end - best.start) || best.rank - finding.rank) > 0 ? finding : best)
  const start = group[0]!.start
  const end = group.reduce((last, finding) => Math.max(last, finding.end), 0)
  const replacement = replace(ruleId, text.slice(start, end))
  if (replacement !== undefined) return [{ start, end, text: replacement }]
  return replaceGroups(text, group.filter((finding) => finding.ruleId !== ruleId), replace)
}
