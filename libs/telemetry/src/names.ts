/**
 * The one registry of span, attribute and metric names. A dashboard or an alert may name only what
 * stands here. Attributes carry ids and codes, never names, phone numbers, addresses or bodies.
 */
export const ATTR = {
  seller: 'astrolabe.seller',
  trade: 'astrolabe.trade',
  channel: 'astrolabe.channel',
  method: 'astrolabe.method',
  goods: 'astrolabe.goods',
  store: 'astrolabe.store',
  place: 'astrolabe.place',
  hold: 'astrolabe.hold',
  task: 'astrolabe.task',
  message: 'astrolabe.message',
  outcome: 'astrolabe.outcome',
  reason: 'astrolabe.reason',
  count: 'astrolabe.count',
  attempt: 'astrolabe.attempt',
  actor: 'astrolabe.actor',
  aggregate: 'astrolabe.aggregate',
  sequence: 'astrolabe.sequence',
  topic: 'messaging.destination.name',
  event: 'astrolabe.event',
  partition: 'messaging.destination.partition.id',
  offset: 'messaging.kafka.offset',
  group: 'messaging.consumer.group.name',
  messagingSystem: 'messaging.system',
  messagingOperation: 'messaging.operation.type',
  batchSize: 'messaging.batch.message_count',
  dbSystem: 'db.system.name',
  dbNamespace: 'db.namespace',
  dbCollection: 'db.collection.name',
  dbOperation: 'db.operation.name',
  rpcSystem: 'rpc.system',
  rpcService: 'rpc.service',
  rpcMethod: 'rpc.method',
  rpcStatus: 'rpc.grpc.status_code',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  urlPath: 'url.path',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  errorType: 'error.type',
} as const;

/** Names of the spans whose name is not computed from a method, a topic or a collection. */
export const SPAN = {
  inbound: 'inbound',
  inboundPersist: 'inbound persist',
  outboxPublish: 'outbox publish',
  route: 'route',
  reserve: 'reserve',
  settle: 'settle',
} as const;

/** Computed span names, low in cardinality as OpenTelemetry asks. */
export const spanNames = {
  /** E.g. `taobao.omniorder.order.notify`; `channel` is our code of the channel. */
  inbound: (channel: string, method: string) => `${SPAN.inbound} ${channel} ${method}`,
  httpClient: (method: string) => `HTTP ${method}`,
  /** `path` as grpc has it: `/package.Service/Method`. */
  rpc: (path: string) => path.replace(/^\//, ''),
  publish: (topic: string) => `publish ${topic}`,
  process: (topic: string) => `process ${topic}`,
  mongo: (operation: string, collection: string) => `${operation} ${collection}`,
} as const;

export const METRIC = {
  httpServerDuration: 'astrolabe_http_server_duration_seconds',
  httpClientDuration: 'astrolabe_http_client_duration_seconds',
  httpConnectionsCut: 'astrolabe_http_connections_cut_total',
  grpcServerDuration: 'astrolabe_grpc_server_duration_seconds',
  grpcClientDuration: 'astrolabe_grpc_client_duration_seconds',
  grpcClientRetries: 'astrolabe_grpc_client_retries_total',
  grpcClientLost: 'astrolabe_grpc_client_lost_total',
  mongoDuration: 'astrolabe_mongo_duration_seconds',
  mongoConflicts: 'astrolabe_mongo_conflicts_total',
  outboxPending: 'astrolabe_outbox_pending',
  outboxPublished: 'astrolabe_outbox_published_total',
  outboxLag: 'astrolabe_outbox_lag_seconds',
  consumerHandled: 'astrolabe_consumer_handled_total',
  consumerDuration: 'astrolabe_consumer_duration_seconds',
  consumerLag: 'astrolabe_consumer_lag_messages',
  consumerRetries: 'astrolabe_consumer_retries_total',
  consumerPaused: 'astrolabe_consumer_paused_partitions',
  consumerParked: 'astrolabe_consumer_parked_total',
  deadLetters: 'astrolabe_dead_letters_total',
  inboundVerdicts: 'astrolabe_inbound_verdicts_total',
  inboundUnknownWords: 'astrolabe_inbound_unknown_words_total',
  outboundCalls: 'astrolabe_outbound_calls_total',
  outboundAttempts: 'astrolabe_outbound_attempts_total',
  orderTransitions: 'astrolabe_order_transitions_total',
  routingDecisions: 'astrolabe_routing_decisions_total',
  inventoryCommands: 'astrolabe_inventory_commands_total',
  inventoryBatchSize: 'astrolabe_inventory_batch_size',
  inventoryRefused: 'astrolabe_inventory_refused_total',
  inventoryArchived: 'astrolabe_inventory_archived_total',
  inventoryFollowerLag: 'astrolabe_inventory_follower_lag_seconds',
  inventoryJournalDuration: 'astrolabe_inventory_journal_duration_seconds',
  figuresDuration: 'astrolabe_figures_duration_seconds',
  figuresCounts: 'astrolabe_figures_counts_total',
  settlementLines: 'astrolabe_settlement_lines_total',
  telemetryErrors: 'astrolabe_telemetry_errors_total',
  telemetryDropped: 'astrolabe_telemetry_dropped_spans_total',
} as const;

/** One of the names in `METRIC`. */
export type MetricName = (typeof METRIC)[keyof typeof METRIC];
