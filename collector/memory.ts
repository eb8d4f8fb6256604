// Memory outside the heap, given back when it is done with. The garbage collector would do so as well, but it goes through
// all of the heap for every 64 MB of such memory that come and go, and whoever waits for this thread waits for that: at
// eight thousand records a second once or twice a second, 10 to 25 ms each.

/**
 * Frees what is behind `bytes` at once. Whoever calls owns all of it: every view of it is empty from now on. Memory that is
 * larger than `bytes` may be Node's pool, which others share, and is left alone.
 */
export function free(bytes: Uint8Array): void {
  if (bytes.byteLength === bytes.buffer.byteLength) freeAll(bytes)
}

/** The same for a view of memory that is known to be nobody else's. */
export function freeAll({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0)
}
