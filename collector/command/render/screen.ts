// What is known of where the output goes. A pipe and a file get everything, plain and uncut: programs read them.

import { styleText } from 'node:util'

export type Style = Parameters<typeof styleText>[0]

export interface Screen {
  /** Cells in a line; Infinity when it is not a terminal. */
  readonly width: number
  paint(style: Style, text: string): string
}

/** `COLUMNS` wins where a shell exports it. NO_COLOR and FORCE_COLOR are heeded. */
export function screenOf(stream: NodeJS.WriteStream = process.stdout, environment: Readonly<Record<string, string | undefined>> = process.env): Screen {
  const told = /^[1-9]\d{0,4}$/.test(environment['COLUMNS'] ?? '') ? Number(environment['COLUMNS']) : undefined
  return { width: stream.isTTY ? told ?? stream.columns ?? 80 : Number.POSITIVE_INFINITY, paint: (style, text) => (text === '' ? '' : styleText(style, text, { stream })) }
}

export const plainScreen: Screen = { width: Number.POSITIVE_INFINITY, paint: (_, text) => text }
