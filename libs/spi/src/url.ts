/**
 * Whether an address may be called as a seller's SPI: HTTPS (or plain HTTP where `allowHttp`), without
 * credentials, query and fragment. An empty text means that the seller has none, and is fine.
 */
export function isUsableSpiUrl(text: string, allowHttp: boolean): boolean {
  if (text === '') return true;
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (allowHttp && url.protocol === 'http:');
}
