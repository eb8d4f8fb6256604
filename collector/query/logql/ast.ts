// What a LogQL query means, after parsing: values are unquoted, durations are nanoseconds, byte sizes are bytes, and
// operators have found their operands. The validator has passed all of it: whoever reads it need not check again.

export type Expression = LogQuery | MetricExpression

export interface LogQuery { readonly kind: 'log'; readonly matchers: readonly Matcher[]; readonly stages: readonly Stage[] }

export type MatchOperator = '=' | '!=' | '=~' | '!~'

/** Regular expressions of matchers are anchored at both ends. */
export interface Matcher { readonly name: string; readonly op: MatchOperator; readonly value: string }

export type Stage =
  | LineFilter
  | { readonly kind: 'json'; readonly expressions: readonly Extraction[] }
  | { readonly kind: 'logfmt'; readonly strict: boolean; readonly keepEmpty: boolean; readonly expressions: readonly Extraction[] }
  | { readonly kind: 'regexp'; readonly pattern: string }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'unpack' }
  | { readonly kind: 'labelFilter'; readonly filter: LabelFilter }
  | { readonly kind: 'lineFormat'; readonly template: string }
  | { readonly kind: 'labelFormat'; readonly assignments: readonly LabelAssignment[] }
  | { readonly kind: 'drop'; readonly labels: readonly LabelChoice[] }
  | { readonly kind: 'keep'; readonly labels: readonly LabelChoice[] }
  | { readonly kind: 'decolorize' }

/** `|= "a" or "b"`: any of the alternatives; for `!=`, `!~` and `!>` none of them. Regular expressions are not anchored. */
export interface LineFilter {
  readonly kind: 'lineFilter'
  readonly op: '|=' | '!=' | '|~' | '!~' | '|>' | '!>'
  readonly alternatives: readonly { readonly value: string; /** `ip("…")` */ readonly ip: boolean }[]
}

/** `name="path"` of `| json` and `| logfmt`; `name` alone means the path of that name. */
export interface Extraction { readonly name: string; readonly path: string }

export type LabelFilter =
  | { readonly kind: 'and' | 'or'; readonly left: LabelFilter; readonly right: LabelFilter }
  | { readonly kind: 'string'; readonly name: string; readonly op: MatchOperator; readonly value: string }
  | { readonly kind: 'number' | 'duration' | 'bytes'; readonly name: string; readonly op: Comparison; /** Number as it stands, nanoseconds, bytes. */ readonly value: number }
  | { readonly kind: 'ip'; readonly name: string; readonly op: '=' | '!='; readonly value: string }

/** `==` and `=` of numbers are both `==`. */
export type Comparison = '==' | '!=' | '>' | '>=' | '<' | '<='

/** `name=from` renames, `name="{{ … }}"` is a template. */
export type LabelAssignment = { readonly name: string; readonly from: string } | { readonly name: string; readonly template: string }

/** A label of `drop` and `keep`, or one only where its value matches. */
export type LabelChoice = { readonly name: string; readonly matcher?: Matcher }

export type MetricExpression = RangeAggregation | VectorAggregation | BinaryOperation | Literal | VectorLiteral | LabelReplace

export type RangeOperator =
  | 'rate' | 'rate_counter' | 'count_over_time' | 'bytes_rate' | 'bytes_over_time' | 'absent_over_time'
  | 'sum_over_time' | 'avg_over_time' | 'max_over_time' | 'min_over_time' | 'first_over_time' | 'last_over_time'
  | 'stddev_over_time' | 'stdvar_over_time' | 'quantile_over_time'

export interface RangeAggregation {
  readonly kind: 'range'
  readonly op: RangeOperator
  /** Of `quantile_over_time`. */
  readonly parameter?: number
  /** Without its unwrap. */
  readonly log: LogQuery
  readonly unwrap?: Unwrap
  readonly rangeNano: bigint
  /** 0n without `offset`; may be negative. */
  readonly offsetNano: bigint
  readonly grouping?: Grouping
}

export interface Unwrap {
  readonly label: string
  /** How the value is read. Absent: as a number. */
  readonly conversion?: 'duration' | 'duration_seconds' | 'bytes'
  /** Label filters after the unwrap, such as `| __error__=""`. */
  readonly filters: readonly LabelFilter[]
}

export type VectorOperator = 'sum' | 'avg' | 'max' | 'min' | 'count' | 'stddev' | 'stdvar' | 'topk' | 'bottomk' | 'approx_topk' | 'sort' | 'sort_desc'

export interface VectorAggregation {
  readonly kind: 'vector'
  readonly op: VectorOperator
  /** Of topk, bottomk and approx_topk. */
  readonly parameter?: number
  readonly operand: MetricExpression
  readonly grouping?: Grouping
}

export interface Grouping { readonly without: boolean; readonly labels: readonly string[] }

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '^' | '==' | '!=' | '>' | '>=' | '<' | '<=' | 'and' | 'or' | 'unless'

export interface BinaryOperation {
  readonly kind: 'binary'
  readonly op: BinaryOperator
  readonly left: MetricExpression
  readonly right: MetricExpression
  /** `bool`: a comparison answers 0 or 1 instead of leaving out. */
  readonly bool: boolean
  /** Absent: all labels must be equal. */
  readonly matching?: {
    readonly on: boolean
    readonly labels: readonly string[]
    readonly group?: 'left' | 'right'
    /** Labels taken from the one side. */
    readonly include: readonly string[]
  }
}

export interface Literal { readonly kind: 'literal'; readonly value: number }

/** `vector(1)` */
export interface VectorLiteral { readonly kind: 'vectorLiteral'; readonly value: number }

export interface LabelReplace {
  readonly kind: 'labelReplace'
  readonly operand: MetricExpression
  readonly destination: string
  readonly replacement: string
  readonly source: string
  readonly pattern: string
}
