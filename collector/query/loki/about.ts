// What Loki's clients ask about the service itself.

import { levelFields } from '../../look/level-fields.ts'
import { formatQuery } from '../logql/format.ts'
import { asLokiError } from './errors.ts'
import { queryText } from './parameters.ts'
import type { QueryConfig } from '../options.ts'

/** Of the Loki whose API this is: clients choose by it what they may ask. */
const apiVersion = '3.5.0'

export function buildInformation(): object {
  return { version: apiVersion, revision: 'blotter', branch: 'blotter', buildUser: '', buildDate: '', goVersion: '' }
}

/** Logs Drilldown looks here at what it may show. */
export function drilldownLimits({ maxEntries, maxSeries, timeoutMs }: QueryConfig): object {
  return {
    limits: {
      discover_log_levels: true,
      discover_service_name: ['service_name'],
      log_level_fields: levelFields,
      max_entries_limit_per_query: maxEntries,
      max_line_size_truncate: false,
      max_query_bytes_read: '0B',
      max_query_length: '0s', // audit logs are asked about years
      max_query_lookback: '0s',
      max_query_range: '0s',
      max_query_series: maxSeries,
      metric_aggregation_enabled: false,
      pattern_persistence_enabled: false,
      query_timeout: `${Math.round(timeoutMs / 1000)}s`,
      retention_period: '0s', // by class: see GET /v1/retention/plan
      retention_stream: null,
      volume_enabled: true,
      volume_max_series: 1000,
    },
    pattern_ingester_enabled: true,
    version: apiVersion,
  }
}

/** Pretty, or what is wrong with it: in JSON, unlike every other error of this API. */
export function formattedQuery(parameters: URLSearchParams): Response {
  try {
    return Response.json({ status: 'success', data: formatQuery(queryText(parameters)) })
  } catch (error) {
    const known = asLokiError(error)
    if (known === undefined) throw error
    return Response.json({ status: 'invalid-query', error: known.message }, { status: 400 })
  }
}
