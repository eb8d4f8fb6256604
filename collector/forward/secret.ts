// A credential of a destination. It prints as [secret] wherever it is printed, and is read only where it is sent. One in
// a file is read each time: a rotated token works without a restart.

import { readFile } from 'node:fs/promises'
import { inspect } from 'node:util'

export class Secret {
  readonly #reveal: () => Promise<string>

  private constructor(reveal: () => Promise<string>) {
    this.#reveal = reveal
  }

  static of(text: string): Secret {
    return new Secret(() => Promise.resolve(text))
  }

  /** Without the line break that editors leave at the end. */
  static inFile(path: string): Secret {
    return new Secret(async () => (await readFile(path, 'utf8')).trim())
  }

  reveal(): Promise<string> { return this.#reveal() }
  toString(): string { return '[secret]' }
  toJSON(): string { return '[secret]' }
  [inspect.custom](): string { return '[secret]' }
}
