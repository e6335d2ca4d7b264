// Records what travels, so that the scenarios can ask for it.
import WS from 'ws';

// All of it on all connections: { direction: 'url' | 'cookie' | 'sent' | 'received', text, binary }
const wire = [];
const sockets = [];

/** The WebSocket of a browser that sends the cookie of its page. */
export class RecordedWebSocket extends WS {
  constructor(url, protocols) {
    const cookie = document.cookie.split(';', 1)[0];
    super(url, protocols, { headers: cookie ? { cookie } : {} });
    sockets.push(this);
    record('url', url);
    record('cookie', cookie);
    this.on('message', (data, binary) => record('received', data, binary));
  }

  send(data, ...rest) {
    record('sent', data, typeof data !== 'string');
    return super.send(data, ...rest);
  }
}

function record(direction, text, binary = false) {
  wire.push({ direction, text: String(text), binary });
}

export const socket = () => sockets.at(-1);

/** The present, to be given as `since`. */
export const now = () => wire.length;

const of = direction => (since = 0) => wire.slice(since).filter(e => e.direction === direction);
export const urls = of('url');
export const cookies = of('cookie');
export const sent = of('sent');
export const received = of('received');

/** Those entries that are JSON objects, with their members. */
export function frames(entries) {
  return entries.flatMap(({ text }) => {
    try {
      const frame = JSON.parse(text);
      return frame && typeof frame === 'object' ? [{ ...frame, text }] : [];
    } catch {
      return [];
    }
  });
}

export const requests = (command, since, name) =>
  frames(sent(since)).filter(f => f.cmd === command && (!name || f.name === name));
export const replies = ({ id }, since) =>
  frames(received(since)).filter(f => f.id === id && (f.type === 'success' || f.type === 'error'));
export const notifies = (name, since) =>
  frames(received(since)).filter(f => f.type === 'notify' && f.meta?.name === name);
