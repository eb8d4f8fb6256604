// `| keep`: takes all labels away but these, or these where their value matches. Errors stay.

import type { LabelChoice } from '../ast.ts'
import { compileMatcher } from './matcher.ts'
import type { RunStage } from './stage.ts'

export function compileKeep(choices: readonly LabelChoice[]): RunStage {
  const kept = new Map<string, ((value: string) => boolean)[]>()
  for (const { name, matcher } of choices) {
    const match = matcher === undefined ? () => true : compileMatcher(matcher)
    kept.set(name, [...kept.get(name) ?? [], match])
  }
  const stays = (value: string, name: string): boolean => kept.get(name)?.some((match) => match(value)) === true
  return (state) => {
    const gone: string[] = []
    state.eachLabel((value, name) => { if (!stays(value, name)) gone.push(name) })
    for (const name of gone) state.delete(name)
    return true
  }
}
