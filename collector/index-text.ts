// What `GET /` says: the way around, for someone who found the port.

export function indexText(origin: string): string {
  return `Blotter: the audit log of your integrations.

  POST /v1/logs                  OTLP logs from any OpenTelemetry client; gaps are filled and flagged
  POST /v1/audit                 OTLP logs, all-or-nothing; answers receipts
  GET  /v1/timeline?request_id=  the story of a request; also trace_id, session_id, delivery_id, idempotency_key,
                                 actor, target, fingerprint, record_id, integration, from, to, limit, related
  GET  /loki/api/v1/…            Loki's query API, for Grafana and logcli
  GET  /v1/retention/plan        what the retention policy would delete now, and why
  POST /v1/retention/apply       delete it
  GET  /v1/redaction             the redaction policy of your workspace
  GET  /v1/status                whether all is well, for blotter status
  GET  /v1/forward               the destinations; POST /v1/forward/<name>/replay sends dead letters again
  GET  /v1/keys, POST /v1/keys   the keys of your workspace and environment; POST /v1/keys/<id>/rotate, expire, revoke
  POST /v1/fingerprint           the fingerprints of the payload in the body; GET /v1/fingerprint/epochs, /key (for an SDK)
  GET  /v1/log, /v1/rows         the log's name and its rows with what opens their leaves, for blotter verify
  GET  /log/${origin}/checkpoint, /vkey, /tile/…   the transparency log (C2SP tlog-tiles)
  GET  /healthz /readyz /metrics

Send Authorization: Bearer <key>. Try: npx blotter timeline --request-id <id>
`
}
