// `ip("192.168.0.0/16")`, of line filters and label filters.

import type { Cursor } from './cursor.ts'

export function isIp(cursor: Cursor): boolean {
  return cursor.nameInFront() === 'ip' && cursor.peek(1).kind === '('
}

export function parseIp(cursor: Cursor): string {
  cursor.take()
  cursor.expect('(')
  const value = cursor.expect('string').text
  cursor.expect(')')
  return value
}
