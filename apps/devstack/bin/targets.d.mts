type Target = {
  readonly executor: string;
  readonly options: { readonly cwd: string; readonly commands: readonly string[] };
};

/** What Nx asks of a plugin: which files to look at, and what projects they make. */
export const createNodesV2: readonly [
  pattern: string,
  createNodes: (
    files: readonly string[],
    options: undefined,
    context: { readonly workspaceRoot: string },
  ) => (readonly [
    file: string,
    result: { projects: Record<string, { targets: Record<string, Target> }> },
  ])[],
];
