/** How a peer is called. Every call of the adapter is a read, or recognised by its number when repeated. */
export const peerOptions = (address: string) => ({
  address,
  name: 'govmall-adapter',
  defaultDeadlineMs: 3_000,
  repeatLost: true,
});

/** A client that the service closes. */
export type Closable = { close(): void };
