// The template of a path that is known only as it was called: what may be an id, a name of somebody or a secret becomes
// `:id`. What stays is decided, not what goes: a segment stays when it looks like a word of an API.

const version = /^v\d{1,3}(?:\.\d{1,3}){0,2}$/i
const monthlyVersion = /^\d{4}-\d{2}$/ // `2026-01`, as some platforms name their versions
const word = /^(?:[a-z]+|[A-Z]{1,12}|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*)$/ // lower, UPPER, camelCase
const wordWithNumber = /^[a-z]{2,12}\d{1,2}$/ // `oauth2`, `s3`
const longestWord = 24
const mostSegments = 16

/** `/v1/customers/cus_9s6XKzkNRiz8i3/cards` is `/v1/customers/:id/cards`. Without a query, which is never looked at. */
export function pathTemplate(pathname: string): string {
  const segments = pathname.split('/')
  const shown = segments.slice(0, mostSegments + 1).map((segment) => (segment === '' || isStatic(segment) ? segment : ':id')).join('/')
  return segments.length > mostSegments + 1 ? `${shown}/…` : shown
}

function isStatic(segment: string): boolean {
  return version.test(segment) || monthlyVersion.test(segment) || segment.split(/[._~-]/).every(isWord)
}

function isWord(part: string): boolean {
  return part !== '' && part.length <= longestWord && (word.test(part) || wordWithNumber.test(part) || version.test(part))
}
