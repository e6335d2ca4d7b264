// @placeos/ts-client, called by the tests that put it through faults.
import WebSocket from 'ws';
import { pretendToBeABrowser } from './browser.mjs';
import { serve, tell } from '../lines.mjs';

const { BUILDING_URL, BUILDING_API_KEY } = process.env;
const base = new URL(BUILDING_URL);

// What nobody catches ends no page, as it would end node.
for (const event of ['unhandledRejection', 'uncaughtException']) {
  process.on(event, error => tell('uncaught', String(error)));
}

pretendToBeABrowser(base, WebSocket);
// The entry that the package names for node is not loadable as a module.
const place = await import('./node_modules/@placeos/ts-client/dist/index.es.js');

let online = false;
place.status().subscribe(value => {
  // It says so again with each message.
  if (value !== online) tell('online', (online = value));
});
const display = place.getModule('sys-1', 'Display', 1);
const unbind = [];

async function call(n) {
  try {
    const [echo] = await display.execute('echo', [n]);
    tell('settled', echo === n ? 'answered' : 'another answer');
  } catch (error) {
    tell('settled', error.msg ?? String(error));
  }
}

await serve({
  setup: async () => {
    const ready = place.setup({
      auth_uri: '',
      token_uri: '',
      redirect_uri: `${base.origin}/oauth-resp.html`,
      scope: 'public',
      handle_login: false,
      storage: 'local',
      host: base.host,
      token_header: true,
    });
    place.setAPI_Key(BUILDING_API_KEY);
    await ready;
    tell('ready');
  },
  connect: () => void display.variable('power').bind(),
  exec: (first, count) => {
    for (let n = first; n < first + count; n += 1) call(n);
  },
  bind: count => {
    for (let n = 0; n < count; n += 1) unbind.push(display.variable(`v${n}`).bind());
  },
  unbind: () => unbind.splice(0).forEach(stop => stop()),
});
