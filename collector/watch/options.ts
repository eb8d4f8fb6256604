// How long to wait before something that did not arrive is reported.

import { z } from 'zod'

export const watchSchema = z.strictObject({
  /** Seconds that a number of a stream may be late. Default 60. */
  late_seconds: z.number().int().min(1).max(86_400).optional(),
  /** Minutes that every source may be silent, or `off`. Default 15; a source with longer usual pauses gets twenty times those. */
  silent_minutes: z.union([z.number().int().min(1).max(100_000), z.literal('off')]).optional(),
}).optional()

export interface WatchConfig { readonly graceMs: number; readonly silentMs: number | false }

export function watchConfig(source: z.infer<typeof watchSchema>): WatchConfig {
  const silentMinutes = source?.silent_minutes ?? 15
  return { graceMs: (source?.late_seconds ?? 60) * 1000, silentMs: silentMinutes === 'off' ? false : silentMinutes * 60_000 }
}
