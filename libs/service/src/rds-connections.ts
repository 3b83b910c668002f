/** RDS_CONNECTIONS as a map; throws without quoting it, for it holds passwords. */
export function rdsConnections(text: string): ReadonlyMap<string, string> {
  const bad = new TypeError('RDS_CONNECTIONS is not a JSON object of mysql:// addresses');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad;
  const entries = Object.entries(value).map(([appKey, url]: [string, unknown]) => {
    if (typeof url !== 'string' || URL.parse(url)?.protocol !== 'mysql:') throw bad;
    return [appKey, url] as const;
  });
  return new Map(entries);
}
