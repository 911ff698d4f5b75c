# SPDX-License-Identifier: MIT OR Apache-2.0
"""A film evening in a courtyard: arcade, screen, strings of lamps, people on chairs."""

import random

from .draw import circle, down, glow, line, page, path, rect


def arch(x, y, w, h, fill, extra=""):
    """A pointed arch that stands on y, its left foot at x."""
    return path(f"M{x},{y} L{x},{y - h * .55} C{x},{y - h * .82} {x + w * .3},{y - h * .92} {x + w / 2},{y - h} C{x + w * .7},{y - h * .92} {x + w},{y - h * .82} {x + w},{y - h * .55} L{x + w},{y} Z", fill, extra)


def lamps(x1, y1, x2, y2, sag, count):
    """A slack string of lamps."""
    at = lambda t: (x1 + (x2 - x1) * t, y1 + (y2 - y1) * t + 4 * sag * t * (1 - t))
    out = path("M" + " L".join(f"{x:.0f},{y:.0f}" for x, y in (at(i / 40) for i in range(41))), "none", 'stroke="#1c1836" stroke-width="3"')
    for i in range(1, count):
        x, y = at(i / count)
        out += circle(x, y + 9, 22, "#ffcf7a", 'opacity="0.16"') + circle(x, y + 9, 13, "#ffd88f", 'opacity="0.3"') + circle(x, y + 9, 6.5, "#fff1c9")
    return out


def film():
    """The picture on the screen: a boat under a large sun."""
    out = rect(370, 210, 460, 260, "#f7b267") + circle(660, 330, 62, "#fff0c9") + rect(370, 340, 460, 130, "#3f8a9c")
    out += "".join(rect(660 - w / 2, 352 + 16 * i, w, 5, "#ffe3a6", 'rx="2" opacity="0.8"') for i, w in enumerate((120, 90, 104, 64, 76, 40)))
    out += path("M440,372 L570,372 Q556,404 528,404 L480,404 Q452,404 440,372 Z", "#7a3142") + line(506, 372, 506, 256, "#5b2737", 5) + path("M512,262 Q580,310 572,360 L512,360 Z", "#fff7e4") + path("M500,280 Q462,320 456,360 L500,360 Z", "#f4dfc0")
    out += path("M600,262 q12,-12 22,0 q12,-12 22,0 M690,246 q9,-9 16,0 q9,-9 16,0", "none", 'stroke="#7a3142" stroke-width="4" stroke-linecap="round"')
    return out + path("M370,470 L370,440 Q480,420 600,440 T830,430 L830,470 Z", "#2f7186")


def watcher(x, y, s, colour, hair, rng):
    """Someone on a chair, from behind."""
    out = path(f"M{x - 46 * s},{y + 90 * s} L{x - 44 * s},{y + 20 * s} Q{x - 40 * s},{y - 12 * s} {x},{y - 14 * s} Q{x + 40 * s},{y - 12 * s} {x + 44 * s},{y + 20 * s} L{x + 46 * s},{y + 90 * s} Z", colour)
    style = rng.random()
    if style < 0.35:
        out += path(f"M{x - 26 * s},{y + 2 * s} C{x - 36 * s},{y - 76 * s} {x + 36 * s},{y - 76 * s} {x + 26 * s},{y + 2 * s} Q{x},{y + 14 * s} {x - 26 * s},{y + 2 * s} Z", hair)
    elif style < 0.6:
        out += circle(x, y - 34 * s, 23 * s, hair) + circle(x, y - 60 * s, 11 * s, hair)
    else:
        out += circle(x, y - 34 * s, 23 * s, hair) + rect(x - 9 * s, y - 20 * s, 18 * s, 14 * s, "#7b5148")
    out += path(f"M{x - 40 * s},{y + 6 * s} Q{x - 30 * s},{y - 13 * s} {x},{y - 14 * s} Q{x + 30 * s},{y - 13 * s} {x + 40 * s},{y + 6 * s}", "none", f'stroke="#f3c68c" stroke-width="{3 * s:.1f}" opacity="0.5" stroke-linecap="round"')
    top = y + 40 * s
    out += rect(x - 50 * s, top, 100 * s, 12 * s, "#5a3a34", f'rx="{5 * s}"') + rect(x - 50 * s, top + 24 * s, 100 * s, 12 * s, "#5a3a34", f'rx="{5 * s}"')
    return out + rect(x - 50 * s, top, 9 * s, 90 * s, "#4a2e2b") + rect(x + 41 * s, top, 9 * s, 90 * s, "#4a2e2b")


