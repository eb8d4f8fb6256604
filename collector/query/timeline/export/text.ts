// Values of senders, made harmless before a format is written. Each format then escapes what means something in it.

/** Control characters, and those that turn the direction of the text around them or cannot be seen. Unpaired surrogates are no text at all. */
// oxlint-disable-next-line no-control-regex
const unseen = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu

/** On one line, with nothing in it that a reader would not see. */
export function oneLine(text: string): string {
  return text.replace(/\r\n|[\r\n\t\u2028\u2029]/g, ' ').replace(unseen, '·')
}

/** RFC 3339 without what nobody reads: `2026-11-24 06:10:34.123`. The times of an answer are UTC. */
export function readableTime(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 23)}`
}

/** Milliseconds as a person would say them. */
export function readableDuration(ms: number): string {
  const seconds = Math.abs(ms) / 1000
  if (seconds < 1) return `${Math.round(Math.abs(ms))} ms`
  if (seconds < 10) return `${seconds.toFixed(1).replace(/\.0$/, '')} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}
