# SPDX-License-Identifier: MIT OR Apache-2.0
"""The reading room: full shelves, a ladder, and the line that the flood left on the wall."""

import random

from .draw import circle, down, glow, line, page, path, rect

BOOKS = ("#c8553d", "#e2a14b", "#4a7c8c", "#5f8f6b", "#8a4f7d", "#d9b382", "#39546d", "#b23a48", "#86a873", "#e8c9a0")


def shelf_row(x, y, width, height, rng, gap):
    """Books that stand on y, from x on; `gap` leaves the row's end free for something else."""
    out, end = "", x + width - gap
    while True:
        w = rng.randint(14, 34)
        if x + w > end:
            return out
        h = height * rng.uniform(0.68, 0.94)
        colour = rng.choice(BOOKS)
        if rng.random() < 0.06 and x + 60 < end:
            out += f'<g transform="rotate(14 {x} {y})">{rect(x + 4, y - h * .94, w, h * .92, colour, """rx="2" """)}</g>'
            x += 46
            continue
        out += rect(x, y - h, w, h, colour, 'rx="2"')
        style = rng.random()
        if style < 0.4:
            out += rect(x, y - h * 0.86, w, 5, "#fff", 'opacity="0.45"') + rect(x, y - h * 0.2, w, 5, "#fff", 'opacity="0.45"')
        elif style < 0.7:
            out += rect(x + w * 0.25, y - h * 0.72, w * 0.5, h * 0.3, "#fff", 'opacity="0.35" rx="2"')
        out += rect(x + w - 3, y - h, 3, h, "#000", 'opacity="0.14"')
        x += w + 1


def case(x, y, width, rows, rng):
    """A bookcase whose top left corner is x, y."""
    tall = 116
    height = rows * tall + 30
    out = rect(x, y, width, height, "#8a5a3a", 'rx="6"') + rect(x + 14, y + 14, width - 28, height - 28, "#4c3024")
    for r in range(rows):
        floor = y + 14 + (r + 1) * tall - 10
        gap = rng.choice((0, 0, 70))
        out += shelf_row(x + 18, floor, width - 36, tall - 12, rng, gap)
        if gap:
            px = x + width - 50
            out += path(f"M{px - 16},{floor} L{px + 16},{floor} L{px + 20},{floor - 34} L{px - 20},{floor - 34} Z", "#e9dcc3")
            for a in (-50, -20, 12, 44):
                out += f'<ellipse cx="{px}" cy="{floor - 54}" rx="8" ry="26" fill="#5f9a62" transform="rotate({a} {px} {floor - 32})"/>'
        out += rect(x + 10, floor, width - 20, 11, "#a26d47")
    return out + rect(x - 8, y - 12, width + 16, 20, "#a26d47", 'rx="5"') + rect(x - 6, y + height - 12, width + 12, 20, "#74482f", 'rx="4"')


def cat(x, y):
    """A cat asleep on the window seat."""
    out = path(f"M{x - 62},{y} C{x - 70},{y - 50} {x - 10},{y - 62} {x + 30},{y - 44} C{x + 66},{y - 30} {x + 66},{y} {x + 50},{y} Z", "#d98a45")
    out += circle(x - 44, y - 24, 25, "#e29a56") + path(f"M{x - 66},{y - 36} L{x - 66},{y - 60} L{x - 48},{y - 46} Z", "#e29a56") + path(f"M{x - 40},{y - 46} L{x - 24},{y - 60} L{x - 22},{y - 36} Z", "#e29a56")
    out += path(f"M{x - 58},{y - 24} q6,6 12,0 M{x - 40},{y - 24} q6,6 12,0", "none", 'stroke="#6d3d1c" stroke-width="3" stroke-linecap="round"')
    out += path(f"M{x + 52},{y - 6} C{x + 40},{y + 6} {x - 10},{y - 2} {x - 22},{y - 8}", "none", 'stroke="#c2743a" stroke-width="13" stroke-linecap="round"')
    return out + "".join(path(f"M{x + d},{y - 50 + abs(d - 10) * .18:.0f} q6,10 2,20", "none", 'stroke="#b9692f" stroke-width="6" stroke-linecap="round"') for d in (-6, 12, 30))


