import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BinaryReader } from '@bufbuild/protobuf/wire';

/** A span as an OTLP exporter sent it; ids in lower-case hex. */
export type ReceivedSpan = {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  attributes: Record<string, string>;
  /** Start and end in nanoseconds since the epoch. */
  startNs: bigint;
  endNs: bigint;
};

export type OtlpReceiver = {
  /** Base address to give to an exporter. */
  endpoint: string;
  spans(): ReceivedSpan[];
  stop(): Promise<void>;
};

/** A receiver of traces by OTLP/HTTP with protobuf bodies. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(accept(request.url, Buffer.concat(chunks), spans), {
        'content-type': 'application/x-protobuf',
      });
      response.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => [...spans],
    stop: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

/** Keeps the spans of a trace export; answers its HTTP status. Other signals are let go. */
function accept(path: string | undefined, body: Uint8Array, spans: ReceivedSpan[]): number {
  if (path !== '/v1/traces') return 200;
  try {
    spans.push(...readRequest(body));
    return 200;
  } catch {
    return 400;
  }
}

/** Calls `on[field]` for each field of a message; fields without an entry are skipped. */
function read(bytes: Uint8Array, on: Record<number, (reader: BinaryReader) => void>): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    const take = on[field];
    if (take) take(reader);
    else reader.skip(wireType, field);
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** ExportTraceServiceRequest: resource_spans = 1 {resource = 1, scope_spans = 2 {spans = 2}}. */
function readRequest(body: Uint8Array): ReceivedSpan[] {
  const spans: ReceivedSpan[] = [];
  read(body, {
    1: (request) => {
      let service = '';
      const own: ReceivedSpan[] = [];
      read(request.bytes(), {
        1: (resourceSpans) => {
          const attributes: Record<string, string> = {};
          read(resourceSpans.bytes(), {
            1: (resource) => readAttribute(resource.bytes(), attributes),
          });
          service = attributes['service.name'] ?? '';
        },
        2: (resourceSpans) =>
          read(resourceSpans.bytes(), { 2: (scope) => own.push(readSpan(scope.bytes())) }),
      });
      spans.push(...own.map((span) => ({ ...span, service })));
    },
  });
  return spans;
}

/** Span: trace_id 1, span_id 2, parent_span_id 4, name 5, kind 6, start 7, end 8, attributes 9. */
function readSpan(bytes: Uint8Array): ReceivedSpan {
  const span: ReceivedSpan = {
    service: '',
    name: '',
    traceId: '',
    spanId: '',
    parentSpanId: '',
    kind: 0,
    attributes: {},
    startNs: 0n,
    endNs: 0n,
  };
  read(bytes, {
    1: (reader) => (span.traceId = hex(reader.bytes())),
    2: (reader) => (span.spanId = hex(reader.bytes())),
    4: (reader) => (span.parentSpanId = hex(reader.bytes())),
    5: (reader) => (span.name = reader.string()),
    6: (reader) => (span.kind = reader.int32()),
    7: (reader) => (span.startNs = BigInt(reader.fixed64())),
    8: (reader) => (span.endNs = BigInt(reader.fixed64())),
    9: (reader) => readAttribute(reader.bytes(), span.attributes),
  });
  return span;
}

/** KeyValue: key 1, value 2 {string 1, bool 2, int 3, double 4}. */
function readAttribute(bytes: Uint8Array, into: Record<string, string>): void {
  let key = '';
  let value = '';
  read(bytes, {
    1: (reader) => (key = reader.string()),
    2: (reader) =>
      read(reader.bytes(), {
        1: (any) => (value = any.string()),
        2: (any) => (value = String(any.bool())),
        3: (any) => (value = any.int64().toString()),
        4: (any) => (value = String(any.double())),
      }),
  });
  into[key] = value;
}
