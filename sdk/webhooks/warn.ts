// Warnings that a sender can cause must not flood a log: of each code one in a minute.

const lastMs = new Map<string, number>()

/** Names the class or code of what was thrown, never its message, which may hold a secret. */
export function warn(code: 'SECRET_SOURCE_FAILED' | 'SECRET_UNUSABLE' | 'REPLAY_STORE_FAILED', what: string, error?: unknown): void {
  const nowMs = performance.now()
  if (nowMs - (lastMs.get(code) ?? Number.NEGATIVE_INFINITY) < 60_000) return
  lastMs.set(code, nowMs)
  process.emitWarning(error === undefined ? what : `${what} (${nameOf(error)})`, { type: 'AuditWarning', code })
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no error object'
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(code) ? code : error.constructor.name
}
