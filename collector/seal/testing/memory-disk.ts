// A disk for crash tests: names that no directory sync has confirmed may be lost, any operation can fail before or
// after it took effect, and a file that must not change refuses to.

import { dirname, join } from 'node:path'
import type { FileOperations } from '../operations.ts'
import { equalBytes } from '../tree.ts'

type Node = Uint8Array | 'directory'

export interface Fault {
  /** Number of the operation that fails, counted from 0. */
  readonly at: number
  readonly when: 'before' | 'after' | 'torn'
  /** Whether nothing works any more after it: the process is gone, not only this operation. */
  readonly fatal: boolean
}

export class MemoryDisk implements FileOperations {
  /** What a reader sees. */
  live = new Map<string, Node>([['/', 'directory']])
  /** What a power cut leaves for certain. */
  #durable = new Map(this.live)
  #fault: Fault | null = null
  operations = 0
  /** Every checkpoint that a reader could have fetched. */
  readonly checkpoints = new Set<string>()

  failAt(fault: Fault | null): void {
    this.#fault = fault
    this.operations = 0
  }

  /** A power cut: `keep` decides for each name that was not synced whether it got to the disk all the same. */
  crash(keep: (path: string) => boolean): void {
    const paths = [...new Set([...this.live.keys(), ...this.#durable.keys()])].sort()
    const after = new Map<string, Node>()
    for (const path of paths) {
      const node = (keep(path) ? this.live : this.#durable).get(path)
      if (node !== undefined && (path === '/' || after.get(dirname(path)) === 'directory')) after.set(path, node)
    }
    this.live = after
    this.#durable = new Map(after)
    this.failAt(null)
  }

  async read(path: string): Promise<Uint8Array | null> {
    const node = this.live.get(path)
    if (node === 'directory') throw new Error(`EISDIR ${path}`)
    return node ?? null
  }

  async list(path: string): Promise<readonly string[]> {
    return this.#children(this.live, path).map((child) => child.slice(join(path, '/').length))
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    this.#expectDirectory(dirname(path))
    const torn = (): void => void this.live.set(path, Uint8Array.from(bytes.subarray(0, bytes.length / 2)))
    return this.#operation(() => this.live.set(path, Uint8Array.from(bytes)), torn)
  }

  rename(from: string, to: string): Promise<void> {
    return this.#operation(() => {
      const [node, present] = [this.live.get(from), this.live.get(to)]
      if (!(node instanceof Uint8Array) || present === 'directory') throw new Error(`ENOENT ${from}`)
      if (present && to.includes('/tile/') && !equalBytes(present, node)) throw new Error(`immutable file changed: ${to}`)
      this.live.set(to, node)
      this.live.delete(from)
      if (to.endsWith('/checkpoint')) this.checkpoints.add(Buffer.from(node).toString())
    })
  }

  makeDirectory(path: string): Promise<void> {
    this.#expectDirectory(dirname(path))
    return this.#operation(() => {
      if (!this.live.has(path)) this.live.set(path, 'directory')
    })
  }

  syncDirectory(path: string): Promise<void> {
    this.#expectDirectory(path)
    return this.#operation(() => {
      for (const child of this.#children(this.#durable, path)) if (!this.live.has(child)) this.#durable.delete(child)
      for (const child of this.#children(this.live, path)) this.#durable.set(child, this.live.get(child) ?? 'directory')
    })
  }

  removeDirectory(path: string): Promise<void> {
    return this.#operation(() => {
      for (const name of [...this.live.keys()]) if (name === path || name.startsWith(`${path}/`)) this.live.delete(name)
    })
  }

  async #operation(apply: () => unknown, tear = apply): Promise<void> {
    const number = this.operations++
    const fault = this.#fault
    if (fault === null || number < fault.at || (number > fault.at && !fault.fatal)) return void apply()
    if (number === fault.at && fault.when === 'after') apply()
    if (number === fault.at && fault.when === 'torn') tear()
    throw new Error(`injected fault at operation ${number}`)
  }

  #children(nodes: Map<string, Node>, path: string): string[] {
    return [...nodes.keys()].filter((name) => name !== '/' && dirname(name) === path)
  }

  #expectDirectory(path: string): void {
    if (this.live.get(path) !== 'directory') throw new Error(`ENOENT ${path}`)
  }
}
