//! Sends the three records of ../../../README.md with the OpenTelemetry SDK for Rust.
//!
//!     cargo run -- protobuf|json
//!
//! Where to and with which key: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_EXPORTER_OTLP_COMPRESSION.
use opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider, Severity};
use opentelemetry::{InstrumentationScope, Key, KeyValue, SpanId, TraceFlags, TraceId};
use opentelemetry_otlp::{LogExporter, Protocol, WithExportConfig};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::Resource;
use std::time::{Duration, SystemTime};

const SECOND: u64 = 1_795_500_634; // 2026-11-24T06:10:34Z

fn main() {
    let json = std::env::args().nth(1).as_deref() == Some("json");
    let exporter = LogExporter::builder()
        .with_http()
        .with_protocol(if json { Protocol::HttpJson } else { Protocol::HttpBinary })
        .build()
        .expect("an exporter");
    let provider = SdkLoggerProvider::builder()
        .with_resource(
            Resource::builder()
                .with_attributes([
                    KeyValue::new("service.name", "shop"),
                    KeyValue::new("service.version", "3.1.4"),
                    KeyValue::new("service.instance.id", "shop-1"),
                ])
                .build(),
        )
        .with_batch_exporter(exporter)
        .build();
    let audit = provider.logger_with_scope(InstrumentationScope::builder("shop.audit").with_version("2.4.0").build());
    let http = provider.logger("shop.http");

    let mut whole = audit.create_log_record();
    whole.set_event_name("payment.refund");
    whole.set_timestamp(at(123_456_789));
    whole.set_observed_timestamp(at(223_456_789));
    whole.set_trace_context(
        TraceId::from_hex("0af7651916cd43dd8448eb211c80319c").expect("a trace id"),
        SpanId::from_hex("b7ad6b7169203331").expect("a span id"),
        Some(TraceFlags::SAMPLED),
    );
    whole.set_severity_number(Severity::Info);
    whole.set_severity_text("INFO");
    whole.set_body(map([
        ("object", "refund".into()),
        ("amount", 1250.into()),
        ("currency", "EUR".into()),
        ("ratio", 0.25.into()),
        ("partial", true.into()),
        ("note", "Grüße, 世界 🌍".into()),
        ("lines", list([
            map([("sku", "A-1".into()), ("quantity", 2.into())]),
            map([("sku", "B-2".into()), ("quantity", 1.into())]),
        ])),
    ]));
    whole.add_attributes([
        ("audit.record.id", "3f2b8c1e-5a4d-4c6b-9e7f-000000000001".into()),
        ("audit.actor.id", "maria".into()),
        ("audit.actor.type", "user".into()),
        ("audit.action", "CREATE".into()),
        ("audit.outcome", "success".into()),
        ("audit.target.id", "pay_41".into()),
        ("audit.target.type", "payment".into()),
        ("audit.source.id", "203.0.113.7".into()),
        ("audit.source.type", "ipv4".into()),
        ("blotter.reason", "customer returned the goods".into()),
        ("blotter.decision", "allow".into()),
        ("error.type", "none".into()),
        ("blotter.integration", "stripe".into()),
        ("blotter.request.id", "req-41".into()),
        ("session.id", "ses-41".into()),
        ("blotter.delivery.id", "evt-41".into()),
        ("blotter.delivery.attempt", 2.into()),
        ("blotter.idempotency.key", "idem-41".into()),
        ("blotter.duration_ms", 87.into()),
        ("blotter.payload.hash.value", "hmac-sha256:e1:000102030405060708090a0b0c0d0e0f".into()),
        ("blotter.payload.hash.canonicalization", "jcs".into()),
        ("blotter.payload.size", 2048.into()),
        ("blotter.redaction.count", 2.into()),
        ("blotter.redaction.rules", list(["card:1".into(), "key_name:1".into()])),
        ("shop.text", "Grüße, 世界 🌍".into()),
        ("shop.empty", "".into()),
        ("shop.int", (-7).into()),
        ("shop.int64", AnyValue::Int(9_007_199_254_740_993)),
        ("shop.double", 0.25.into()),
        ("shop.whole", 3.0.into()),
        ("shop.yes", true.into()),
        ("shop.no", false.into()),
        ("shop.bytes", AnyValue::Bytes(Box::new(vec![0, 255, 16]))),
        ("shop.words", list(["a".into(), "b".into()])),
        ("shop.mixed", list(["a".into(), 1.into(), 0.5.into(), true.into()])),
        ("shop.map", map([
            ("nested", map([("list", list([1.into(), 2.into()])), ("bytes", AnyValue::Bytes(Box::new(vec![1, 2])))])),
            ("text", "x".into()),
        ])),
    ]);
    audit.emit(whole);

    let mut stock = http.create_log_record();
    stock.set_timestamp(at(500_000_000));
    stock.set_observed_timestamp(at(500_000_001));
    stock.set_severity_number(Severity::Warn);
    stock.set_severity_text("WARN");
    stock.set_body("refund accepted: 12,50 €".into());
    stock.add_attributes([
        ("http.request.header.x-request-id", list(["req-42".into()])),
        ("http.response.status_code", 202.into()),
    ]);
    http.emit(stock);

    let mut claims = audit.create_log_record();
    claims.set_event_name("payment.refund");
    claims.set_timestamp(at(999_999_999));
    claims.set_observed_timestamp(at(999_999_999));
    claims.set_body(map([("object", "refund".into()), ("amount", AnyValue::Int(9_007_199_254_740_993)), ("lines", list([]))]));
    claims.add_attributes([
        ("audit.record.id", "3f2b8c1e-5a4d-4c6b-9e7f-000000000003".into()),
        ("audit.actor.id", "billing".into()),
        ("audit.actor.type", "service".into()),
        ("audit.action", "CREATE".into()),
        ("audit.outcome", "denied".into()),
        ("blotter.request.id", "req-43".into()),
        ("http.request.header.authorization", list(["Bearer example".into()])),
        // Claims to what belongs to the collector.
        ("blotter.workspace", "another".into()),
        ("blotter.environment", "another".into()),
        ("blotter.retention.class", "another".into()),
        ("blotter.redaction.policy", "another".into()),
        ("blotter.sink.time_unix_nano", 1.into()),
        ("blotter.incomplete", list(["another".into()])),
    ]);
    audit.emit(claims);

    provider.shutdown().expect("everything sent");
}

fn at(nanos: u32) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::new(SECOND, nanos)
}

fn list<const N: usize>(values: [AnyValue; N]) -> AnyValue {
    AnyValue::ListAny(Box::new(values.into()))
}

fn map<const N: usize>(members: [(&'static str, AnyValue); N]) -> AnyValue {
    AnyValue::Map(Box::new(members.into_iter().map(|(key, value)| (Key::from(key), value)).collect()))
}
