/**
 * Fetches the official mongod of a version into a folder, in a process of its own.
 *   mongod-fetch-main.ts VERSION FOLDER
 * Writes lines: `connecting`, the package's progress, `unpacking`, and `done PATH` or `failed REASON`.
 */
import { DryMongoBinary } from 'mongodb-memory-server-core';
import { MongoBinaryDownload } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownload.js';

const HTTPS_PORT = '443';

/** The package asks a plain-HTTP mirror without a port on port 443 (findings/). */
class Download extends MongoBinaryDownload {
  override httpDownload(
    ...[url, ...rest]: Parameters<MongoBinaryDownload['httpDownload']>
  ): Promise<string> {
    if (url.protocol === 'http:' && url.port === HTTPS_PORT) url.port = '';
    return super.httpDownload(url, ...rest);
  }
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Ends the process with its last line: connections that a refusal has left open would hold it. */
const end = (line: string, code: number) =>
  process.stdout.write(`${line}\n`, () => process.exit(code));

async function fetchMongod(version: string, folder: string): Promise<string> {
  const options = await DryMongoBinary.generateOptions({ version, downloadDir: folder });
  // The options may name a folder that another project has filled; ours is checked here and now.
  const download = new Download({ ...options, downloadDir: folder, checkMD5: true });
  say('connecting');
  const archive = await download.startDownload();
  say('unpacking');
  return await download.extract(archive);
}

const [version = '', folder = ''] = process.argv.slice(2);
try {
  end(`done ${await fetchMongod(version, folder)}`, 0);
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  end(`failed ${text.replaceAll(/\s+/g, ' ')}`, 1);
}
