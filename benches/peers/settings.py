"""Settings frames as one reads them in Python: `settings.py FILE {json,orjson}`.

Decodes all frames of the file, one per line, for each line of its input, and answers with the settings of the last one:
how many they are, and how many bytes their values have.
"""

import base64
import sys

if sys.argv[2] == "orjson":
    from orjson import loads
else:
    from json import loads


def decode(frame):
    data = loads(loads(frame)["data"])
    return {entry["Hash"]: base64.b64decode(entry["Value"]) for entry in data["Settings"]}


with open(sys.argv[1], encoding="utf-8") as file:
    frames = file.read().splitlines()

for _ in sys.stdin:
    for frame in frames:
        settings = decode(frame)
    print(len(settings), sum(map(len, settings.values())), flush=True)
