// What AsyncAPI's own parser says of the document on standard input: a JSON list, errors (0) and warnings (1) alone.
import { text } from "node:stream/consumers";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(await text(process.stdin));
const told = diagnostics.filter(({ severity }) => severity < 2);
console.log(JSON.stringify({
  valid: document !== undefined,
  told: told.map(({ path, message }) => `${path.join("/")}: ${message}`),
}));
