// AsyncAPI's own parser on a JSON list of documents from standard input: for each, its errors (0) and warnings (1).
import { json } from "node:stream/consumers";
import { Parser } from "@asyncapi/parser";

const parser = new Parser();
const reports = [];
for (const source of await json(process.stdin)) {
  const { document, diagnostics } = await parser.parse(source);
  const faults = diagnostics.filter(({ severity }) => severity < 2);
  reports.push({
    valid: document !== undefined,
    messages: faults.map(({ path, message }) => `${path.join("/")}: ${message}`),
  });
}
console.log(JSON.stringify(reports));
