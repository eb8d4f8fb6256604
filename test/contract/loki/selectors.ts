// The streams of the data by what their lines are, and queries in groups.

export interface CaseGroup { readonly group: string; readonly queries: readonly string[] }

export const selectors = {
  json: '{format="json"}', logfmt: '{service_name="gateway"}', plain: '{service_name="proxy"}', packed: '{format="packed"}', odd: '{format="odd"}', all: '{env=~".+"}',
} as const

