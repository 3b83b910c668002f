/** Ports of the servers that the local system starts beside its services, before ASTROLABE_PORT_OFFSET moves them. */
export const KAFKA_PORT = 9092;
/** The highest of all. */
export const MONGO_PORT = 27_017;
export const IDENTITY_PROVIDER_PORT = 8095;

/** Further, and a port would be none. */
export const PORT_OFFSET_MAX = 65_535 - MONGO_PORT;
