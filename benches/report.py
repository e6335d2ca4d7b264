"""Writes the tables of docs/PERFORMANCE.md and the pictures beside them from what is in docs/performance.

`benches/report` measures and then runs this; by itself it only writes again what was measured.
"""

import csv
import math
import pathlib
import re
import sys

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
RESULTS = DOCS / "performance"
PARSERS = (
    "serde_json::Value",
    "serde_json, typed, borrowed",
    "sonic-rs, typed, borrowed",
    "simd-json, typed, kept buffers",
)


def main():
    names = ("settings", "frames", "session", "peers")
    settings, frames, session, peers = (results(name) for name in names)
    memory, bindings, clients = (results(name) for name in ("memory", "bindings", "clients"))
    builds = results("compile", by="crate")
    allocations = {**results("settings_allocations"), **results("frames_allocations")}
    changes = [name for name in settings if name.startswith("what changed")]
    others = list(settings)[list(settings).index("lookup, each") + 1 :]
    others = [name for name in others if not name.startswith("growth")]
    tables = {
        "machine": (RESULTS / "machine.txt").read_text().strip(),
        "decode": of_group(settings["decode"], allocations["decode"]),
        "changes": of_groups(settings, changes),
        "encode": of_groups(settings, ["encode", "compare two maps", "lookup, each"]),
        "memory": what_stays(allocations["what stays of a frame"]),
        "shapes": of_groups(settings, others),
        "growth": growth_table(settings),
        "frames": frames_table(frames),
        "allocations": allocations_table(frames, allocations),
        "calls": session_table(session, "calls"),
        "pending": session_growth(session["PlaceOS: calls, pending"]),
        "events": session_table(session, "events"),
        "readers": session_growth(session["PlaceOS: events, readers"]),
        "stalled": session_growth(session["PlaceOS: events, a stalled reader"]),
        "idle clients": idle_table(memory),
        "bytes of bindings": bytes_table(memory["bindings"]),
        "bindings": storm_table(bindings),
        "restore": restore_table(bindings["restore"]),
        "peers": of_group(peers["other languages"], None),
        "clients": clients_table(clients),
        "compile": compile_table(builds),
        "targets": targets(
            of_frames(settings, frames, allocations, others)
            + session_targets(session)
            + of_memory(memory)
            + of_bindings(bindings, clients)
            + of_clients(clients)
            + of_building(builds)
        ),
    }
    path = DOCS / "PERFORMANCE.md"
    path.write_text(filled(path.read_text(), tables))
    decode = bars("A frame of 249 settings: times as fast as the usual way", settings["decode"])
    languages = bars("In other languages: times as fast as Python's json", peers["other languages"])
    (RESULTS / "decode.svg").write_text(decode)
    (RESULTS / "peers.svg").write_text(languages)
    (RESULTS / "growth.svg").write_text(growth_chart(settings))
    (RESULTS / "frames.svg").write_text(frames_chart(frames))
    (RESULTS / "session.svg").write_text(session_chart(session))
    idle = {name: rows for name, rows in memory.items() if name != "bindings"}
    (RESULTS / "memory.svg").write_text(idle_chart(idle))
    for picture, name, title in (
        ("calls", CALLS, "A call, 128 in flight: times the processor's time of ours"),
        ("events", EVENTS, "An event: times the processor's time of ours"),
    ):
        (RESULTS / f"clients_{picture}.svg").write_text(bars(title, clients[name]))


