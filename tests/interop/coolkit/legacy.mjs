// ewelink-api, called by the tests.
import eWeLink from 'ewelink-api';
import { serve, tell } from '../lines.mjs';

const { CLOUD_URL, CLOUD_DISPATCH, CLOUD_AT, CLOUD_APIKEY, CLOUD_APPID, PING_PERIOD } = process.env;

class Client extends eWeLink {
  getApiWebSocket() {
    return CLOUD_URL;
  }

  // The only request that is made here is that to the dispatch.
  makeRequest(request) {
    return super.makeRequest({ ...request, url: new URL(CLOUD_DISPATCH).origin });
  }

  // Otherwise it asks the HTTP interface for the owner.
  getDevice() {
    return { apikey: CLOUD_APIKEY };
  }
}

// It pings every 120 s, whatever it is asked and told.
if (PING_PERIOD) {
  const { setInterval } = globalThis;
  globalThis.setInterval = ping => setInterval(ping, Number(PING_PERIOD));
}

const client = new Client({ at: CLOUD_AT, apiKey: CLOUD_APIKEY, APP_ID: CLOUD_APPID });

await serve({
  watch: () =>
    client.openWebSocket(data => (data === 'pong' ? tell('pong') : tell('frame', data))),
  set: async (device, state, channel) =>
    tell('set', await client.setWSDevicePowerState(device, state, { channel })),
  state: async device =>
    tell('state', await client.getWSDevicePowerState(device, { allChannels: true })),
  usage: async device => tell('usage', await client.getDevicePowerUsage(device)),
});
