// What another implementation makes of our bytes, and what it would send: messages of opentelemetry-proto 1.11.0 and
// google.rpc.Status, from their published definitions and by a library's own coder. It shares nothing with the collector's.

import protobuf from 'protobufjs'

const { root } = protobuf.parse(`
  syntax = "proto3";

  message ExportLogsServiceRequest { repeated ResourceLogs resource_logs = 1; }
  message ExportLogsServiceResponse { ExportLogsPartialSuccess partial_success = 1; }
  message ExportLogsPartialSuccess { int64 rejected_log_records = 1; string error_message = 2; }

  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3; }
  message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
  message ScopeLogs { InstrumentationScope scope = 1; repeated LogRecord log_records = 2; string schema_url = 3; }
  message InstrumentationScope { string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }

  message LogRecord {
    fixed64 time_unix_nano = 1;
    fixed64 observed_time_unix_nano = 11;
    int32 severity_number = 2;
    string severity_text = 3;
    AnyValue body = 5;
    repeated KeyValue attributes = 6;
    uint32 dropped_attributes_count = 7;
    fixed32 flags = 8;
    bytes trace_id = 9;
    bytes span_id = 10;
    string event_name = 12;
  }

  message AnyValue {
    oneof value {
      string string_value = 1;
      bool bool_value = 2;
      int64 int_value = 3;
      double double_value = 4;
      ArrayValue array_value = 5;
      KeyValueList kvlist_value = 6;
      bytes bytes_value = 7;
    }
  }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }
  message KeyValue { string key = 1; AnyValue value = 2; }

  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Any { string type_url = 1; bytes value = 2; }
`)

export interface RpcStatus { readonly code: number; readonly message: string }

/** From OTLP's JSON form, in which ids are hex. */
export function encodeRequest(request: object): Buffer {
  const type = root.lookupType('ExportLogsServiceRequest')
  return Buffer.from(type.encode(type.fromObject(idsAsBytes(request) as object)).finish())
}

/** Base64 is what the library takes for bytes. */
function idsAsBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(idsAsBytes)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, (key === 'traceId' || key === 'spanId') ? Buffer.from(member as string, 'hex').toString('base64') : idsAsBytes(member)]))
}

export function decodeResponse(body: Uint8Array): object {
  return decode('ExportLogsServiceResponse', body)
}

export function decodeStatus(body: Uint8Array): RpcStatus {
  return decode('Status', body) as RpcStatus
}

function decode(name: string, body: Uint8Array): object {
  const type = root.lookupType(name)
  return type.toObject(type.decode(body), { longs: String })
}
