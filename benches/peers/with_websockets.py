"""websockets, its asyncio client."""

import asyncio

from websockets.asyncio.client import connect as open_socket
from work import Client, measure


async def connect(host):
    url = f"ws://{host}/api/engine/v2/systems/control?api-key=id.secret"
    socket = await open_socket(url, compression=None)
    client = Client(socket.send)

    async def read():
        async for message in socket:
            client.hear(message)

    client.reader = asyncio.ensure_future(read())
    return client


measure(connect)
