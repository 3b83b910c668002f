/**
 * ts-proto, and one change to what it writes: an enum value that this version does not know is printed
 * as its number, as the JSON mapping of proto3 says. ts-proto throws there, or prints "UNRECOGNIZED",
 * so that in a rolling upgrade the older version cannot show what the newer one sends.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { CodeGeneratorResponseSchema } from '@bufbuild/protobuf/wkt';

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const TO_JSON = /(export function \w+ToJSON\(object: \w+\): )string( \{[\s\S]*?\n\}\n)/g;
const UNKNOWN =
  /throw new globalThis\.Error\("Unrecognized enum value " \+ object \+ " for enum \w+"\);/;

const { status, stdout, stderr } = spawnSync(
  process.execPath,
  ['node_modules/ts-proto/protoc-gen-ts_proto'],
  { input: readFileSync(0), maxBuffer: OUTPUT_BYTES_MAX },
);
process.stderr.write(stderr);
if (status !== 0) process.exit(status ?? 1);
const response = fromBinary(CodeGeneratorResponseSchema, stdout);
for (const file of response.file) {
  file.content = file.content.replaceAll(TO_JSON, (whole, head, body) =>
    UNKNOWN.test(body) ? `${head}string | number${body.replace(UNKNOWN, 'return object;')}` : whole,
  );
}
process.stdout.write(toBinary(CodeGeneratorResponseSchema, response));
