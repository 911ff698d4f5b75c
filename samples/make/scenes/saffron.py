# SPDX-License-Identifier: MIT OR Apache-2.0
"""A field of saffron crocus at first light, a basket of blossoms in front."""

import math
import random

from .draw import circle, down, glow, hills, line, page, path, rect

CROCUS = (  # about 60 wide and 90 high, its foot at 0,0
    '<g id="crocus"><path d="M-2,0 L-2,-34 L2,-34 L2,0 Z" fill="#cdbfe0"/>'
    '<path d="M-4,0 Q-22,-30 -32,-52 M-2,0 Q-12,-30 -14,-46 M3,0 Q18,-34 30,-50 M2,0 Q8,-24 20,-40" fill="none" stroke="#4f8a5b" stroke-width="2.4"/>'
    '<path d="M0,-30 C-30,-40 -36,-66 -28,-84 C-12,-74 -2,-52 0,-30 Z" fill="#8a63c0"/><path d="M0,-30 C30,-40 36,-66 28,-84 C12,-74 2,-52 0,-30 Z" fill="#8a63c0"/>'
    '<path d="M0,-28 C-16,-46 -16,-78 0,-94 C16,-78 16,-46 0,-28 Z" fill="#7450ac"/>'
    '<path d="M-1,-36 C-8,-56 -16,-66 -20,-70 M0,-36 C0,-60 2,-70 0,-80 M1,-36 C8,-56 14,-62 22,-68" fill="none" stroke="#e0401f" stroke-width="4" stroke-linecap="round"/>'
    '<path d="M0,-28 C-26,-34 -38,-50 -38,-68 C-18,-66 -4,-48 0,-28 Z" fill="#a683d6"/><path d="M0,-28 C26,-34 38,-50 38,-68 C18,-66 4,-48 0,-28 Z" fill="#a683d6"/>'
    '<path d="M-4,-36 C-14,-44 -24,-54 -32,-63 M4,-36 C14,-44 24,-54 32,-63" fill="none" stroke="#c8aeea" stroke-width="1.6"/></g>'
)


def flower(x, y, s, turn=0):
    return f'<use xlink:href="#crocus" transform="translate({x:.1f},{y:.1f}) rotate({turn:.0f}) scale({s:.3f})"/>'


def picker(x, y, s, coat, scarf):
    """Someone who bends over a row."""
    out = path("M-12,0 L-8,-46 L8,-46 L14,0 L4,0 L1,-32 L-3,0 Z", "#3f3350")
    out += path("M-12,-40 C-14,-66 6,-84 34,-84 C44,-84 46,-72 38,-66 L12,-44 Z", coat) + line(32, -72, 40, -26, coat, 9)
    out += circle(50, -82, 12, "#c98f6a") + path("M36,-84 C38,-104 64,-102 64,-84 C58,-92 48,-90 44,-72 Z", scarf)
    out += path("M48,-22 L78,-22 L72,-2 L54,-2 Z", "#b57f46") + path("M50,-22 Q63,-34 76,-22 Z", "#9a74cc")
    return f'<g transform="translate({x},{y}) scale({s})">{out}</g>'


