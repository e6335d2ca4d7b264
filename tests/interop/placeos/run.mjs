// Leads @placeos/ts-client through the scenarios of README.md against the building at BUILDING_URL.
//
// Prints "ok NAME" or "not ok NAME: why" of each, and at last "N passed, N failed".
import assert from 'node:assert/strict';
import { pretendToBeABrowser } from './browser.mjs';
import {
  RecordedWebSocket,
  cookies,
  frames,
  notifies,
  now,
  received,
  replies,
  requests,
  sent,
  socket,
  urls,
} from './wire.mjs';

const { BUILDING_URL, BUILDING_API_KEY, BUILDING_BEARER, BUILDING_PLACEMENT } = process.env;
const base = new URL(BUILDING_URL);

const POWER = { sys: 'sys-1', mod: 'Display', index: 1, name: 'power' };
const LATER = { ...POWER, mod: 'Later' };
const LOG = { sys: 'sys-1', mod: 'mod-d1', index: 1, name: 'debug' };
const START = { power: true, input: 'HDMI', list: [1, 2, { a: 'x' }], text: '[]' };

/** Within this many milliseconds a frame would have come that must not come. */
const QUIET = 250;
/** And within this many all that must come. */
const PATIENCE = 5_000;

let passed = 0;
let failed = 0;