def svg():
    rng = random.Random(18)
    defs = down("sky", (0, "#141339"), (1, "#4a3a78")) + down("wall", (0, "#6b4a72"), (1, "#8f5f6e")) + down("yard", (0, "#7a5066"), (1, "#2c1f3d"))
    defs += '<linearGradient id="beam" x1="0" y1="1" x2="0" y2="0"><stop offset="0" stop-color="#fff3d0" stop-opacity="0.42"/><stop offset="1" stop-color="#fff3d0" stop-opacity="0.02"/></linearGradient>'
    out = rect(0, 0, 1200, 800, "url(#sky)")
    out += "".join(circle(rng.uniform(0, 1200), rng.uniform(0, 150), rng.choice((0.9, 1.3, 1.8)), "#fff", f'opacity="{rng.uniform(0.4, 1):.2f}"') for _ in range(90))
    out += path("M1004,28 A44,44 0 1 0 1030,92 A36,36 0 0 1 1004,28 Z", "#fff1cc")
    out += rect(0, 150, 1200, 420, "url(#wall)") + rect(0, 140, 1200, 20, "#a87484") + rect(0, 160, 1200, 6, "#4d3458")
    for i in range(40):
        out += path(f"M{i * 30 + 3},166 L{i * 30 + 15},182 L{i * 30 + 27},166 Z", "#4d3458", 'opacity="0.6"')
    for x in (28, 194, 850, 1016):
        out += arch(x - 10, 560, 166, 350, "#a87484") + arch(x, 560, 146, 334, "#38264c")
        lit = x in (194, 1016)
        if lit:
            out += glow(x + 73, 380, 46, "#ffc672", 0.6) + line(x + 73, 240, x + 73, 360, "#1c1836", 3) + path(f"M{x + 59},362 L{x + 87},362 L{x + 94},392 L{x + 73},410 L{x + 52},392 Z", "#ffe0a0")
        else:
            out += rect(x + 40, 410, 66, 150, "#241833", 'rx="4"') + rect(x + 70, 414, 3, 142, "#4d3458") + circle(x + 64, 488, 4, "#c99b5b")
    out += rect(0, 556, 1200, 250, "url(#yard)")
    for k in range(-10, 22):
        out += line(k * 110, 800, 600 + (k * 110 - 600) * 0.5, 558, "#2a1d3a", 2, 'opacity="0.45"')
    for y in (584, 622, 676, 742):
        out += line(0, y, 1200, y, "#2a1d3a", 2, 'opacity="0.45"')
    # The screen in its frame, the light before it, the beam from the projector.
    out += '<ellipse cx="600" cy="340" rx="330" ry="210" fill="#ffd9a0" opacity="0.3" filter="url(#haze)"/>'
    out += line(372, 200, 350, 572, "#2a1d3a", 12) + line(828, 200, 850, 572, "#2a1d3a", 12) + rect(352, 192, 496, 296, "#2a1d3a", 'rx="6"') + rect(360, 200, 480, 280, "#fffaf0") + film()
    out += '<ellipse cx="600" cy="590" rx="330" ry="26" fill="#ffd9a0" opacity="0.22" filter="url(#soft)"/>'
    # A pomegranate tree in a tub on either side.
    for x, r in ((76, 74), (1124, 80)):
        out += rect(x - 7, 470, 14, 110, "#3b2530")
        for dx, dy, q in ((-.45, .1, .7), (.45, .05, .72), (0, -.45, .8), (0, .15, .8)):
            out += circle(x + dx * r, 430 + dy * r, q * r, "#2c5a4c")
        for dx, dy, q in ((-.4, -.2, .36), (.3, -.4, .4), (.1, .1, .3)):
            out += circle(x + dx * r, 430 + dy * r, q * r, "#3b7560")
        out += "".join(circle(x + dx, 430 + dy, 9, "#d8435a") for dx, dy in ((-46, 20), (30, -30), (8, 34), (54, 16), (-14, -44)))
        out += path(f"M{x - 46},566 L{x + 46},566 L{x + 36},636 L{x - 36},636 Z", "#b5634a") + rect(x - 52, 556, 104, 18, "#c9775a", 'rx="5"')
    out += lamps(-10, 130, 600, 60, 70, 14) + lamps(600, 60, 1210, 130, 70, 14) + lamps(-10, 60, 1210, 40, 90, 24)
    out += path("M592,742 L372,204 L828,204 L608,742 Z", "url(#beam)")
    coats = ("#3a2b52", "#4b2f4e", "#2f3355", "#56344a", "#2b3f52")
    for y, s, xs in ((606, 0.72, range(300, 940, 82)), (668, 0.94, range(190, 1060, 108)), (752, 1.22, range(70, 1200, 140))):
        for x in xs:
            if rng.random() < 0.14 or abs(x - 600) < 50 * s:
                continue
            out += watcher(x + rng.randint(-8, 8), y, s * rng.uniform(0.88, 1.04), rng.choice(coats), rng.choice(("#1d1430", "#2b1a2c", "#3b2430", "#6a4a56")), rng)
    return page(out + rect(566, 738, 68, 44, "#171029", 'rx="6"') + circle(600, 744, 10, "#fff3d0") + glow(600, 742, 18, "#fff3d0", 0.8) + rect(590, 780, 20, 30, "#171029"), defs)
