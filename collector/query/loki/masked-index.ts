// The index for a reader from whom something is masked: it knows streams only. To match by what stands beside the lines
// would answer whether it is there, and the mask would be none.

import { indexKeys, labelName } from '../../look/names.ts'
import { LokiError } from './errors.ts'
import type { Matcher } from '../logql/ast.ts'
import type { LogIndex } from './log-index.ts'

const ofStreams: ReadonlySet<string> = new Set([...[...indexKeys].map(labelName), 'service_name'])

export function streamsOnly(index: LogIndex): LogIndex {
  const checked = <Q extends { readonly matchers: readonly Matcher[] }>(question: Q): Q => {
    check(question.matchers)
    return question
  }
  return {
    labelNames: async (question) => index.labelNames(checked(question)),
    labelValues: async (name, question) => index.labelValues(name, checked(question)),
    async streams(window, selectors) {
      selectors.forEach(check)
      return index.streams(window, selectors)
    },
    stats: async (question) => index.stats(checked(question)),
    volume: async (question) => index.volume(checked(question)),
    volumeRange: async (question, stepNano) => index.volumeRange(checked(question), stepNano),
  }
}

function check(matchers: readonly Matcher[]): void {
  if (!matchers.every(({ name }) => ofStreams.has(name))) throw new LokiError(400, 'with this key streams are chosen by their own labels only: its clearance hides what other fields say')
}
