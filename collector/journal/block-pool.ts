// Memory for what a step reads, used again and again: a step that works off a backlog reads gigabytes, and memory outside
// the heap makes the garbage collector go through all that is in it for every 64 MB that come and go. It is shared memory,
// which the collector does not count, since even what stays would be held against what comes and goes beside it. So a view
// of it must not be posted to a thread: it would be the same memory there, not a copy.

/** What no batch needed for so many turns is let go, and is gone with the next collection: a backlog has been worked off. Sooner, and memory would come and go with every batch. */
const idleTurns = 16

/** Memory is given out again two turns after the last one in which it was looked at: a step works on one batch while it makes the next one ready. */
const keptTurns = 2

export class BlockPool {
  readonly #blockBytes: number
  #given: Block[] = []
  /** The one that was used last is used next. */
  #free: Block[] = []
  #turn = 0

  /** `blockBytes`: no block is smaller. A frame that is larger gets a block of its size, which serves again as well. */
  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes
  }

  /** A batch begins. `current`: what is still being read from, if anything. */
  turn(current: Buffer | undefined): void {
    this.#turn += 1
    for (const block of this.#given) if (block.memory.buffer === current?.buffer) block.lastTurn = this.#turn
    const over = ({ lastTurn }: Block): boolean => lastTurn <= this.#turn - keptTurns
    const idle = ({ lastTurn }: Block): boolean => lastTurn <= this.#turn - idleTurns
    this.#free = [...this.#free.filter((block) => !idle(block)), ...this.#given.filter(over)]
    this.#given = this.#given.filter((block) => !over(block))
  }

  take(length: number): Buffer {
    const memory = this.#used(length) ?? Buffer.from(new SharedArrayBuffer(Math.max(length, this.#blockBytes)))
    this.#given.push({ memory, lastTurn: this.#turn })
    return memory.subarray(0, length)
  }

  #used(length: number): Buffer | undefined {
    const place = this.#free.findLastIndex(({ memory }) => memory.length >= length)
    return place < 0 ? undefined : this.#free.splice(place, 1)[0]!.memory
  }
}

interface Block { readonly memory: Buffer; lastTurn: number }
