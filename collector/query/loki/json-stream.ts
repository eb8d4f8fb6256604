// An answer of JSON as pieces of text: a small one is sent whole, a large one in chunks that wait for whoever reads it,
// and between two chunks the thread does what else there is to do.

import { setImmediate as nextTurn } from 'node:timers/promises'

const chunkCharacters = 64 * 1024

export async function jsonResponse(pieces: Iterator<string>): Promise<Response> {
  const headers = { 'Content-Type': 'application/json; charset=UTF-8' }
  const first = take(pieces)
  if (first.done) return new Response(first.text, { headers })
  const encoder = new TextEncoder()
  let ready: string | undefined = first.text
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (ready === undefined) await nextTurn()
      const { text, done } = ready === undefined ? take(pieces) : { text: ready, done: false }
      ready = undefined
      if (text !== '') controller.enqueue(encoder.encode(text))
      if (done) controller.close()
    },
  })
  return new Response(body, { headers })
}

function take(pieces: Iterator<string>): { readonly text: string; readonly done: boolean } {
  const taken: string[] = []
  for (let characters = 0; characters < chunkCharacters;) {
    const { value, done } = pieces.next()
    if (done === true) return { text: taken.join(''), done: true }
    taken.push(value)
    characters += value.length
  }
  return { text: taken.join(''), done: false }
}

/** `["a","b"]` around what `write` makes of each. */
export function* jsonArray<T>(values: Iterable<T>, write: (value: T) => string | Iterable<string>): Generator<string> {
  let separator = '['
  for (const value of values) {
    yield separator
    separator = ','
    const text = write(value)
    if (typeof text === 'string') yield text
    else yield* text
  }
  yield separator === '[' ? '[]' : ']'
}
