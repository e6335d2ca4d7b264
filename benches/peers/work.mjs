// What is measured of a client in JavaScript: `CLIENT.mjs HOST:PORT WORK COUNT`. Prints the processor's nanoseconds for
// each operation, of all threads; for `idle` the bytes of each client.

const IN_FLIGHT = 128;
const BINDINGS = 1000;

/** `connect(host)` gives `{ call(name, args), bind(name, hear) }`, whose calls are promises. */
export async function measure(connect) {
  const [host, work, count] = process.argv.slice(2);
  const cost = await WORKS[work](() => connect(host), Number(count));
  process.stdout.write(`${cost / Number(count)}\n`, () => process.exit(0));
}

const WORKS = {
  async calls(connect, count) {
    const client = await connect();
    await client.call('hold', [IN_FLIGHT, IN_FLIGHT]);
    const caller = async (begin, end) => {
      for (let n = begin; n < end; n += IN_FLIGHT) await client.call('switch_to', ['HDMI', n]);
    };
    const callers = end =>
      Promise.all(Array.from({ length: IN_FLIGHT }, (_, begin) => caller(begin, end)));
    await callers(100 * IN_FLIGHT);
    return cost(() => callers(count));
  },
  async events(connect, count) {
    const { client, values } = await bound(connect, BINDINGS);
    const flood = async count => {
      const heard = values(count);
      // It is answered after the last event, for which some do not wait so long.
      client.call('flood', [count]).catch(() => {});
      await heard;
    };
    await flood(10 * BINDINGS);
    return cost(() => flood(count));
  },
  bind: (connect, count) => cost(() => bound(connect, count)),
  async idle(connect, count) {
    const clients = [await connect()];
    globalThis.gc();
    const before = process.memoryUsage.rss();
    while (clients.length <= count) clients.push(await connect());
    globalThis.gc();
    return process.memoryUsage.rss() - before;
  },
};

/** A client with so many bindings, each of which has its value; `values` says when so many more have come. */
async function bound(connect, count) {
  let [heard, target, reached] = [0, 0, () => {}];
  const values = count => {
    target = heard + count;
    return new Promise(resolve => (reached = resolve));
  };
  const hear = () => {
    heard += 1;
    if (heard === target) reached();
  };
  const client = await connect();
  const all = values(count);
  for (let n = 0; n < count; n += 1) client.bind(`v${n}`, hear);
  await all;
  return { client, values };
}

async function cost(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}
