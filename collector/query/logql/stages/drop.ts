// `| drop`: takes labels away, all of them or where their value matches. Errors can be dropped too.

import type { LabelChoice } from '../ast.ts'
import { errorDetailsLabel, errorLabel, type LineState } from './line-state.ts'
import { compileMatcher } from './matcher.ts'
import type { RunStage } from './stage.ts'

export function compileDrop(choices: readonly LabelChoice[]): RunStage {
  const drops = choices.map(compileChoice)
  return (state) => {
    for (const drop of drops) drop(state)
    return true
  }
}

function compileChoice({ name, matcher }: LabelChoice): (state: LineState) => void {
  const matches = matcher === undefined ? () => true : compileMatcher(matcher)
  return (state) => {
    if (matches(valueOf(state, name))) take(state, name)
  }
}

function valueOf(state: LineState, name: string): string {
  return (name === errorDetailsLabel && state.errorDetails !== '' ? state.errorDetails : state.get(name)) ?? ''
}

function take(state: LineState, name: string): void {
  if (name === errorLabel) state.error = ''
  else if (name === errorDetailsLabel) state.errorDetails = ''
  state.delete(name)
}
