// Settings frames as one reads them in JavaScript: `settings.mjs FILE`. Does what `settings.py` does.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

function decode(frame) {
  const data = JSON.parse(JSON.parse(frame).data);
  return new Map(data.Settings.map((entry) => [entry.Hash, Buffer.from(entry.Value, "base64")]));
}

const frames = readFileSync(process.argv[2], "utf8").trimEnd().split("\n");

for await (const _ of createInterface({ input: process.stdin })) {
  let settings;
  for (const frame of frames) {
    settings = decode(frame);
  }
  const length = [...settings.values()].reduce((sum, value) => sum + value.length, 0);
  process.stdout.write(`${settings.size} ${length}\n`);
}
