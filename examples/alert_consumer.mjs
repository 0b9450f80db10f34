// Alerts on articles that mention a name: alert_consumer.py in a few lines of JavaScript (Node.js 22.13+).
//
//     npm install @platformatic/kafka && node alert_consumer.mjs Gosport [alerts.db [news.summaries [127.0.0.1:9092]]]
//
// The topic is compacted: it has the last revision of every article, so it is read from its start each time. The
// version shows what is known already. A line is written before it is noted: after a crash in between, it is repeated.
import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { Consumer } from "@platformatic/kafka";

const [name, state = "alerts.db", topic = "news.summaries", servers = "127.0.0.1:9092"] = process.argv.slice(2);
process.umask(0o077); // only the user may read its files
const consumer = new Consumer({ clientId: "alerts", groupId: randomUUID(), bootstrapBrokers: servers.split(",") });

// The topic of the state: a new Kafka, or a topic that was deleted and recreated, has another id under the same name.
const { id: cluster, topics } = await consumer.metadata({ topics: [topic] });
const source = `${cluster}/${topics.get(topic).id}`;
const open = (path) => {
  const opened = new DatabaseSync(path);
  opened.exec("CREATE TABLE IF NOT EXISTS source (id TEXT)");
  opened.exec("CREATE TABLE IF NOT EXISTS articles (id TEXT PRIMARY KEY, version TEXT, named INTEGER)");
  opened.prepare("INSERT INTO source SELECT ? WHERE NOT EXISTS (SELECT * FROM source)").run(source);
  return [opened, opened.prepare("SELECT id FROM source").get().id];
};
let [db, of] = open(state);
if (of !== source) {
  const beside = state.replace(/(\.\w+)?$/, `-${source.split("/")[1].replace(/\W/g, "").slice(0, 12)}$1`);
  console.error(`ANOTHER TOPIC: ${state} is of ${of}, and stays as it is; from here on: ${beside}`);
  [db] = open(beside);
}
const known = db.prepare("SELECT version, named FROM articles WHERE id = ?");
const note = db.prepare("INSERT OR REPLACE INTO articles VALUES (?, ?, ?)");

// The version, to compare as text. It is never later than the time at which Kafka received the record or its article.
const pad = (number, length) => String(number).padStart(length, "0");
const versionOf = ({ timestamp, partition, offset }, { copydesk_version: version = "", copydesk_received = "" }) => {
  const received = /^\d{1,15}$/.test(copydesk_received) ? Number(copydesk_received) : Infinity;
  const took = pad(Math.min(Number(timestamp), received), 16);
  const latest = `${took}-${took}-${pad(partition, 6)}-${pad(offset, 20)}`;
  return /^\d{16}-\d{16}-\d{6}-\d{20}$/.test(version) && version < latest ? version : latest;
};
// Earlier releases of this file accepted any version: with this, the next revision is newer.
db.prepare("UPDATE articles SET version = '' WHERE version > ?").run(pad(Date.now() + 60_000, 16));

// Spans count code points, and JavaScript's strings UTF-16 units: an emoji before the name would shift it.
const around = (text, { start, end }) => [...text].slice(Math.max(0, start - 40), end + 40).join("");
const named = ({ mentions, ...entity }) => [entity, ...mentions].some((form) => [form.name, form.text].includes(name));

for await (const message of await consumer.consume({ topics: [topic], mode: "earliest", autocommit: false })) {
  const headers = Object.fromEntries([...message.headers].map(([key, value]) => [String(key), String(value)]));
  const [article, version] = [String(message.key), versionOf(message, headers)];
  const { version: newest = "", named: before = 0 } = known.get(article) ?? {};
  if (version <= newest) continue; // a repeat, or an older revision that a replay brought back
  const record = message.value?.length ? JSON.parse(message.value) : null; // null: removed
  const mention = record?.entities.find(named)?.mentions[0];
  const kind = mention ? "named" : record ? "no-longer-named" : "taken-down";
  const passage = mention ? around(record[mention.field], mention) : null;
  if (Boolean(mention) !== Boolean(before)) console.log(JSON.stringify({ kind, article, version, passage }));
  note.run(article, version, Number(Boolean(mention)));
}
