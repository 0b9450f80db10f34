// What AsyncAPI's own parser says of the documents on standard input, a JSON list: errors (0) and warnings (1) alone.
import { json } from "node:stream/consumers";
import { Parser } from "@asyncapi/parser";

const parser = new Parser();
const said = [];
for (const given of await json(process.stdin)) {
  const { document, diagnostics } = await parser.parse(given);
  const told = diagnostics.filter(({ severity }) => severity < 2);
  said.push({
    valid: document !== undefined,
    told: told.map(({ path, message }) => `${path.join("/")}: ${message}`),
  });
}
console.log(JSON.stringify(said));
