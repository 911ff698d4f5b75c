# SPDX-License-Identifier: MIT OR Apache-2.0
"""A stone bridge over the river at dusk."""

import random

from .draw import circle, down, glow, hills, line, page, path, rect

WATER = 560
DECK = 372, 424  # height of the deck at the middle and at the banks


def deck(x):
    """The height of the deck at x: a shallow parabola."""
    top, bank = DECK
    return top + (bank - top) * ((x - 600) / 600) ** 2


def span():
    """The bridge with four arches cut out of it."""
    outline = "M0,{:.0f} ".format(deck(0)) + " ".join(f"L{x},{deck(x):.1f}" for x in range(0, 1201, 40))
    outline += f" L1200,{WATER} L0,{WATER} Z"
    arches, rims = "", ""
    for left, right in ((60, 300), (340, 590), (630, 880), (920, 1150)):
        rise = WATER - deck((left + right) / 2) - 44
        arch = f"M{left},{WATER} C{left},{WATER - rise * 1.32:.0f} {right},{WATER - rise * 1.32:.0f} {right},{WATER}"
        arches += f" {arch} Z"
        rims += path(arch, "none", 'stroke="#a8788a" stroke-width="9"')
    out = f'<path d="{outline}{arches}" fill="url(#stone)" fill-rule="evenodd"/>' + rims
    for pier in (320, 610, 900):
        out += path(f"M{pier - 26},{WATER} L{pier - 14},{deck(pier) + 40:.0f} L{pier + 14},{deck(pier) + 40:.0f} L{pier + 26},{WATER} Z", "#6c4760")
    crest = " L".join(f"{x},{deck(x):.1f}" for x in range(0, 1201, 40))
    out += path(f"M{crest}", "none", 'stroke="#c08a8f" stroke-width="12"')
    for x in range(15, 1200, 30):
        out += line(x, deck(x) - 4, x, deck(x) - 22, "#4d3450", 5)
    rail = " L".join(f"{x},{deck(x) - 24:.1f}" for x in range(0, 1201, 40))
    return out + path(f"M{rail}", "none", 'stroke="#4d3450" stroke-width="6"')


def lamps():
    """Lamps on the piers, lit."""
    out = ""
    for x in (60, 320, 610, 900, 1140):
        y = deck(x)
        out += line(x, y - 20, x, y - 84, "#38264a", 6) + glow(x, y - 92, 34, "#ffd58a", 0.75)
        out += circle(x, y - 92, 10, "#fff0c4")
    return out


def town(rng):
    """Roofs and lit windows on the far bank."""
    out, x = "", 640
    while x < 1200:
        w, h = rng.randint(44, 84), rng.randint(50, 120)
        base, wall = 400, rng.choice(("#4b3560", "#553a66", "#432f58"))
        out += rect(x, base - h, w, h + 60, wall)
        out += path(f"M{x - 6},{base - h} L{x + w / 2},{base - h - rng.randint(18, 36)} L{x + w + 6},{base - h} Z", "#38264c")
        for wx in range(x + 10, x + w - 12, 20):
            for wy in range(base - h + 14, base - 30, 28):
                if rng.random() < 0.55:
                    out += rect(wx, wy, 9, 13, rng.choice(("#ffd07a", "#ffe3a8", "#f7b45e")))
        x += w + rng.randint(-2, 16)
    tower = rect(812, 196, 46, 200, "#3f2c55") + path("M804,196 L835,140 L866,196 Z", "#322346") + circle(835, 226, 13, "#ffe3a8")
    return tower + out