/** Where nothing can pass after a scenario that fails, it is `essential`, and ends the run. */
async function scenario(name, body, { essential = false } = {}) {
  try {
    await Promise.race([body(), pause(3 * PATIENCE).then(() => assert.fail('no end'))]);
    passed += 1;
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${name}: ${why(error)}`);
    if (essential) finish();
  }
}

function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

function why(error) {
  return String(error.message ?? JSON.stringify(error)).replace(/\s+/g, ' ').slice(0, 300);
}

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

async function until(what, probe) {
  const end = performance.now() + PATIENCE;
  while (!probe()) {
    assert.ok(performance.now() < end, `there is not ${what}`);
    await pause(10);
  }
}

/** The reply to a request. */
async function reply(request, since) {
  await until(`a reply to ${JSON.stringify(request)}`, () => replies(request, since).length > 0);
  return replies(request, since)[0];
}

const success = ({ id }) => `{"id":${id},"type":"success"}`;

process.on('unhandledRejection', error => console.error('inside the client:', error));

await scenario('authority', async () => {
  const response = await fetch(new URL('/auth/authority', base));
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^application\/json/);
  const authority = await response.json();
  for (const member of ['id', 'name', 'domain', 'login_url', 'logout_url', 'version']) {
    assert.equal(typeof authority[member], 'string', member);
  }
  assert.equal(typeof authority.session, 'boolean');
  assert.equal(typeof authority.config, 'object');
  assert.match(authority.version, /^[2-9]\.\d+\.\d+/, 'of the first the path is another');
}, { essential: true });

pretendToBeABrowser(base, RecordedWebSocket);
// The entry that the package names for node is not loadable as a module.
const place = await import('./node_modules/@placeos/ts-client/dist/index.es.js');

let online = false;
place.status().subscribe(value => (online = value));
const display = place.getModule('sys-1', 'Display', 1);
const seen = { power: [], input: [], list: [], text: [], unset: [] };
const unbind = {};

await scenario('connect', async () => {
  const inCookie = BUILDING_PLACEMENT === 'cookie';
  const ready = place.setup({
    auth_uri: '',
    token_uri: '',
    redirect_uri: `${base.origin}/oauth-resp.html`,
    scope: 'public',
    handle_login: false,
    storage: 'local',
    host: base.host,
    token_header: !inCookie,
  });
  if (BUILDING_API_KEY) place.setAPI_Key(BUILDING_API_KEY);
  else place.setToken(BUILDING_BEARER);
  await ready;
  // Before there is a connection, as panels do: the client sends the first one twice.
  for (const name of Object.keys(seen)) {
    display.variable(name).subscribe(value => seen[name].push(value));
    unbind[name] = display.variable(name).bind();
  }
  await until('a connection', () => online);
  const credential =
    BUILDING_API_KEY ? `api-key=${BUILDING_API_KEY}` : `bearer_token=${BUILDING_BEARER}`;
  const query = [BUILDING_API_KEY && 'fixed_device=true', !inCookie && credential];
  const url = new URL(urls()[0].text);
  assert.equal(url.pathname, '/api/engine/v2/systems/control');
  assert.equal(url.search.slice(1), query.filter(Boolean).join('&'));
  assert.equal(cookies()[0].text, inCookie ? credential : '');
}, { essential: true });

await scenario('ping', async () => {
  assert.equal(sent()[0].text, 'ping', 'the client begins with it');
  assert.equal(received()[0].text, 'pong', 'and is connected when anything is answered');
  const start = now();
  socket().send('ping');
  await until('a pong', () => received(start).some(e => e.text === 'pong'));
  await pause(QUIET);
  assert.equal(received(start).filter(e => e.text === 'pong').length, 1);
});

await scenario('bind', async () => {
  for (const name of Object.keys(START)) {
    await until(`a value of ${name}`, () => notifies(name).length > 0);
    const [request] = requests('bind', 0, name);
    const meta = { ...POWER, name };
    const { text, ...bound } = await reply(request);
    assert.deepEqual(bound, { id: request.id, type: 'success', meta });
    const [first] = notifies(name);
    assert.deepEqual([first.id, first.meta], [request.id, meta]);
    assert.deepEqual(seen[name].at(-1), START[name]);
  }
});

await scenario('bind-raw-value', async () => {
  assert.equal(seen.text.at(-1), '[]', 'a text stays one');
  assert.ok(Array.isArray(seen.list.at(-1)));
});

await scenario('bind-unset', async () => {
  await until('a bind', () => requests('bind', 0, 'unset').length > 0);
  assert.equal((await reply(requests('bind', 0, 'unset')[0])).type, 'success');
  await pause(QUIET);
  assert.equal(notifies('unset').length, 0);
});

await scenario('bind-twice', async () => {
  await until('a second bind', () => requests('bind', 0, 'power').length > 1);
  for (const request of requests('bind', 0, 'power')) {
    const { type, meta } = await reply(request);
    assert.deepEqual([type, meta.name], ['success', 'power']);
  }
  await pause(QUIET);
  assert.ok(requests('bind', 0, 'power').every(request => replies(request).length === 1));
  assert.equal(notifies('power').length, 1, 'the second has no value of its own');
});

await scenario('bind-unknown-module', async () => {
  const start = now();
  await place.bind(LATER, PATIENCE);
  await pause(QUIET);
  assert.equal(notifies('power', start).length, 0);
  await place.unbind(LATER, PATIENCE);
});

await scenario('notify', async () => {
  const start = now();
  await display.execute('set', ['power', false]);
  await until('a change', () => seen.power.at(-1) === false);
  assert.equal(notifies('power', start)[0].id, requests('bind', 0, 'power')[0].id, 'the first id');
  await display.execute('set', ['power', false]);
  await pause(QUIET);
  assert.equal(notifies('power', start).length, 1, 'nothing of an equal value');
});

await scenario('notify-null', async () => {
  const start = now();
  await display.execute('set', ['unset', { a: [1] }]);
  await until('a value', () => notifies('unset', start).length === 1);
  assert.deepEqual(seen.unset.at(-1), { a: [1] });
  await display.execute('set', ['unset', null]);
  await until('no value', () => notifies('unset', start).length === 2);
  assert.equal(seen.unset.at(-1), null);
  assert.ok('value' in notifies('unset', start)[1], 'null is not left out');
});

await scenario('exec-ok', async () => {
  const start = now();
  const args = ['x', 1, null, { deep: [true] }];
  assert.deepEqual(await display.execute('echo', args), args);
  const { meta, code } = await reply(requests('exec', start)[0]);
  assert.deepEqual([meta, code], [{ ...POWER, name: 'echo' }, 200]);
});

await scenario('exec-without-args', async () => {
  const start = now();
  assert.deepEqual(await display.execute('echo'), []);
  assert.ok(!('args' in requests('exec', start)[0]));
});

await scenario('exec-void', async () => {
  const start = now();
  assert.equal(await display.execute('nil'), null);
  const { text } = await reply(requests('exec', start)[0]);
  assert.ok(text.includes('"value":null'), 'null is not left out');
});

for (const [name, target, method, error_code] of [
  ['exec-error-no-function', display, 'missing', 1],
  ['exec-error-permission', display, 'sup', 2],
  ['exec-error-raised', display, 'boom', 3],
  ['exec-error-no-module', place.getModule('sys-1', 'Nope', 1), 'echo', 6],
  ['exec-error-no-system', place.getModule('sys-nope', 'Display', 1), 'echo', 6],
]) {
  await scenario(name, async () => {
    const outcome = target.execute(method, []).then(value => ({ value }), error => error);
    const { id, msg, ...error } = await outcome;
    assert.deepEqual(error, { type: 'error', error_code, code: 500 });
    assert.equal(typeof msg, 'string');
  });
}

await scenario('exec-concurrent', async () => {
  const args = Array.from({ length: 50 }, (_, n) => [`n${n}`]);
  assert.deepEqual(await Promise.all(args.map(args => display.execute('echo', args))), args);
});

await scenario('debug', async () => {
  const start = now();
  const lines = [];
  const listener = place.debug_events.subscribe(line => lines.push(line));
  await place.debug(LOG);
  await until('two lines', () => lines.length === 2);
  listener.unsubscribe();
  const [request] = requests('debug', start);
  assert.equal((await reply(request)).text, success(request));
  assert.deepEqual(lines.map(line => [line.mod_id, line.level, line.message]), [
    ['mod-d1', 'debug', 'input changed to HDMI'],
    ['mod-d1', 'warn', 'slow reply'],
  ]);
  const [line] = frames(received(start)).filter(f => f.type === 'debug');
  assert.deepEqual([line.id, line.meta], [request.id, LOG]);
});

await scenario('ignore', async () => {
  const start = now();
  await place.ignore(LOG);
  const [request] = requests('ignore', start);
  assert.equal((await reply(request)).text, success(request));
  await display.execute('echo', ['quiet']);
  await pause(QUIET);
  assert.equal(frames(received(start)).filter(f => f.type === 'debug').length, 0);
  await place.ignore({ ...LOG, name: 'again' });
});

await scenario('no-reply', async () => {
  const start = now();
  const before = socket();
  const good = { id: 900_001, cmd: 'bind', ...POWER };
  const wrong = [
    { id: '900001' },
    { id: 1.5 },
    { id: null },
    { cmd: 'nope' },
    { index: '1' },
    { extra: 1 },
    { name: undefined },
    { cmd: 'exec', name: 'echo', args: { a: 1 } },
  ];
  for (const message of [
    ...['', '{', 'null', '[]', '{}', 'PING', ' ping', 'ping\n', '"ping"'],
    ...wrong.map(members => JSON.stringify({ ...good, ...members })),
    JSON.stringify(good).repeat(2),
    Buffer.from('ping'),
    Buffer.from(JSON.stringify(good)),
  ]) {
    before.send(message);
  }
  await pause(2 * QUIET);
  assert.deepEqual(received(start), []);
  assert.equal(socket(), before, 'the connection stays');
  assert.deepEqual(await display.execute('echo', ['alive']), ['alive']);
});

await scenario('lenient-request', async () => {
  const start = now();
  const display = '"sys":"sys-1","mod":"Display"';
  for (const [id, text] of [
    [-7, `{"id":-7,"cmd":"bind",${display},"index":1,"name":"power"}`],
    [900_011, `{"id":900011,"cmd":"BIND",${display},"name":"power"}`],
    [900_012, `{"id":900012,"cmd":"bind",${display},"index":null,"name":"power","args":null}`],
    [900_013, ` {"id":0,"id":900013,"cmd":"bind",${display},"index":1,"name":"power"}\n`],
    [900_014, `{"id":900014,"cmd":"unbind",${display},"index":99,"name":"power"}`],
  ]) {
    socket().send(text);
    assert.equal((await reply({ id }, start)).type, 'success');
  }
});

await scenario('reconnect', async () => {
  const start = now();
  const before = socket();
  before.terminate();
  await until('a loss', () => !online);
  await until('another connection', () => online);
  assert.notEqual(socket(), before);
  await until('a bind', () => requests('bind', start, 'unset').length > 0);
  for (const name of Object.keys(START)) {
    await until(`a value of ${name}`, () => notifies(name, start).length > 0);
    const [request] = requests('bind', start, name);
    assert.equal((await reply(request, start)).type, 'success');
    assert.equal(notifies(name, start)[0].id, request.id, 'the id of the new bind');
  }
  await display.execute('set', ['power', true]);
  await until('a change', () => seen.power.at(-1) === true);
});

await scenario('unbind', async () => {
  const start = now();
  for (const stop of Object.values(unbind)) stop();
  await until('five of them', () => requests('unbind', start).length === 5);
  for (const request of requests('unbind', start)) {
    assert.equal((await reply(request, start)).text, success(request));
  }
  const after = now();
  await display.execute('set', ['power', false]);
  await pause(QUIET);
  assert.equal(notifies('power', after).length, 0);
  await place.unbind(POWER, PATIENCE);
});

await scenario('restore', async () => {
  for (const status of Object.entries(START)) await display.execute('set', status);
});

await scenario('id-type', async () => {
  const asked = new Set(frames(sent()).map(f => f.id));
  for (const { id, text } of frames(received())) {
    assert.equal(typeof id, 'number', text);
    assert.ok(asked.has(id), text);
  }
});

await scenario('frame-shape', async () => {
  const order = ['id', 'type', 'msg', 'value', 'error_code', 'meta', 'mod', 'level', 'code'];
  assert.ok(received().every(e => !e.binary));
  for (const { text, ...frame } of frames(received())) {
    const members = Object.keys(frame);
    assert.deepEqual(members, order.filter(member => members.includes(member)), text);
  }
});

finish();
