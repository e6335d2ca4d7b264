// ewelink-api-next, called by the tests.
import eWeLink from 'ewelink-api-next';
import { serve, tell } from '../lines.mjs';

const { CLOUD_URL, CLOUD_DISPATCH, CLOUD_AT, CLOUD_APIKEY, CLOUD_APPID } = process.env;

const client = new eWeLink.Ws({ appId: CLOUD_APPID });
client.at = CLOUD_AT;
client.userApiKey = CLOUD_APIKEY;

function read(data) {
  try {
    return JSON.parse(data);
  } catch {
    return String(data);
  }
}

await serve({
  dispatch: async () =>
    tell('dispatch', await client.Connect.getDispatch({ fullUrl: CLOUD_DISPATCH })),
  connect: (fullUrl = CLOUD_URL) =>
    client.Connect.create(
      { fullUrl },
      () => tell('open'),
      () => tell('closed'),
      error => tell('failed', error.message),
      (_, { data }) => (data === 'pong' ? tell('pong') : tell('frame', read(data))),
    ),
  update: (device, params) => client.Connect.updateState(device, params),
  query: (device, names) => client.Connect.updateState(device, names, 'query'),
});
