// The policy as a reader sees it who has no file: what holds for one workspace. Public keys, and nothing that is secret.

import { effectsOf } from '@blotter/processors'
import type { Effect, PolicyPart } from '@blotter/processors'

export interface RuleView { readonly id: string; readonly finds: 'secret' | 'personal'; readonly action: Effect; readonly own: boolean; readonly examples: number }

/** Detector rules in their order, with what is done with what they find. */
export function rulesOf(part: PolicyPart): RuleView[] {
  const { rules, ofRule } = effectsOf(part)
  return rules.map((rule) => ({ id: rule.id, finds: rule.finds, action: ofRule(rule.id), own: part.detectors.includes(rule), examples: rule.examples.finds.length + rule.examples.ignores.length }))
}

export function partView(part: PolicyPart): object {
  return {
    classes: part.classes,
    fields: Object.fromEntries(part.fields),
    rules: Object.fromEntries(part.rules),
    detectors: part.detectors.map(({ id, finds }) => ({ id, finds })),
    allow: part.allow.length,
    recipients: part.recipients.map((key) => `hpke-x25519:${key.toString('base64url')}`),
  }
}