def results(bench, by="group"):
    """The rows of a bench, by group."""
    groups = {}
    with open(RESULTS / f"{bench}.tsv", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            groups.setdefault(row[by], []).append(row)
    return groups


def filled(text, tables):
    """The text with each table between its marks."""
    for name, table in tables.items():
        mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text, count = mark.subn(lambda match: f"{match[1]}{table}\n{match[2]}", text)
        if count != 1:
            sys.exit(f"PERFORMANCE.md has {count} places for the table {name}")
    return text


# Tables


def table(head, rows, texts=1):
    """The first columns are texts, the others numbers."""
    lines = [head, ["---"] * texts + ["---:"] * (len(head) - texts), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def of_group(rows, allocations):
    head = ["way", "ns", "times", "quartiles"] + (["allocations"] if allocations else [])
    lines = [[row["way"], ns(row), times(row), quartiles(row)] for row in rows]
    for line, row in zip(lines, allocations or []):
        line.append(row["allocations"])
    return table(head, lines)


def of_groups(results, names):
    head = ["work", "way", "ns", "times", "quartiles"]
    rows = [(name, row) for name in names for row in results[name]]
    lines = [[name, row["way"], ns(row), times(row), quartiles(row)] for name, row in rows]
    return table(head, lines, texts=2)


def what_stays(rows):
    lines = [[row["way"], grouped(int(row["bytes"]))] for row in rows]
    return table(["what stays of a frame", "bytes"], lines)


def growth_table(results):
    jobs = growth_of(results)
    sizes = list(next(iter(jobs.values())))
    head = ["work, way: ns for each setting"] + [grouped(size) for size in sizes]
    lines = []
    for job, of_size in jobs.items():
        for at, row in enumerate(of_size[sizes[0]]):
            times = [f"{float(of_size[size][at]['ns']):.1f}" for size in sizes]
            lines.append([f"{job}, {row['way']}", *times])
    return table(head, lines)


def frames_table(frames):
    head = ["frame: ns", *PARSERS, "ours", "times `Value`", "times sonic-rs"]
    lines = []
    for name, rows in with_value(frames).items():
        times, of_way = times_of(rows), {row["way"]: ns(row) for row in rows}
        cells = [of_way.get(way, "") for way in (*PARSERS, "ours")]
        sonic = times["ours"] / times["sonic-rs, typed, borrowed"]
        lines.append([name, *cells, f"{times['ours']:.2f}", f"{sonic:.2f}"])
    return table(head, lines)


def allocations_table(frames, allocations):
    lines = []
    for name in with_value(frames):
        of_way = allocations_of(allocations[name])
        lines.append([name, *(str(of_way.get(way, "")) for way in (*PARSERS, "ours"))])
    return table(["frame: allocations", *PARSERS, "ours"], lines)


def session_table(session, kind):
    """What the loop and ours take of the processor."""
    lines = []
    for name, (raw, ours) in with_loop(session).items():
        if kind in name:
            more = float(ours["cpu"]) - float(raw["cpu"])
            times = [f"{float(ours[column]):.2f}" for column in ("ratio", "low", "high")]
            cells = [cpu(raw), cpu(ours), grouped(round(more)), times[0], " – ".join(times[1:])]
            lines.append([name.replace(f"{kind}, ", ""), *cells])
    head = [kind, "loop, ns", "ours, ns", "more, ns", "times the loop", "quartiles"]
    return table(head, lines)


def session_growth(rows):
    lines = []
    for row in rows:
        between = f"{float(row['low']):.2f} – {float(row['high']):.2f}"
        lines.append([row["way"], cpu(row), f"{float(row['ratio']):.2f}", between])
    return table(["ours", "ns", "times the first", "quartiles"], lines)


def session_targets(session):
    """What is wanted of calls and events."""
    pairs = with_loop(session)

    def worst(part, value=lambda raw, ours: float(ours["ratio"])):
        return max(value(*rows) for name, rows in pairs.items() if part in name)

    def more(raw, ours):
        return float(ours["cpu"]) - float(raw["cpu"])

    readers = session["PlaceOS: events, readers"]
    counts = [int(row["way"].split()[0]) for row in (readers[0], readers[-1])]
    further = (float(readers[-1]["cpu"]) - float(readers[0]["cpu"])) / (counts[1] - counts[0])
    pending = float(session["PlaceOS: calls, pending"][-1]["ratio"])
    stalled = float(session["PlaceOS: events, a stalled reader"][-1]["ratio"])
    at_128 = max(worst(f", {count} in flight", more) for count in (128, 1024))
    return [
        ("a call alone, times the loop", most, 1.1, worst(", 1 in flight")),
        ("16 calls in flight, times the loop", most, 1.1, worst(", 16 in flight")),
        ("128 and more calls in flight, ns more than the loop", most, 200, at_128),
        ("a call beside 100 000 pending, times that beside 10", most, 1.3, pending),
        ("an event, times the loop", most, 1.5, worst("events")),
        ("each further reader of an event, ns", most, 60, further),
        ("rate of readers beside one that stalls", least, 0.95, 1 / stalled),
    ]


def idle_table(memory):
    lines = []
    for name, rows in memory.items():
        if name != "bindings":
            lines += [[name, row["way"], grouped(int(row["bytes"])), times(row)] for row in rows]
    return table(["held", "by", "bytes of each", "times"], lines, texts=2)


def bytes_table(rows):
    lines = [[grouped(int(row["way"])), grouped(int(row["bytes"]))] for row in rows]
    return table(["bindings", "bytes of each"], lines, texts=0)


def storm_table(bindings):
    head = ["bindings", "raw loop", "ours", "times", "ours, on the wall"]
    lines = []
    for name, (raw, ours) in bindings.items():
        if match := re.fullmatch(r"connect and bind (\d+)", name):
            ratio = int(ours["cpu"]) / int(raw["cpu"])
            cells = [grouped(int(cell)) for cell in (match[1], raw["cpu"], ours["cpu"])]
            lines.append([*cells, f"{ratio:.2f}", grouped(int(ours["wall"]))])
    return table(head, lines, texts=0)


def restore_table(rows):
    lines = [[grouped(int(row["way"])), f"{float(row['wall']) / 1e6:.1f}"] for row in rows]
    return table(["bindings", "ms until all are back"], lines, texts=0)


def clients_table(clients):
    lines = []
    for name, rows in clients.items():
        lines += [[name, row["way"], grouped(int(row["cost"])), times(row)] for row in rows]
    return table(["work", "client", "cost", "times ours"], lines, texts=2)


def compile_table(builds):
    rows = [row for rows in builds.values() for row in rows]
    lines = [[f"`{row['crate']}`", row["others"], row["debug"], row["release"]] for row in rows]
    return table(["crate", "others below it", "debug, s", "release, s"], lines)


def least(value, wanted):
    return value >= wanted


def most(value, wanted):
    return value <= wanted


def of_memory(memory):
    ours = [
        float(row["times"])
        for name, rows in memory.items()
        for row in rows
        if name != "bindings" and row["way"].startswith("ours")
    ]
    bytes_of = {row["way"]: int(row["bytes"]) for row in memory["bindings"]}
    return [
        ("an idle client, times the bytes of tokio-tungstenite", most, 2, max(ours)),
        ("a binding of 10 000, bytes", most, 300, bytes_of["10000"]),
    ]


def of_bindings(bindings, clients):
    each = {name: int(rows[-1]["cpu"]) for name, rows in bindings.items() if name != "restore"}
    growth = each["connect and bind 100000"] / each["connect and bind 10000"]
    restore = {row["way"]: float(row["wall"]) / 1e6 for row in bindings["restore"]}
    vendor = times_of(clients["connect and bind 10000, ns for each"])["@placeos/ts-client"]
    return [
        ("connecting and binding 10 000, times less than @placeos/ts-client", least, 100, vendor),
        ("connecting and binding, each of 100 000 in that of 10 000", most, 1.3, growth),
        ("10 000 bindings after the server is back, ms", most, 60, restore["10000"]),
    ]


CALLS = "a call of 128 in flight, ns"
EVENTS = "an event over 1000 bindings, ns"


def of_clients(clients):
    rows = []
    for work, name, wanted in (
        ("a call", CALLS, {"@placeos/ts-client": 60, "Node: ws": 12, "Python: aiohttp": 30}),
        ("an event", EVENTS, {"@placeos/ts-client": 9, "Node: ws": 6, "Python: aiohttp": 9}),
    ):
        of_way = times_of(clients[name])
        wanted["Python: websockets"] = wanted["Python: aiohttp"]
        for client, bound in wanted.items():
            rows.append((f"{work}, times less than {client}", least, bound, of_way[client]))
    return rows


def of_building(builds):
    others = [int(rows[0]["others"]) for crate, rows in builds.items() if crate.endswith("-proto")]
    return [("other crates below the wire types of a vendor", most, 12, max(others))]


def targets(rows):
    """What is wanted beside what was measured."""
    lines = []
    for name, is_met, wanted, measured in rows:
        bound = "at least" if is_met is least else "at most"
        verdict = "" if is_met(measured, wanted) else "missed"
        lines.append([name, f"{bound} {wanted}", f"{measured:.4g}", verdict])
    return table(["what", "wanted", "measured", ""], lines)


def of_frames(settings, frames, allocations, others):
    """Of several, the worst."""
    decode = times_of(settings["decode"])
    parsers = ("simd-json, tape, kept buffers", "sonic-rs, typed, borrowed", "jiter")
    best = max(decode[way] for way in parsers)
    structure = decode["floor: structural scan"]
    up_to_eight = [f"what changed: {count}" for count in ("nothing", "1 value", "8 values")]
    reused = allocations_of(allocations["decode"])["ours, reused"]
    kept = int(allocations["what stays of a frame"][-1]["bytes"])
    growth = [
        float(ours_of(rows)["ns"]) / float(ours_of(of_size[249])["ns"])
        for of_size in growth_of(settings).values()
        for size, rows in of_size.items()
        if size > 249
    ]
    lookup = next(row for row in settings["lookup, each"] if row["way"] == "ours, any setting")

    def worst(names):
        return min(times_of(settings[name])["ours"] for name in names)

    small = [times_of(rows) for rows in with_value(frames).values()]
    sonic = "sonic-rs, typed, borrowed"
    return [
        ("settings, times the usual way", least, 20, decode["ours"]),
        ("settings, times the best of simd-json, sonic-rs and jiter", least, 12, decode["ours"] / best),
        ("settings, time in that of the structural scan", most, 2.6, structure / decode["ours"]),
        ("settings, allocations with kept memory", most, 0, reused),
        ("settings of other shapes, times the first way", least, 0.9, worst(others)),
        ("what changed, up to 8 values, times the usual way", least, 40, worst(up_to_eight)),
        ("encoding, times the usual way", least, 10, worst(["encode"])),
        ("a lookup in a machine's map, ns", most, 10, float(lookup["ns"])),
        ("what stays of a machine's frame, bytes", most, 4096, kept),
        ("each setting in larger maps, time in that of 249", most, 1.3, max(growth)),
        ("all other frames, times `serde_json::Value`", least, 2.5, min(it["ours"] for it in small)),
        ("all other frames, times sonic-rs", least, 1, min(it["ours"] / it[sonic] for it in small)),
    ]


def times_of(rows):
    return {row["way"]: float(row["times"]) for row in rows}


def allocations_of(rows):
    return {row["way"]: int(row["allocations"]) for row in rows}


def with_value(frames):
    """All kinds of frames that are JSON."""
    return {name: rows for name, rows in frames.items() if rows[0]["way"] == "serde_json::Value"}


def with_loop(session):
    """All that was measured beside the loop."""
    return {name: rows for name, rows in session.items() if rows[0]["way"] == "raw loop"}


def growth_of(results):
    """The rows by job and size."""
    jobs = {}
    for name, rows in results.items():
        if match := re.fullmatch(r"growth: (.*), (\d+) settings", name):
            jobs.setdefault(match[1], {})[int(match[2])] = rows
    return jobs


def ns(row):
    return nanoseconds(float(row["ns"]))


def cpu(row):
    return nanoseconds(float(row["cpu"]))


def nanoseconds(value):
    return grouped(round(value)) if value >= 100 else f"{value:.1f}"


def times(row):
    return f"{float(row['times']):.2f}"


def quartiles(row):
    return f"{float(row['low']):.2f} – {float(row['high']):.2f}"


def grouped(number):
    return f"{number:,}".replace(",", " ")


# Pictures

WIDTH = 760
STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 15px }
.small { font-size: 11px }
.line { stroke: #24292f; stroke-opacity: .2 }
.other { fill: #8c959f; stroke: #8c959f }
.ours { fill: #0969da; stroke: #0969da }
.curve { fill: none; stroke-width: 2 }
.usual { stroke-dasharray: 6 4 }
.c0 { stroke: #0969da } .c1 { stroke: #1a7f37 } .c2 { stroke: #bf3989 } .c3 { stroke: #bc4c00 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .line { stroke: #e6edf3 }
  .ours { fill: #4493f8; stroke: #4493f8 }
  .c0 { stroke: #4493f8 } .c1 { stroke: #3fb950 } .c2 { stroke: #f778ba } .c3 { stroke: #f0883e }
}
</style>"""


def svg(height, title, parts):
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        STYLE,
        text(10, 22, title, "title"),
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def text(x, y, content, kind="", anchor="start"):
    content = content.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:.0f}" y="{y:.0f}" class="{kind}" text-anchor="{anchor}">{content}</text>'


def bar(x, y, width, kind):
    return f'<rect x="{x:.0f}" y="{y:.0f}" width="{max(width, 1):.1f}" height="14" class="{kind}"/>'


def line(x1, y1, x2, y2):
    return f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" class="line"/>'


def bars(title, rows):
    """Bars on a logarithmic axis, as the values lie far apart."""
    start, end = 260, WIDTH - 70
    values = times_of(rows)
    low = math.log10(min(values.values())) - 0.2
    scale = (end - start) / (math.log10(max(values.values())) - low)
    parts = []
    for at, (name, value) in enumerate(values.items()):
        y = 40 + 22 * at
        width = (math.log10(value) - low) * scale
        parts.append(text(start - 8, y + 12, name, anchor="end"))
        parts.append(bar(start, y, width, "ours" if name.startswith("ours") else "other"))
        parts.append(text(start + width + 6, y + 12, f"{value:.3g}"))
    height = 40 + 22 * len(rows) + 24
    parts.append(text(start, height - 10, "logarithmic", "small"))
    return svg(height, title, parts)


def frames_chart(frames):
    """Each kind beside its tree: the mark of sonic-rs, and the bar of ours."""
    start, end = 260, WIDTH - 60
    rows = []
    for name, ways in with_value(frames).items():
        times = times_of(ways)
        rows.append((name, times["ours"], times["sonic-rs, typed, borrowed"]))
    scale = (end - start) / max(max(ours, sonic) for _, ours, sonic in rows)
    parts = []
    for at, (name, ours, sonic) in enumerate(rows):
        y = 40 + 42 * at
        parts.append(text(start - 8, y + 20, name, anchor="end"))
        for offset, kind, value in ((0, "ours", ours), (16, "other", sonic)):
            parts.append(bar(start, y + offset, value * scale, kind))
            parts.append(text(start + value * scale + 6, y + offset + 12, f"{value:.2f}", "small"))
    bottom = 40 + 42 * len(rows)
    parts.append(line(start + scale, 34, start + scale, bottom))
    parts.append(text(start + scale, bottom + 14, "serde_json::Value", "small", "middle"))
    parts.append(bar(start + 200, bottom + 22, 14, "ours"))
    parts.append(text(start + 220, bottom + 34, "ours"))
    parts.append(bar(start + 280, bottom + 22, 14, "other"))
    parts.append(text(start + 300, bottom + 34, "sonic-rs, typed, borrowed"))
    return svg(bottom + 46, "Other frames: times as fast as serde_json::Value", parts)


def session_chart(session):
    """What ours take of the processor beside the loop, which is the line."""
    start, end = 260, WIDTH - 60
    ratios = {name: float(ours["ratio"]) for name, (_, ours) in with_loop(session).items()}
    scale = (end - start) / max(ratios.values())
    parts = []
    for at, (name, ratio) in enumerate(ratios.items()):
        y = 40 + 22 * at
        parts.append(text(start - 8, y + 12, name, anchor="end"))
        parts.append(bar(start, y, ratio * scale, "ours"))
        parts.append(text(start + ratio * scale + 6, y + 12, f"{ratio:.2f}", "small"))
    bottom = 40 + 22 * len(ratios)
    parts.append(line(start + scale, 34, start + scale, bottom))
    parts.append(text(start + scale, bottom + 14, "the loop", "small", "middle"))
    return svg(bottom + 24, "Calls and events: processor's time, times that of a loop", parts)


def idle_chart(groups):
    """The bytes of each client, by what holds it."""
    start, end = 260, WIDTH - 70
    rows = [(f"{name}: {row['way']}", row) for name, rows in groups.items() for row in rows]
    scale = (end - start) / max(int(row["bytes"]) for _, row in rows)
    parts = []
    for at, (name, row) in enumerate(rows):
        y = 40 + 22 * at
        value = int(row["bytes"])
        parts.append(text(start - 8, y + 12, name, "small", "end"))
        parts.append(bar(start, y, value * scale, "ours" if row["way"].startswith("ours") else "other"))
        parts.append(text(start + value * scale + 6, y + 12, grouped(value), "small"))
    return svg(40 + 22 * len(rows) + 10, "An idle client: resident bytes", parts)


def growth_chart(results):
    """Nanoseconds for each setting over the size of the map, both axes logarithmic."""
    jobs = growth_of(results)
    left, right, top, bottom = 60, WIDTH - 190, 40, 340
    sizes = list(next(iter(jobs.values())))
    every = [rows for of_size in jobs.values() for rows in of_size.values()]
    values = [float(row["ns"]) for rows in every for row in (rows[0], ours_of(rows))]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def place(size, value):
        x = left + (math.log10(size) - first) / (last - first) * (right - left)
        return x, bottom - (math.log10(value) - low) / (high - low) * (bottom - top)

    parts = []
    for power in range(low, high + 1):
        y = place(sizes[0], 10**power)[1]
        parts += [line(left, y, right, y), text(left - 6, y + 4, f"{10**power:g} ns", "small", "end")]
    for size in sizes:
        parts.append(text(place(size, 10**low)[0], bottom + 16, grouped(size), "small", "middle"))
    for at, (job, of_size) in enumerate(jobs.items()):
        for kind, row_of in (("usual", lambda rows: rows[0]), ("", ours_of)):
            points = [place(size, float(row_of(rows)["ns"])) for size, rows in of_size.items()]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            parts.append(f'<polyline points="{path}" class="curve c{at} {kind}"/>')
        y = top + 20 * at
        parts.append(f'<polyline points="{right + 20},{y} {right + 50},{y}" class="curve c{at}"/>')
        parts.append(text(right + 56, y + 4, job))
    parts.append(text(right + 20, top + 20 * len(jobs) + 10, "dashed: the usual way", "small"))
    parts.append(text((left + right) / 2, bottom + 34, "settings in the map", "small", "middle"))
    return svg(bottom + 44, "What each setting costs as maps grow", parts)


def ours_of(rows):
    """Our way; the one that uses its memory again, if there are several."""
    return [row for row in rows if row["way"].startswith("ours")][-1]


if __name__ == "__main__":
    main()
