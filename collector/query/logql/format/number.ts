// Numbers as Go's %g prints them: the shortest that reads the same, with an exponent of two digits for large and small.

import { formatFloat } from '../text/float.ts'

export function printNumber(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value) || value === 0 || (size >= 1e-4 && size < 1e6)) return formatFloat(value)
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`
}
