// The client of PlaceOS, @placeos/ts-client. There is one in each process.

import { createRequire } from 'node:module';
import { measure } from './work.mjs';

const package_ = new URL('../../tests/interop/placeos/', import.meta.url);
const WebSocket = createRequire(package_)('ws');
const { pretendToBeABrowser } = await import(new URL('browser.mjs', package_));

await measure(async host => {
  pretendToBeABrowser(new URL(`http://${host}`), WebSocket);
  // The server speaks nothing but WebSockets.
  const authority = { version: '2.0', session: true, production: true, login_url: '', config: {} };
  const headers = { 'content-type': 'application/json' };
  globalThis.fetch = async () => new Response(JSON.stringify(authority), { headers });
  const place = await import(
    new URL('node_modules/@placeos/ts-client/dist/index.es.js', package_)
  );
  const ready = place.setup({
    auth_uri: '',
    token_uri: '',
    redirect_uri: `http://${host}/oauth-resp.html`,
    scope: 'public',
    handle_login: false,
    storage: 'local',
    host,
    token_header: true,
  });
  place.setAPI_Key('id.secret');
  await ready;
  const display = place.getModule('sys-1234', 'Display', 1);
  const online = new Promise(resolve => place.status().subscribe(value => value && resolve()));
  // It connects when anything is wanted: one of those that are wanted anyway.
  display.variable('v0').bind();
  await online;
  return {
    call: (name, args) => display.execute(name, args),
    bind: (name, hear) => {
      const variable = display.variable(name);
      // What it says before the first value is nothing.
      variable.listen().subscribe(value => value !== undefined && value !== null && hear(value));
      variable.bind();
    },
  };
});
