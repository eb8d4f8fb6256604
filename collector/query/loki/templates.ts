// Patterns of lines: lines of as many words that agree in most of them are one pattern, in which `<_>` stands for the
// words that differ. One pass, as much work for a line as it has candidates; the number of patterns is bounded.

export interface Templates<T> {
  /** The pattern of `line`, as it is by now, with what is kept for it; undefined when there are too many patterns already. */
  add(line: string): T | undefined
  /** What was kept, with the patterns as they became. */
  entries(): { readonly pattern: string; readonly kept: T }[]
}

export interface TemplatesOptions<T> {
  readonly create: () => T
  /** Patterns at most. Default 300. */
  readonly most?: number
}

interface Cluster<T> { words: string[]; readonly kept: T }

const placeholder = '<_>'
/** Longer lines are told by their beginning. */
const mostWords = 80
/** Words that must agree. */
const similarity = 0.5
/** Of one shape; the one that was made last is the likeliest to fit. */
const mostCandidates = 50

export function createTemplates<T>({ create, most = 300 }: TemplatesOptions<T>): Templates<T> {
  const shapes = new Map<string, Cluster<T>[]>()
  let count = 0

  function find(words: readonly string[], clusters: readonly Cluster<T>[]): Cluster<T> | undefined {
    let best: Cluster<T> | undefined
    let bestScore = similarity * words.length
    for (const cluster of clusters.slice(-mostCandidates)) {
      const score = words.reduce((sum, word, i) => sum + (word === cluster.words[i] ? 1 : 0), 0)
      if (score >= bestScore) [best, bestScore] = [cluster, score]
    }
    return best
  }

  return {
    add(line) {
      const words = wordsOf(line)
      const shape = `${words.length} ${words[0]?.slice(0, 64) ?? ''}`
      const clusters = shapes.get(shape) ?? []
      const known = find(words, clusters)
      if (known !== undefined) {
        known.words = known.words.map((word, i) => (word === words[i] ? word : placeholder))
        return known.kept
      }
      if (count >= most) return undefined
      count += 1
      const cluster = { words, kept: create() }
      clusters.push(cluster)
      shapes.set(shape, clusters)
      return cluster.kept
    },
    entries: () => [...shapes.values()].flat().map(({ words, kept }) => ({ pattern: patternOf(words), kept })),
  }
}

/** A word with a digit in it is a value, mostly: ids, times, amounts. */
function wordsOf(line: string): string[] {
  const words = line.slice(0, 8192).split(' ', mostWords + 1)
  const kept = words.slice(0, mostWords).map((word) => (/\d/.test(word) ? maskedWord(word) : word))
  return words.length > mostWords ? [...kept, placeholder] : kept
}

/** Of `key=value` the key stays. */
function maskedWord(word: string): string {
  const key = /^([A-Za-z_.]+=)/.exec(word)?.[1]
  return key === undefined ? placeholder : key + placeholder
}

/** Placeholders side by side are one: the words between them say nothing. */
function patternOf(words: readonly string[]): string {
  return words.filter((word, i) => word !== placeholder || words[i - 1] !== placeholder).join(' ')
}
