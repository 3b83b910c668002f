/** A method under the name that the documents give it. */
export type Named<Method> = { readonly name: string; readonly method: Method };

/**
 * Finds methods by name. Later SDKs write all names in lower case (`taobao.qimen.orderstatus.update`),
 * so case does not matter; what is kept and measured is the documents' spelling.
 */
export function methodFinder<Method>(
  methods: ReadonlyMap<string, Method>,
): (name: string) => Named<Method> | undefined {
  const byName = new Map(
    [...methods].map(([name, method]) => [name.toLowerCase(), { name, method }]),
  );
  return (name) => byName.get(name.toLowerCase());
}
