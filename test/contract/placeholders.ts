// What differs from run to run, by its shape.

import { expect } from 'vitest'

/** `2026-11-24T06:10:34.123456789Z`. */
export const moment: unknown = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{9}Z$/)

/** A UUID of version 8: made by the collector for a record that came without an id. */
export const derivedId: unknown = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)

/** Made by the collector, with the key of a workspace of its own. */
export const payloadFingerprint: unknown = expect.stringMatching(/^hmac-sha256:[a-z0-9]+:[0-9a-f]{32}$/)

export const leaf: unknown = { origin: expect.stringMatching(/^blotter-[0-9a-f]{8}$/), index: expect.any(Number), hash: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/) }
