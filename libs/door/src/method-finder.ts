/**
 * Finds methods by name. Later SDKs write all names in lower case (`taobao.qimen.orderstatus.update`),
 * so case does not matter; what is kept and measured is the documents' spelling.
 */
export function methodFinder<Method extends { readonly name: string }>(
  methods: readonly Method[],
): (name: string) => Method | undefined {
  const byName = new Map(methods.map((method) => [method.name.toLowerCase(), method]));
  return (name) => byName.get(name.toLowerCase());
}
