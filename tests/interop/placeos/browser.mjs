// What @placeos/ts-client reads of a browser, and no more.

/** Installs it for a page of this server. */
export function pretendToBeABrowser(base, WebSocket) {
  const { protocol, host, origin } = base;
  const location = {
    protocol,
    host,
    href: `${origin}/`,
    search: '',
    hash: '',
    // To have somebody log in, and after 40 attempts: neither must happen here.
    assign: target => console.error(`the client goes to ${target}`),
    reload: () => console.error('the client reloads the page'),
  };
  const window = { location, debug: false, AbortController };
  window.addEventListener = window.removeEventListener = () => {};
  window.parent = window;
  const [localStorage, sessionStorage] = [storage(), storage()];
  const document = { cookie: '' };
  const globals = { location, window, document, localStorage, sessionStorage, WebSocket };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  globalThis.navigator ??= { platform: 'Linux', userAgent: 'node' };
}

function storage() {
  const items = new Map();
  return {
    getItem: key => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, String(value)),
    removeItem: key => void items.delete(key),
    key: position => [...items.keys()][position] ?? null,
    get length() {
      return items.size;
    },
  };
}
