"""aiohttp."""

import asyncio

import aiohttp
from work import Client, measure


async def connect(host):
    session = aiohttp.ClientSession()
    socket = await session.ws_connect(f"ws://{host}/api/engine/v2/systems/control?api-key=id.secret")
    client = Client(socket.send_str)

    async def read():
        async for message in socket:
            client.hear(message.data)

    client.session, client.reader = session, asyncio.ensure_future(read())
    return client


measure(connect)
