// Sends the three records of ../../../../../README.md with the OpenTelemetry SDK for Java.
//
//   mvn -q compile org.codehaus.mojo:exec-maven-plugin:3.6.2:java -Dexec.mainClass=Emit
//
// Where to and with which key: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_EXPORTER_OTLP_COMPRESSION.
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

class Emit {
  static final long SECOND = 1_795_500_634L; // 2026-11-24T06:10:34Z

  public static void main(String[] arguments) {
    // The exporter alone reads no environment; the autoconfigure module would, with the same names.
    var exporter = OtlpHttpLogRecordExporter.builder().setEndpoint(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT") + "/v1/logs");
    var compression = System.getenv("OTEL_EXPORTER_OTLP_COMPRESSION");
    if (compression != null) exporter.setCompression(compression);
    var headers = System.getenv("OTEL_EXPORTER_OTLP_HEADERS");
    if (headers != null) exporter.addHeader(headers.split("=", 2)[0], headers.split("=", 2)[1].replace("%20", " "));

    SdkLoggerProvider provider = SdkLoggerProvider.builder()
        .setResource(Resource.getDefault().merge(Resource.create(Attributes.builder()
            .put("service.name", "shop").put("service.version", "3.1.4").put("service.instance.id", "shop-1").build())))
        .addLogRecordProcessor(BatchLogRecordProcessor.builder(exporter.build()).build())
        .build();

    Context span = Context.root().with(Span.wrap(SpanContext.create(
        "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", TraceFlags.getSampled(), TraceState.getDefault())));

    Logger audit = provider.loggerBuilder("shop.audit").setInstrumentationVersion("2.4.0").build();
    audit.logRecordBuilder()
        .setEventName("payment.refund")
        .setTimestamp(Instant.ofEpochSecond(SECOND, 123_456_789))
        .setObservedTimestamp(Instant.ofEpochSecond(SECOND, 223_456_789))
        .setContext(span)
        .setSeverity(Severity.INFO)
        .setSeverityText("INFO")
        .setBody(Value.of(
            KeyValue.of("object", Value.of("refund")), KeyValue.of("amount", Value.of(1250)), KeyValue.of("currency", Value.of("EUR")),
            KeyValue.of("ratio", Value.of(0.25)), KeyValue.of("partial", Value.of(true)), KeyValue.of("note", Value.of("Grüße, 世界 🌍")),
            KeyValue.of("lines", Value.of(
                Value.of(KeyValue.of("sku", Value.of("A-1")), KeyValue.of("quantity", Value.of(2))),
                Value.of(KeyValue.of("sku", Value.of("B-2")), KeyValue.of("quantity", Value.of(1)))))))
        .setAttribute("audit.record.id", "3f2b8c1e-5a4d-4c6b-9e7f-000000000001")
        .setAttribute("audit.actor.id", "maria").setAttribute("audit.actor.type", "user")
        .setAttribute("audit.action", "CREATE").setAttribute("audit.outcome", "success")
        .setAttribute("audit.target.id", "pay_41").setAttribute("audit.target.type", "payment")
        .setAttribute("audit.source.id", "203.0.113.7").setAttribute("audit.source.type", "ipv4")
        .setAttribute("blotter.reason", "customer returned the goods").setAttribute("blotter.decision", "allow").setAttribute("error.type", "none")
        .setAttribute("blotter.integration", "stripe").setAttribute("blotter.request.id", "req-41").setAttribute("session.id", "ses-41")
        .setAttribute("blotter.delivery.id", "evt-41").setAttribute("blotter.delivery.attempt", 2).setAttribute("blotter.idempotency.key", "idem-41")
        .setAttribute("blotter.duration_ms", 87)
        .setAttribute("blotter.payload.hash.value", "hmac-sha256:e1:000102030405060708090a0b0c0d0e0f")
        .setAttribute("blotter.payload.hash.canonicalization", "jcs").setAttribute("blotter.payload.size", 2048)
        .setAttribute("blotter.redaction.count", 2)
        .setAttribute(AttributeKey.stringArrayKey("blotter.redaction.rules"), List.of("card:1", "key_name:1"))
        .setAttribute("shop.text", "Grüße, 世界 🌍").setAttribute("shop.empty", "")
        .setAttribute("shop.int", -7).setAttribute("shop.int64", 9007199254740993L)
        .setAttribute("shop.double", 0.25).setAttribute("shop.whole", 3.0)
        .setAttribute("shop.yes", true).setAttribute("shop.no", false)
        .setAttribute("shop.bytes", Value.of(new byte[] {0, (byte) 255, 16}))
        .setAttribute(AttributeKey.stringArrayKey("shop.words"), List.of("a", "b"))
        .setAttribute("shop.mixed", Value.of(Value.of("a"), Value.of(1), Value.of(0.5), Value.of(true)))
        .setAttribute("shop.map", Value.of(
            KeyValue.of("nested", Value.of(
                KeyValue.of("list", Value.of(Value.of(1), Value.of(2))), KeyValue.of("bytes", Value.of(new byte[] {1, 2})))),
            KeyValue.of("text", Value.of("x"))))
        .emit();

    provider.get("shop.http").logRecordBuilder()
        .setTimestamp(Instant.ofEpochSecond(SECOND, 500_000_000))
        .setObservedTimestamp(Instant.ofEpochSecond(SECOND, 500_000_001))
        .setSeverity(Severity.WARN)
        .setSeverityText("WARN")
        .setBody("refund accepted: 12,50 €")
        .setAttribute(AttributeKey.stringArrayKey("http.request.header.x-request-id"), List.of("req-42"))
        .setAttribute("http.response.status_code", 202)
        .emit();

    audit.logRecordBuilder()
        .setEventName("payment.refund")
        .setTimestamp(Instant.ofEpochSecond(SECOND, 999_999_999))
        .setObservedTimestamp(Instant.ofEpochSecond(SECOND, 999_999_999))
        .setBody(Value.of(
            KeyValue.of("object", Value.of("refund")), KeyValue.of("amount", Value.of(9007199254740993L)), KeyValue.of("lines", Value.of(List.of()))))
        .setAttribute("audit.record.id", "3f2b8c1e-5a4d-4c6b-9e7f-000000000003")
        .setAttribute("audit.actor.id", "billing").setAttribute("audit.actor.type", "service")
        .setAttribute("audit.action", "CREATE").setAttribute("audit.outcome", "denied")
        .setAttribute("blotter.request.id", "req-43")
        .setAttribute(AttributeKey.stringArrayKey("http.request.header.authorization"), List.of("Bearer example"))
        // Claims to what belongs to the collector.
        .setAttribute("blotter.workspace", "another").setAttribute("blotter.environment", "another").setAttribute("blotter.retention.class", "another")
        .setAttribute("blotter.redaction.policy", "another").setAttribute("blotter.sink.time_unix_nano", 1)
        .setAttribute(AttributeKey.stringArrayKey("blotter.incomplete"), List.of("another"))
        .emit();

    provider.shutdown().join(10, TimeUnit.SECONDS);
  }
}
