/** How long, and how many, of the few documents in use are seen as they were. */
export const BRIEFLY = { freshMs: 5_000, most: 1_000 } as const;
