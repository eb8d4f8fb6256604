// Memory for what a step reads, used again and again: a step that works off a backlog reads gigabytes, and memory outside
// the heap makes the garbage collector go through all that is in it for every 64 MB that come and go.

/** Memory is given out again two turns after the last one in which it was looked at: a step works on one batch while it makes the next one ready. */
const keptTurns = 2

export class BlockPool {
  readonly #blockBytes: number
  #given: { readonly memory: Buffer; lastTurn: number }[] = []
  #free: Buffer[] = []
  #turn = 0

  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes
  }

  /** A batch begins. `current`: what is still being read from, if anything. Memory that was not needed since the last turn is let go. */
  turn(current: Buffer | undefined): void {
    this.#turn += 1
    for (const block of this.#given) if (block.memory.buffer === current?.buffer) block.lastTurn = this.#turn
    const over = ({ lastTurn }: { readonly lastTurn: number }): boolean => lastTurn <= this.#turn - keptTurns
    this.#free = this.#given.filter(over).map(({ memory }) => memory)
    this.#given = this.#given.filter((block) => !over(block))
  }

  take(length: number): Buffer {
    if (length > this.#blockBytes) return Buffer.allocUnsafeSlow(length)
    const memory = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#blockBytes) // not from Node's pool, which views would keep alive
    this.#given.push({ memory, lastTurn: this.#turn })
    return memory.subarray(0, length)
  }
}