def svg():
    rng = random.Random(7)
    defs = down("wall", (0, "#f3e4c8"), (1, "#e9d2a9")) + down("air", (0, "#9fd0e0"), (1, "#fdf0cf")) + down("floor", (0, "#b57b4f"), (1, "#8a5636"))
    defs += '<linearGradient id="beam" x1="0" y1="0" x2="0.4" y2="1"><stop offset="0" stop-color="#fff6d2" stop-opacity="0.55"/><stop offset="1" stop-color="#fff6d2" stop-opacity="0"/></linearGradient>'
    out = rect(0, 0, 1200, 660, "url(#wall)") + rect(0, 640, 1200, 160, "url(#floor)")
    for x in range(-300, 1500, 120):
        out += line(x, 800, 600 + (x - 600) * 0.7, 640, "#734628", 2, 'opacity="0.5"')
    # The window, its seat and the mark of the water below it.
    out += path("M470,470 L470,210 A130,130 0 0 1 730,210 L730,470 Z", "#fff8e6") + path("M486,458 L486,210 A114,114 0 0 1 714,210 L714,458 Z", "url(#air)")
    out += '<clipPath id="pane"><path d="M486,458 L486,210 A114,114 0 0 1 714,210 L714,458 Z"/></clipPath>'
    out += f'<g clip-path="url(#pane)">{circle(560, 190, 34, "#fff3c4")}{path("M480,470 L480,380 Q560,330 640,372 T730,352 L730,470 Z", "#8db58a")}{path("M480,470 L480,420 Q580,380 730,424 L730,470 Z", "#6d9c78")}</g>'
    out += rect(594, 98, 12, 362, "#fff8e6") + rect(486, 290, 228, 10, "#fff8e6")
    out += rect(446, 470, 308, 26, "#a26d47", 'rx="5"') + rect(456, 496, 288, 146, "#8a5a3a") + rect(470, 512, 124, 118, "#774b30", 'rx="4"') + rect(606, 512, 124, 118, "#774b30", 'rx="4"')
    out += rect(452, 446, 296, 26, "#c8553d", 'rx="12"') + cat(660, 448)
    out += case(36, 150, 384, 4, rng) + case(780, 150, 384, 4, rng)
    out += path("M478,642 L722,642 L930,800 L470,800 Z", "url(#beam)")
    # As high as the water stood: a brass line on both cases.
    out += "".join(rect(x, 503, 384, 7, "#f0cd6a") + circle(x + 192, 506, 12, "#f9e29a", 'stroke="#b98f35" stroke-width="3"') for x in (36, 780))
    # The ladder.
    for dx in (0, 70):
        out += line(892 + dx, 140, 832 + dx, 716, "#5d3a26", 13)
    for k in range(9):
        y = 180 + 60 * k
        x = 892 - 60 * (y - 140) / 576
        out += line(x + 2, y, x + 68, y, "#6f4730", 9)
    # A round table with an open book, a lamp and a pile of books.
    out += '<ellipse cx="330" cy="764" rx="220" ry="22" fill="#3f2415" opacity="0.35"/>'
    out += path("M310,690 L350,690 L362,762 L298,762 Z", "#5d3a26") + '<ellipse cx="330" cy="676" rx="214" ry="30" fill="#74482f"/><ellipse cx="330" cy="668" rx="214" ry="30" fill="#a26d47"/>'
    out += path("M262,676 Q308,650 350,672 Q392,650 438,676 L430,654 Q390,630 350,652 Q310,630 270,654 Z", "#fffaf0", 'stroke="#d6c4a0" stroke-width="3"') + line(350, 652, 350, 672, "#d6c4a0", 3)
    for i, (w, colour) in enumerate(((104, "#39546d"), (92, "#c8553d"), (98, "#5f8f6b"))):
        out += rect(140 + (104 - w) / 2, 646 - 20 * i, w, 18, colour, 'rx="3"') + rect(146 + (104 - w) / 2, 651 - 20 * i, w - 8, 7, "#fff4dc")
    out += line(478, 664, 478, 560, "#b8863b", 8) + '<ellipse cx="478" cy="666" rx="34" ry="9" fill="#b8863b"/>' + glow(478, 590, 76, "#ffe9a8", 0.6)
    out += path("M436,566 Q440,514 478,512 Q516,514 520,566 Z", "#3f7f6a")
    # Two boxes still to unpack.
    for x, y, w, h in ((980, 668, 130, 96), (1090, 694, 100, 76)):
        out += rect(x, y, w, h, "#d2a468", 'rx="3"') + rect(x, y, w, 12, "#bb8a4f") + rect(x + w / 2 - 9, y, 18, h, "#e6c48f", 'opacity="0.8"')
    return page(out, defs)
