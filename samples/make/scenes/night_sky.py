# SPDX-License-Identifier: MIT OR Apache-2.0
"""Orion above the hills, shooting stars, and two people with a telescope."""

import math
import random

from .draw import circle, down, glow, hills, line, page, path, rect

# Orion as it rises, lying on its side: name, x, y, radius, colour.
ORION = {
    "betelgeuse": (770, 232, 6.0, "#ffc9a0"), "bellatrix": (842, 168, 4.6, "#dfe9ff"),
    "alnitak": (874, 300, 4.6, "#eaf1ff"), "alnilam": (886, 276, 4.8, "#eaf1ff"), "mintaka": (897, 252, 4.4, "#eaf1ff"),
    "saiph": (940, 372, 4.4, "#dfe9ff"), "rigel": (1004, 300, 6.2, "#cfe0ff"), "meissa": (776, 172, 3.2, "#dfe9ff"),
}
LINES = ("betelgeuse alnitak", "bellatrix mintaka", "alnitak alnilam", "alnilam mintaka", "alnitak saiph", "mintaka rigel", "betelgeuse meissa", "meissa bellatrix", "saiph rigel", "betelgeuse bellatrix")


def meteor(x, y, length, turn, width):
    """A shooting star with its head at x, y."""
    tail = path(f"M0,{-width} L{length},0 L0,{width} Z", "url(#trail)")
    return f'<g transform="translate({x},{y}) rotate({turn})">{tail}</g>' + circle(x, y, width * 1.3, "#fff") + glow(x, y, width * 4, "#cfe4ff", 0.5)


def person(x, y, h, colour, lean=0):
    """Someone who looks up, seen from behind."""
    s = h / 100
    body = path("M-15,0 L-13,-44 L-18,-52 Q-20,-78 -8,-80 L8,-80 Q20,-78 18,-52 L13,-44 L15,0 L3,0 L0,-38 L-3,0 Z", colour)
    return f'<g transform="translate({x},{y}) scale({s:.2f}) rotate({lean})">{body}{circle(2, -91, 10.5, colour)}</g>'


def svg():
    rng = random.Random(21)
    defs = down("sky", (0, "#070b2a"), (0.45, "#152458"), (0.75, "#2f4a86"), (1, "#6d7fae"))
    defs += '<linearGradient id="trail"><stop offset="0" stop-color="#fff" stop-opacity="0.95"/><stop offset="1" stop-color="#9cc4ff" stop-opacity="0"/></linearGradient>'
    out = rect(0, 0, 1200, 800, "url(#sky)")
    band = ""
    for _ in range(70):
        t = rng.random()
        x, y = 40 + 760 * t + rng.gauss(0, 34), 560 - 640 * t + rng.gauss(0, 44)
        band += f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{rng.randint(50, 130)}" ry="{rng.randint(18, 44)}" fill="{rng.choice(("#8fa4e0", "#b79be0", "#7fb4e6", "#d8c0e8"))}" opacity="0.085" transform="rotate(-40 {x:.0f} {y:.0f})"/>'
    out += f'<g filter="url(#haze)">{band}{band}</g>'
    for _ in range(420):
        x, y = rng.uniform(0, 1200), 560 * rng.random() ** 1.15
        out += circle(x, y, rng.choice((0.8, 1, 1.2, 1.6, 2.1)), rng.choice(("#fff", "#fff", "#dfe9ff", "#fff1d8")), f'opacity="{rng.uniform(0.35, 1):.2f}"')
    for _ in range(380):
        t = rng.random()
        off = rng.gauss(0, 52)
        out += circle(40 + 760 * t + off * 0.64, 560 - 640 * t + off * 0.77, rng.choice((0.7, 0.9, 1.2)), "#fff", f'opacity="{rng.uniform(0.3, 0.8):.2f}"')
    for pair in LINES:
        a, b = (ORION[n] for n in pair.split())
        out += line(a[0], a[1], b[0], b[1], "#a9c4ff", 1.6, 'opacity="0.45"')
    for x, y, r, colour in ORION.values():
        out += circle(x, y, r * 2.8, colour, 'opacity="0.18"') + circle(x, y, r, colour)
    # Orionids come from above Betelgeuse and lead away from it.
    for dx, dy, length, width in ((-330, -70, 230, 4), (-190, 190, 150, 3.2), (210, -120, 130, 3), (-520, 120, 120, 2.6)):
        x, y = 740 + dx, 190 + dy
        out += meteor(x, y, length, math.degrees(math.atan2(-dy, -dx)), width)
    out += hills(560, 62, "#2a3c70", 0.9) + hills(610, 40, "#1c2a56", 2.4)
    for i in range(46):
        x, y = 690 + rng.gauss(60, 90), 632 + rng.uniform(-12, 14)
        out += rect(x, y, 4, 5, rng.choice(("#ffd489", "#ffe9bd", "#f6b25c")))
    out += '<ellipse cx="750" cy="636" rx="190" ry="30" fill="#ffcf86" opacity="0.22" filter="url(#soft)"/>'
    out += path("M0,800 L0,668 C180,610 380,640 560,690 C760,744 980,720 1200,690 L1200,800 Z", "#0c1434")
    dark = "#060a22"
    for x, y, s in ((1090, 706, 1.25), (1150, 702, 0.9), (1020, 716, 0.8)):
        out += path(f"M{x - 7 * s},{y + 10} L{x - 4 * s},{y - 60 * s} L{x + 4 * s},{y - 60 * s} L{x + 7 * s},{y + 10} Z", dark)
        out += path(f"M{x},{y - 260 * s} C{x + 34 * s},{y - 190 * s} {x + 40 * s},{y - 60 * s} {x},{y - 20 * s} C{x - 40 * s},{y - 60 * s} {x - 34 * s},{y - 190 * s} {x},{y - 260 * s} Z", dark)
    # The telescope on its tripod.
    for foot in (276, 318, 352):
        out += line(318, 566, foot, 652, dark, 6)
    out += f'<g transform="rotate(-38 318 560)">{rect(250, 546, 128, 26, "#0b1236", """rx="5" """)}{rect(366, 541, 44, 36, "#131d4a", """rx="5" """)}{rect(232, 552, 20, 14, dark)}{rect(252, 546, 126, 4, "#5f7cc0")}</g>'
    out += person(222, 650, 132, dark, 4) + person(440, 668, 92, dark, -4) + line(452, 606, 492, 560, dark, 8)
    return page(out, defs)
