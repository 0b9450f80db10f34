// What AsyncAPI's own parser reports of the documents on standard input, a JSON list: only errors (0) and warnings (1).
import { json } from "node:stream/consumers";
import { Parser } from "@asyncapi/parser";

const parser = new Parser();
const reports = [];
for (const input of await json(process.stdin)) {
  const { document, diagnostics } = await parser.parse(input);
  const problems = diagnostics.filter(({ severity }) => severity < 2);
  reports.push({
    valid: document !== undefined,
    report: problems.map(({ path, message }) => `${path.join("/")}: ${message}`),
  });
}
console.log(JSON.stringify(reports));
