// The package ws, as one writes a client of PlaceOS with it: a map of who waits, a map of who listens.

import { createRequire } from 'node:module';
import { measure } from './work.mjs';

const WebSocket = createRequire(new URL('../../tests/interop/placeos/', import.meta.url))('ws');
const MODULE = { sys: 'sys-1234', mod: 'Display', index: 1 };

await measure(async host => {
  const socket = new WebSocket(`ws://${host}/api/engine/v2/systems/control?api-key=id.secret`);
  socket.setMaxListeners(0);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const [waiting, listening] = [new Map(), new Map()];
  let last = 0;
  const request = (cmd, name, more) => {
    last += 1;
    socket.send(JSON.stringify({ id: last, cmd, ...MODULE, name, ...more }));
    return new Promise((resolve, reject) => waiting.set(last, { resolve, reject }));
  };
  const keyOf = ({ sys, mod, index, name }) => `${sys}/${mod}_${index}/${name}`;
  socket.on('message', data => {
    const message = JSON.parse(data.toString());
    if (message.type === 'notify') {
      listening.get(keyOf(message.meta))?.(message.value);
      return;
    }
    const waiter = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === 'success') waiter?.resolve(message.value);
    else waiter?.reject(message);
  });
  return {
    call: (name, args) => request('exec', name, { args }),
    bind: (name, hear) => {
      listening.set(keyOf({ ...MODULE, name }), hear);
      request('bind', name);
    },
  };
});
