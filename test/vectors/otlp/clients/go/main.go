// Sends the three records of ../../README.md with the OpenTelemetry SDK for Go.
//
//	go mod tidy && go run .
//
// Where to and with which key: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_EXPORTER_OTLP_COMPRESSION.
package main

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/log"
	sdk "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/trace"
)

const second = 1_795_500_634 // 2026-11-24T06:10:34Z

func main() {
	ctx := context.Background()
	exporter := must(otlploghttp.New(ctx))
	provider := sdk.NewLoggerProvider(
		sdk.WithProcessor(sdk.NewBatchProcessor(exporter)),
		sdk.WithResource(must(resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(
			attribute.String("service.name", "shop"),
			attribute.String("service.version", "3.1.4"),
			attribute.String("service.instance.id", "shop-1"),
		)))),
	)

	span := trace.NewSpanContext(trace.SpanContextConfig{
		TraceID:    must(trace.TraceIDFromHex("0af7651916cd43dd8448eb211c80319c")),
		SpanID:     must(trace.SpanIDFromHex("b7ad6b7169203331")),
		TraceFlags: trace.FlagsSampled,
	})

	var whole log.Record
	whole.SetEventName("payment.refund")
	whole.SetTimestamp(time.Unix(second, 123_456_789))
	whole.SetObservedTimestamp(time.Unix(second, 223_456_789))
	whole.SetSeverity(log.SeverityInfo)
	whole.SetSeverityText("INFO")
	whole.SetBody(attribute.MapValue(
		attribute.String("object", "refund"), attribute.Int("amount", 1250), attribute.String("currency", "EUR"),
		attribute.Float64("ratio", 0.25), attribute.Bool("partial", true), attribute.String("note", "Grüße, 世界 🌍"),
		attribute.Slice("lines",
			attribute.MapValue(attribute.String("sku", "A-1"), attribute.Int("quantity", 2)),
			attribute.MapValue(attribute.String("sku", "B-2"), attribute.Int("quantity", 1)),
		),
	))
	whole.AddAttributes(
		attribute.String("audit.record.id", "3f2b8c1e-5a4d-4c6b-9e7f-000000000001"),
		attribute.String("audit.actor.id", "maria"), attribute.String("audit.actor.type", "user"),
		attribute.String("audit.action", "CREATE"), attribute.String("audit.outcome", "success"),
		attribute.String("audit.target.id", "pay_41"), attribute.String("audit.target.type", "payment"),
		attribute.String("audit.source.id", "203.0.113.7"), attribute.String("audit.source.type", "ipv4"),
		attribute.String("blotter.reason", "customer returned the goods"), attribute.String("blotter.decision", "allow"), attribute.String("error.type", "none"),
		attribute.String("blotter.integration", "stripe"), attribute.String("blotter.request.id", "req-41"), attribute.String("session.id", "ses-41"),
		attribute.String("blotter.delivery.id", "evt-41"), attribute.Int("blotter.delivery.attempt", 2), attribute.String("blotter.idempotency.key", "idem-41"),
		attribute.Int("blotter.duration_ms", 87),
		attribute.String("blotter.payload.hash.value", "hmac-sha256:e1:000102030405060708090a0b0c0d0e0f"),
		attribute.String("blotter.payload.hash.canonicalization", "jcs"), attribute.Int("blotter.payload.size", 2048),
		attribute.Int("blotter.redaction.count", 2), attribute.StringSlice("blotter.redaction.rules", []string{"card:1", "key_name:1"}),
		attribute.String("shop.text", "Grüße, 世界 🌍"), attribute.String("shop.empty", ""),
		attribute.Int("shop.int", -7), attribute.Int64("shop.int64", 9007199254740993),
		attribute.Float64("shop.double", 0.25), attribute.Float64("shop.whole", 3.0),
		attribute.Bool("shop.yes", true), attribute.Bool("shop.no", false), attribute.ByteSlice("shop.bytes", []byte{0, 255, 16}),
		attribute.StringSlice("shop.words", []string{"a", "b"}),
		attribute.Slice("shop.mixed", attribute.StringValue("a"), attribute.IntValue(1), attribute.Float64Value(0.5), attribute.BoolValue(true)),
		attribute.Map("shop.map",
			attribute.Map("nested", attribute.IntSlice("list", []int{1, 2}), attribute.ByteSlice("bytes", []byte{1, 2})),
			attribute.String("text", "x"),
		),
	)
	audit := provider.Logger("shop.audit", log.WithInstrumentationVersion("2.4.0"))
	audit.Emit(trace.ContextWithSpanContext(ctx, span), whole)

	var stock log.Record
	stock.SetTimestamp(time.Unix(second, 500_000_000))
	stock.SetObservedTimestamp(time.Unix(second, 500_000_001))
	stock.SetSeverity(log.SeverityWarn)
	stock.SetSeverityText("WARN")
	stock.SetBody(attribute.StringValue("refund accepted: 12,50 €"))
	stock.AddAttributes(
		attribute.StringSlice("http.request.header.x-request-id", []string{"req-42"}),
		attribute.Int("http.response.status_code", 202),
	)
	provider.Logger("shop.http").Emit(ctx, stock)

	var claims log.Record
	claims.SetEventName("payment.refund")
	claims.SetTimestamp(time.Unix(second, 999_999_999))
	claims.SetObservedTimestamp(time.Unix(second, 999_999_999))
	claims.SetBody(attribute.MapValue(attribute.String("object", "refund"), attribute.Int64("amount", 9007199254740993), attribute.Slice("lines")))
	claims.AddAttributes(
		attribute.String("audit.record.id", "3f2b8c1e-5a4d-4c6b-9e7f-000000000003"),
		attribute.String("audit.actor.id", "billing"), attribute.String("audit.actor.type", "service"),
		attribute.String("audit.action", "CREATE"), attribute.String("audit.outcome", "denied"),
		attribute.String("blotter.request.id", "req-43"),
		attribute.StringSlice("http.request.header.authorization", []string{"Bearer example"}),
		// Claims to what belongs to the collector.
		attribute.String("blotter.workspace", "another"), attribute.String("blotter.environment", "another"), attribute.String("blotter.retention.class", "another"),
		attribute.String("blotter.redaction.policy", "another"), attribute.Int("blotter.sink.time_unix_nano", 1), attribute.StringSlice("blotter.incomplete", []string{"another"}),
	)
	audit.Emit(ctx, claims)

	if err := provider.Shutdown(ctx); err != nil {
		panic(err)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