def walker(x, colour):
    """Someone on the deck with a bicycle."""
    y = deck(x) - 4
    out = "".join(path(f"M{x + dx - 13},{y - 13} a13,13 0 1 0 26,0 a13,13 0 1 0 -26,0", "none", f'stroke="{colour}" stroke-width="3.4"') for dx in (16, 58))
    out += path(f"M{x + 16},{y - 13} L{x + 30},{y - 36} L{x + 52},{y - 36} L{x + 58},{y - 13} M{x + 30},{y - 36} L{x + 38},{y - 14} L{x + 52},{y - 36} L{x + 48},{y - 46}", "none", f'stroke="{colour}" stroke-width="3.4" stroke-linejoin="round"')
    out += path(f"M{x - 8},{y} L{x - 3},{y - 34} L{x - 8},{y - 62} Q{x},{y - 72} {x + 8},{y - 62} L{x + 6},{y - 34} L{x + 8},{y} L{x + 2},{y} L{x},{y - 26} L{x - 3},{y} Z", colour)
    return out + circle(x, y - 78, 8.5, colour) + line(x + 3, y - 58, x + 30, y - 42, colour, 4.5)


def svg():
    rng = random.Random(3)
    defs = down("sky", (0, "#2c2a5e"), (0.45, "#8a4a86"), (0.72, "#e8836f"), (1, "#fbc07c"))
    defs += down("water", (0, "#e99a7d"), (0.35, "#9a5a88"), (1, "#272654"))
    defs += down("stone", (0, "#8a5f74"), (1, "#59395a"))
    out = rect(0, 0, 1200, 600, "url(#sky)")
    out += "".join(circle(rng.randint(0, 1200), rng.randint(0, 200), rng.choice((1, 1.4, 2)), "#fff", f'opacity="{rng.uniform(0.3, 0.9):.2f}"') for _ in range(60))
    out += glow(300, 420, 130, "#ffe0a0", 0.7) + circle(300, 400, 62, "#fff0c0")
    for cx, cy, w in ((150, 210, 210), (520, 160, 260), (950, 240, 180), (700, 285, 150)):
        out += rect(cx - w / 2, cy, w, 14, "#f3a78a", 'rx="7" opacity="0.55"') + rect(cx - w / 3, cy + 20, w * 0.8, 10, "#f3a78a", 'rx="5" opacity="0.4"')
    out += hills(395, 60, "#a35d84", 0.4) + hills(430, 38, "#7c4878", 2.2) + town(rng) + hills(462, 18, "#5b3a66", 4.0)
    out += rect(0, WATER - 6, 1200, 260, "url(#water)")
    scene = span() + lamps()
    out += f'<g transform="translate(0,{2 * WATER}) scale(1,-1)" opacity="0.42">{scene}</g>'
    for i in range(16):
        w = 96 - 4 * i + rng.randint(-16, 16)
        out += rect(300 - w / 2 + rng.randint(-6, 6), WATER + 4 + 14 * i, w, 5, "#ffe9b8", f'rx="2.5" opacity="{0.75 - 0.035 * i:.2f}"')
    for _ in range(90):
        y = WATER + 6 + 230 * rng.random() ** 0.8
        w = rng.uniform(30, 150) * (0.4 + (y - WATER) / 240)
        out += rect(rng.uniform(-40, 1180), y, w, 3 + (y - WATER) / 90, rng.choice(("#ffd2a0", "#c77a90", "#3a3468", "#322e60")), f'rx="3" opacity="{rng.uniform(0.18, 0.5):.2f}"')
    out += scene + f'<g transform="translate({452 * 0.2},{deck(452) * 0.2:.1f}) scale(0.8)">{walker(452, "#2f2140")}</g>'
    for x0, n in ((70, 15), (1120, 17), (980, 8)):
        for _ in range(n):
            x, h = x0 + rng.uniform(-80, 80), rng.uniform(80, 210)
            lean = rng.uniform(-34, 34)
            out += path(f"M{x:.0f},806 Q{x + lean * 0.2:.0f},{800 - h * 0.6:.0f} {x + lean:.0f},{800 - h:.0f}", "none", 'stroke="#191735" stroke-width="5" stroke-linecap="round"')
            if rng.random() < 0.5:
                out += f'<ellipse cx="{x + lean:.0f}" cy="{800 - h:.0f}" rx="6" ry="22" fill="#191735" transform="rotate({lean * 0.5:.0f} {x + lean:.0f} {800 - h:.0f})"/>'
    return page(out, defs)
