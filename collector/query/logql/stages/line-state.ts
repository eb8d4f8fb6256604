// The line at hand with its labels, which stages read and change. Labels are of three kinds that never share a name: those
// of the stream, structured metadata, and what the query itself found or set (parsed). One state is used for all entries
// of a query, and allocates nothing for an entry of which nothing is asked.

import type { Entry, Labels } from '../entry.ts'

export const errorLabel = '__error__'
export const errorDetailsLabel = '__error_details__'

const extractedSuffix = '_extracted'
const noLabels: Labels = new Map()

export class LineState {
  line = ''
  timeNano = 0n
  /** '' without an error. The first one stays where a filter fails, the last one where a parser or template does. */
  error = ''
  errorDetails = ''
  /** A parser failed at this line, whatever happened since. */
  parserFailed = false
  #stream: Labels = noLabels
  #metadata: Labels = noLabels
  #parsed = new Map<string, string>()
  /** Labels of stream and metadata that were dropped or replaced. */
  readonly #hidden = new Set<string>()
  /** Labels that a stage took away: parsers of whole lines do not bring them back. */
  readonly #deleted = new Set<string>()

  /** Takes up the next entry. */
  reset(entry: Entry): void {
    this.line = entry.line
    this.timeNano = entry.timeNano
    this.error = ''
    this.errorDetails = ''
    this.parserFailed = false
    this.#stream = entry.stream
    this.#metadata = withoutCollisions(entry.metadata, entry.stream)
    if (this.#parsed.size > 0) this.#parsed.clear()
    if (this.#hidden.size > 0) this.#hidden.clear()
    if (this.#deleted.size > 0) this.#deleted.clear()
  }

  get hidden(): ReadonlySet<string> { return this.#hidden }
  get stream(): Labels { return this.#stream }
  get metadata(): Labels { return this.#metadata }
  get parsed(): Labels { return this.#parsed }

  /** The value of a label; an error counts as one, its details do not. */
  get(name: string): string | undefined {
    if (name === errorLabel && this.error !== '') return this.error
    return this.lookup(name)
  }

  lookup(name: string): string | undefined {
    const parsed = this.#parsed.size > 0 ? this.#parsed.get(name) : undefined
    if (parsed !== undefined) return parsed
    if (this.#hidden.size > 0 && this.#hidden.has(name)) return undefined
    return this.#stream.get(name) ?? this.#metadata.get(name)
  }

  /** Sets a label, whatever it was before. */
  set(name: string, value: string): void {
    if (this.#stream.has(name) || this.#metadata.has(name)) this.#hidden.add(name)
    if (this.#deleted.size > 0) this.#deleted.delete(name)
    this.#parsed.set(name, value)
  }

  delete(name: string): void {
    const known = this.#parsed.delete(name) || this.#stream.has(name) || this.#metadata.has(name)
    if (!known) return
    this.#deleted.add(name)
    if (this.#stream.has(name) || this.#metadata.has(name)) this.#hidden.add(name)
  }

  /** What a parser calls a label that it found: streams keep their own, even when they were dropped from the line. */
  extractedName(name: string): string {
    return this.#stream.has(name) ? name + extractedSuffix : name
  }

  /** Whether a parser of whole lines must leave this label alone. */
  isTaken(name: string): boolean {
    return this.#parsed.has(name) || this.#metadata.has(name) || (this.#deleted.size > 0 && this.#deleted.has(name))
  }

  fail(error: string, details: string): void {
    this.error = error
    this.errorDetails = details
  }

  /** Without details those of an earlier error stay. */
  failParser(error: 'JSONParserErr' | 'LogfmtParserErr', details?: string): void {
    this.parserFailed = true
    this.error = error
    if (details !== undefined) this.errorDetails = details
  }

  /** Calls back with every label that the line has now, errors not among them. */
  eachLabel(call: (value: string, name: string) => void): void {
    const visible = this.#hidden.size === 0 ? call : (value: string, name: string): void => {
      if (!this.#hidden.has(name)) call(value, name)
    }
    this.#stream.forEach(visible)
    this.#metadata.forEach(visible)
    this.#parsed.forEach(call)
  }

  /** All labels of the line in a map of its own, errors among them. */
  allLabels(): Map<string, string> {
    const all = new Map<string, string>()
    this.eachLabel((value, name) => all.set(name, value))
    this.eachError((value, name) => all.set(name, value))
    return all
  }

  /** Details whose error was dropped are shown only beside labels that are not of the stream, as in Loki. */
  eachError(call: (value: string, name: string) => void): void {
    if (this.error !== '') call(this.error, errorLabel)
    if (this.errorDetails !== '' && (this.error !== '' || !this.isUntouched)) call(this.errorDetails, errorDetailsLabel)
  }

  /** The line has the labels of its stream and no others. */
  get isUntouched(): boolean {
    return this.#parsed.size === 0 && this.#metadata.size === 0 && this.#hidden.size === 0
  }

  /** Gives the parsed labels away; the next entry gets a map of its own. */
  takeParsed(): Labels {
    if (this.error !== '' || this.errorDetails !== '') this.#setErrors()
    if (this.#parsed.size === 0) return noLabels
    const parsed = this.#parsed
    this.#parsed = new Map()
    return parsed
  }

  #setErrors(): void {
    const errors: [name: string, value: string][] = []
    this.eachError((value, name) => errors.push([name, value]))
    for (const [name, value] of errors) this.#parsed.set(name, value)
  }
}

/** Metadata named like a label of the stream goes by another name. */
function withoutCollisions(metadata: Labels, stream: Labels): Labels {
  for (const name of metadata.keys()) if (stream.has(name)) return renamed(metadata, stream)
  return metadata
}

function renamed(metadata: Labels, stream: Labels): Labels {
  const free = new Map<string, string>()
  for (const [name, value] of metadata) free.set(stream.has(name) ? name + extractedSuffix : name, value)
  return free
}
