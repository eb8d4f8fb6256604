// What a sample delivery is. Formats are those of the services; every value is one that is reserved for examples: names
// under example.com, addresses of 192.0.2.0/24, telephone numbers 555-01xx, the services' own test cards.

export interface Moment {
  /** Milliseconds since 1970. */
  readonly sentAtMs: number
  /** Of the event or delivery, as far as the service has one of its own form. */
  readonly id: string
}

export interface Sample {
  /** As the service names it. */
  readonly event: string
  /** An object travels as JSON, pairs as a form, a text as it is. */
  readonly body: (moment: Moment) => object | URLSearchParams | string
  readonly headers?: (moment: Moment) => Readonly<Record<string, string>>
}

/** The first one is what comes when no event is asked for. */
export interface SampleSet {
  readonly samples: readonly [Sample, ...Sample[]]
}

export const seconds = ({ sentAtMs }: Moment): number => Math.floor(sentAtMs / 1_000)
export const isoTime = ({ sentAtMs }: Moment): string => new Date(sentAtMs).toISOString()
/** Without fractions of a second. */
export const isoSeconds = (moment: Moment): string => isoTime(moment).replace(/\.\d{3}Z$/, 'Z')
