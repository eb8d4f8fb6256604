// Byte sizes as Loki prints them: two digits that count, powers of 1000.

import { formatFloat } from '../text/float.ts'

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB']

export function formatBytes(bytes: number): string {
  if (bytes < 10) return `${bytes}B`
  let exponent = 0
  while (exponent + 1 < units.length && bytes >= 1000 ** (exponent + 1)) exponent++
  const value = Math.floor((bytes / 1000 ** exponent) * 10 + 0.5) / 10
  const unit = units[exponent] ?? ''
  if (exponent === 0) return `${formatFloat(Math.floor(value))}B`
  return value < 10 ? `${value.toFixed(1)}${unit}` : `${value.toFixed(0)}${unit}`
}
