/**
 * Drives one public npm client as its users do. Reads `{ client, url, appKey, secret, calls }` from
 * standard input and prints what became of each call in the client's own terms: `{ answer }` where it
 * fulfils, `{ error }` where it rejects. The first argument is the folder that the packages are in.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const load = createRequire(join(process.argv[2], 'package.json'));

const errorOf = ({ code, sub_code: subCode, sub_msg: subMessage, msg, message }) => ({
  error: { code, subCode, message: subMessage ?? msg ?? message },
});

const settled = (promise) => promise.then((answer) => ({ answer }), errorOf);

/** `http` is the HTTP method that the client is asked to use; POST where it is absent. */
const CLIENTS = {
  'node-taobao-topclient': ({ url, appKey, secret }) => {
    const { default: TopClient } = load('node-taobao-topclient');
    const client = new TopClient({ appkey: appKey, appsecret: secret, REST_URL: url });
    return ({ method, params, http }) => settled(client.execute(method, params, http));
  },
  topsdk: ({ url, appKey, secret }) => {
    const TopClient = load('topsdk');
    const client = new TopClient(appKey, secret, url);
    return ({ method, params, http }) => settled(client.execute(method, params, http));
  },
  'taobao-sdk': ({ url, appKey, secret }) => {
    const { ApiClient } = load('taobao-sdk');
    const client = new ApiClient({ appkey: appKey, appsecret: secret, url });
    return ({ method, params }) =>
      new Promise((resolve) => {
        client.execute(method, params, (error, answer) =>
          resolve(error ? errorOf(error) : { answer }),
        );
      });
  },
};

const { client, calls, ...access } = JSON.parse(await text(process.stdin));
const call = CLIENTS[client](access);
const outcomes = [];
for (const one of calls) outcomes.push(await call(one));
process.stdout.write(JSON.stringify(outcomes));
// Some of the clients keep their connections open.
process.exit(0);
