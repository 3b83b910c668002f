/** A command that is run, and what it is called. */
type Step = { readonly name: string; readonly command: string; readonly args: readonly string[] };

export const CHECKS: readonly Step[];
