// From the stages of a query to what runs them.

import type { LabelFilter, Stage } from '../ast.ts'
import { compileDecolorize } from './decolorize.ts'
import { compileDrop } from './drop.ts'
import { unlessAllTaken, type ParserHints } from './found-labels.ts'
import { compileJson } from './json.ts'
import { compileJsonExpressions } from './json-expressions.ts'
import { compileKeep } from './keep.ts'
import { compileLabelFilter } from './label-filter.ts'
import { compileLabelFormat } from './label-format.ts'
import { compileLineFilter } from './line-filter.ts'
import { compileLineFormat } from './line-format.ts'
import { compileLogfmt, compileLogfmtExpressions } from './logfmt.ts'
import { compilePatternParser } from './pattern.ts'
import { compileRegexp } from './regexp.ts'
import type { RunStage } from './stage.ts'
import { compileUnpack } from './unpack.ts'

export function compileStage(stage: Stage, hints: ParserHints): RunStage {
  switch (stage.kind) {
    case 'lineFilter': return compileLineFilter(stage)
    case 'labelFilter': return compileLabelFilter(stage.filter)
    case 'lineFormat': return compileLineFormat(stage.template)
    case 'labelFormat': return compileLabelFormat(stage.assignments)
    case 'drop': return compileDrop(stage.labels)
    case 'keep': return compileKeep(stage.labels)
    case 'decolorize': return compileDecolorize()
    default: return unlessAllTaken(compileParser(stage, hints), hints)
  }
}

type ParserStage = Extract<Stage, { readonly kind: 'json' | 'logfmt' | 'regexp' | 'pattern' | 'unpack' }>

function compileParser(stage: ParserStage, hints: ParserHints): RunStage {
  switch (stage.kind) {
    case 'json': return stage.expressions.length === 0 ? compileJson(hints) : compileJsonExpressions(stage.expressions)
    case 'logfmt': return stage.expressions.length === 0 ? compileLogfmt(stage, hints) : compileLogfmtExpressions(stage, stage.expressions)
    case 'regexp': return compileRegexp(stage.pattern, hints)
    case 'pattern': return compilePatternParser(stage.pattern, hints)
    case 'unpack': return compileUnpack()
  }
}

/** Filters by one label in a stage of their own, the first of each label: parsers ask them while they read. */
export function aloneFilters(stages: readonly Stage[], further: readonly LabelFilter[]): ReadonlyMap<string, RunStage> {
  const filters = new Map<string, RunStage>()
  const all = [...stages.flatMap((stage) => stage.kind === 'labelFilter' ? [stage.filter] : []), ...further]
  for (const filter of all) {
    if ('left' in filter || filters.has(filter.name)) continue
    filters.set(filter.name, compileLabelFilter(filter))
  }
  return filters
}
