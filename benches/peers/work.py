"""What is measured of a client in Python: `CLIENT.py HOST:PORT WORK COUNT`.

Prints the processor's nanoseconds for each operation; for `idle` the bytes of each client.
"""

import asyncio
import gc
import itertools
import json
import os
import sys
import time

IN_FLIGHT = 128
BINDINGS = 1000
MODULE = {"sys": "sys-1234", "mod": "Display", "index": 1}


class Client:
    """As one writes a client of PlaceOS: a dictionary of who waits, another one of who listens.

    `send` is a coroutine that sends a text; whoever has `send` gives each text that comes to `hear`.
    """

    def __init__(self, send):
        self.send = send
        self.ids = itertools.count(1)
        self.waiting = {}
        self.listening = {}

    def hear(self, text):
        message = json.loads(text)
        if message["type"] == "notify":
            meta = message["meta"]
            listener = self.listening.get((meta["sys"], meta["mod"], meta["index"], meta["name"]))
            if listener:
                listener(message["value"])
            return
        waiter = self.waiting.pop(message["id"])
        if message["type"] == "success":
            waiter.set_result(message["value"])
        else:
            waiter.set_exception(RuntimeError(text))

    async def call(self, name, args):
        return await self.request("exec", name, {"args": args})

    async def bind(self, name, listener):
        self.listening[*MODULE.values(), name] = listener
        await self.request("bind", name, {})

    async def request(self, command, name, more):
        request = next(self.ids)
        waiter = self.waiting[request] = asyncio.get_running_loop().create_future()
        await self.send(json.dumps({"id": request, "cmd": command, **MODULE, "name": name, **more}))
        return await waiter


class Values:
    """Counts values, and says when so many more have come."""

    def __init__(self):
        self.heard, self.target, self.reached = 0, 0, None

    def hear(self, _):
        self.heard += 1
        if self.heard == self.target:
            self.reached.set_result(None)

    def more(self, count):
        self.target = self.heard + count
        self.reached = asyncio.get_running_loop().create_future()
        return self.reached


async def calls(connect, count):
    client = await connect()
    await client.call("hold", [IN_FLIGHT, IN_FLIGHT])

    async def caller(begin, end):
        for n in range(begin, end, IN_FLIGHT):
            await client.call("switch_to", ["HDMI", n])

    async def callers(end):
        await asyncio.gather(*(caller(begin, end) for begin in range(IN_FLIGHT)))

    await callers(10 * IN_FLIGHT)
    return await cost(callers(count))


async def events(connect, count):
    client, values = await bound(connect, BINDINGS)

    async def flood(count):
        await asyncio.gather(values.more(count), client.call("flood", [count]))

    await flood(BINDINGS)
    return await cost(flood(count))


async def bind(connect, count):
    return await cost(bound(connect, count))


async def idle(connect, count):
    clients = [await connect()]
    before = resident()
    while len(clients) <= count:
        clients.append(await connect())
    return resident() - before


async def bound(connect, count):
    """A client with so many bindings, each of which has its value."""
    client, values = await connect(), Values()
    everything = values.more(count)
    await asyncio.gather(*(client.bind(f"v{n}", values.hear) for n in range(count)))
    await everything
    return client, values


async def cost(work):
    before = time.process_time_ns()
    await work
    return time.process_time_ns() - before


def resident():
    gc.collect()
    with open("/proc/self/status", encoding="ascii") as file:
        line = next(line for line in file if line.startswith("RssAnon:"))
    return int(line.split()[1]) * 1024


def measure(connect):
    """`connect(host)` gives a `Client`."""
    host, work, count = sys.argv[1:]

    async def run():
        result = await WORKS[work](lambda: connect(host), int(count))
        print(result / int(count), flush=True)
        # Nothing is closed in order.
        os._exit(0)

    asyncio.run(run())


WORKS = {"calls": calls, "events": events, "bind": bind, "idle": idle}
