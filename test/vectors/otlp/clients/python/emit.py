# Sends the three records of ../README.md with the OpenTelemetry SDK for Python.
#
#   python emit.py protobuf|json
#
# Where to and with which key: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_EXPORTER_OTLP_COMPRESSION.
import sys

from opentelemetry import trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource

if sys.argv[1] == "json":
    from opentelemetry.exporter.otlp.json.http._log_exporter import OTLPLogExporter
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter

resource = Resource.create({"service.name": "shop", "service.version": "3.1.4", "service.instance.id": "shop-1"})
provider = LoggerProvider(resource=resource, shutdown_on_exit=False)
provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))

SECOND = 1_795_500_634_000_000_000  # 2026-11-24T06:10:34Z

span = trace.SpanContext(
    trace_id=0x0AF7651916CD43DD8448EB211C80319C,
    span_id=0xB7AD6B7169203331,
    is_remote=False,
    trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
)

provider.get_logger("shop.audit", "2.4.0").emit(LogRecord(
    event_name="payment.refund",
    timestamp=SECOND + 123_456_789,
    observed_timestamp=SECOND + 223_456_789,
    context=trace.set_span_in_context(trace.NonRecordingSpan(span)),
    severity_number=SeverityNumber.INFO,
    severity_text="INFO",
    body={
        "object": "refund", "amount": 1250, "currency": "EUR", "ratio": 0.25, "partial": True,
        "note": "Grüße, 世界 🌍", "lines": [{"sku": "A-1", "quantity": 2}, {"sku": "B-2", "quantity": 1}],
    },
    attributes={
        "audit.record.id": "3f2b8c1e-5a4d-4c6b-9e7f-000000000001",
        "audit.actor.id": "maria", "audit.actor.type": "user",
        "audit.action": "CREATE", "audit.outcome": "success",
        "audit.target.id": "pay_41", "audit.target.type": "payment",
        "audit.source.id": "203.0.113.7", "audit.source.type": "ipv4",
        "blotter.reason": "customer returned the goods", "blotter.decision": "allow", "error.type": "none",
        "blotter.integration": "stripe", "blotter.request.id": "req-41", "session.id": "ses-41",
        "blotter.delivery.id": "evt-41", "blotter.delivery.attempt": 2, "blotter.idempotency.key": "idem-41",
        "blotter.duration_ms": 87,
        "blotter.payload.hash.value": "hmac-sha256:e1:000102030405060708090a0b0c0d0e0f",
        "blotter.payload.hash.canonicalization": "jcs", "blotter.payload.size": 2048,
        "blotter.redaction.count": 2, "blotter.redaction.rules": ["card:1", "key_name:1"],
        "shop.text": "Grüße, 世界 🌍", "shop.empty": "", "shop.int": -7, "shop.int64": 9007199254740993,
        "shop.double": 0.25, "shop.whole": 3.0, "shop.yes": True, "shop.no": False, "shop.bytes": bytes([0, 255, 16]),
        "shop.words": ["a", "b"], "shop.mixed": ["a", 1, 0.5, True],
        "shop.map": {"nested": {"list": [1, 2], "bytes": bytes([1, 2])}, "text": "x"},
    },
))

provider.get_logger("shop.http").emit(LogRecord(
    timestamp=SECOND + 500_000_000,
    observed_timestamp=SECOND + 500_000_001,
    severity_number=SeverityNumber.WARN,
    severity_text="WARN",
    body="refund accepted: 12,50 €",
    attributes={"http.request.header.x-request-id": ["req-42"], "http.response.status_code": 202},
))

provider.get_logger("shop.audit", "2.4.0").emit(LogRecord(
    event_name="payment.refund",
    timestamp=SECOND + 999_999_999,
    observed_timestamp=SECOND + 999_999_999,
    body={"object": "refund", "amount": 9007199254740993, "lines": []},
    attributes={
        "audit.record.id": "3f2b8c1e-5a4d-4c6b-9e7f-000000000003",
        "audit.actor.id": "billing", "audit.actor.type": "service",
        "audit.action": "CREATE", "audit.outcome": "denied",
        "blotter.request.id": "req-43",
        "http.request.header.authorization": ["Bearer example"],
        # Claims to what belongs to the collector.
        "blotter.workspace": "another", "blotter.environment": "another", "blotter.retention.class": "another",
        "blotter.redaction.policy": "another", "blotter.sink.time_unix_nano": 1, "blotter.incomplete": ["another"],
    },
))

provider.shutdown()
