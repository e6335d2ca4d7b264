// Calls come as lines of stdin, and what becomes of them goes as lines of stdout: JSON lists that begin with a name. The
// first line is "started".
import { createInterface } from 'node:readline';

export function tell(name, value = null) {
  process.stdout.write(`${JSON.stringify([name, value])}\n`);
}

export async function serve(calls) {
  tell('started');
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, ...values] = JSON.parse(line);
    try {
      await calls[name](...values);
    } catch (error) {
      tell('failed', String(error));
    }
  }
  process.exit();
}