def svg():
    rng = random.Random(9)
    defs = down("sky", (0, "#6f8fce"), (0.45, "#f0b7a4"), (0.75, "#ffdf9e")) + down("soil", (0, "#b38a6b"), (1, "#5d4136")) + down("wicker", (0, "#d79f5c"), (1, "#a86f38")) + CROCUS
    out = rect(0, 0, 1200, 800, "url(#sky)") + glow(820, 285, 120, "#fff3c4", 0.8) + circle(820, 290, 58, "#fffbe2")
    for x, y, w in ((190, 120, 240), (520, 80, 180), (1010, 150, 220)):
        out += rect(x - w / 2, y, w, 16, "#fff3e2", 'rx="8" opacity="0.65"') + rect(x - w / 3, y + 22, w * 0.8, 11, "#fff3e2", 'rx="6" opacity="0.45"')
    out += path("M0,360 L90,270 L170,310 L300,170 L400,270 L470,230 L610,340 L760,300 L880,340 L1000,220 L1120,300 L1200,250 L1200,420 L0,420 Z", "#9f8fbb")
    out += path("M300,170 L340,212 L318,226 L300,208 L280,224 L258,214 Z M1000,220 L1034,244 L1012,256 L996,240 L972,254 Z", "#fff4ec")
    out += hills(370, 26, "#8a86a8", 0.7) + hills(398, 14, "#7a9a86", 2.9)
    for x, h in ((60, 90), (92, 110), (126, 84), (1060, 96), (1096, 120), (1132, 92), (1164, 104)):
        out += f'<ellipse cx="{x}" cy="{404 - h / 2}" rx="13" ry="{h / 2}" fill="#5b7f6c"/>' + rect(x - 2, 396, 4, 14, "#4b4038")
    out += rect(180, 366, 84, 44, "#ecd3b0") + path("M170,368 L222,334 L274,368 Z", "#b9654a") + rect(212, 384, 20, 26, "#7d5a45") + rect(276, 380, 50, 30, "#e2c49c") + path("M268,382 L301,360 L334,382 Z", "#a85a44")
    out += rect(0, 408, 1200, 392, "url(#soil)")
    # Rows run to a vanishing point; the nearer, the wider.
    vx, vy = 640, 396
    for k in range(-13, 14):
        x = 600 + k * 150
        out += path(f"M{vx},{vy} L{x - 52},800 L{x + 52},800 Z", "#7c8a56", 'opacity="0.55"')
    placed = []
    for k in range(-13, 14):
        x0, y = 600 + k * 150, 414.0
        while y < 812:
            t = (y - vy) / (800 - vy)
            x = vx + (x0 - vx) * t
            if -40 < x < 1240:
                placed += [(y, x + rng.gauss(0, 26) * t, 0.08 + 0.9 * t) for _ in range(2 if t < 0.5 else 3)]
            y += 3 + 34 * t
    pickers = [(512, 470, 0.62, "#c8553d", "#f2d16b"), (846, 492, 0.8, "#3f7f8c", "#f7ecd8"), (300, 512, 0.9, "#b58a3c", "#a8436a")]
    things = [(y, flower(x, y, s, rng.gauss(0, 9))) for y, x, s in placed] + [(y + 3, picker(x, y, s, c, f)) for x, y, s, c, f in pickers]
    out += "".join(svg for _, svg in sorted(things))
    # The basket.
    out += '<ellipse cx="930" cy="770" rx="220" ry="24" fill="#33231f" opacity="0.4"/>'
    out += path("M762,610 C770,470 1090,470 1098,610", "none", 'stroke="#8c5a2c" stroke-width="17"') + path("M762,610 C770,470 1090,470 1098,610", "none", 'stroke="#c98f4e" stroke-width="9"')
    for i in range(46):
        a, d = rng.uniform(0, 2 * math.pi), math.sqrt(rng.random())
        out += flower(930 + 150 * d * math.cos(a), 640 + 30 * d * math.sin(a), rng.uniform(0.62, 0.8), rng.uniform(-50, 50))
    body = "M744,622 Q930,668 1116,622 L1078,762 Q930,796 782,762 Z"
    out += path(body, "url(#wicker)") + f'<clipPath id="basket">{path(body, "#000")}</clipPath>'
    weave = "".join(path(f"M730,{640 + 22 * j} Q930,{684 + 22 * j} 1130,{640 + 22 * j}", "none", 'stroke="#8c5a2c" stroke-width="4" opacity="0.75"') for j in range(7))
    weave += "".join(path(f"M{744 + 31 * i},620 L{786 + 24.5 * i:.0f},800", "none", 'stroke="#8c5a2c" stroke-width="4" opacity="0.55"') for i in range(13))
    out += f'<g clip-path="url(#basket)">{weave}</g>' + path("M740,620 Q930,668 1120,620", "none", 'stroke="#b97c3f" stroke-width="20" stroke-linecap="round"') + path("M744,617 Q930,662 1116,617", "none", 'stroke="#dba865" stroke-width="6" stroke-linecap="round"')
    return page(out, defs)
