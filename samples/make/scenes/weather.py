# SPDX-License-Identifier: MIT OR Apache-2.0
"""Sun, cloud and rain on a transparent ground, to try alpha on light and dark pages."""

import math

from .draw import circle, down, line, page, path, round_


def cloud(x, y, s, fill):
    """A cloud about 400 wide whose flat foot is at y."""
    d = f"M{x - 200 * s},{y} a{78 * s},{78 * s} 0 0 1 {18 * s},{-154 * s} a{112 * s},{112 * s} 0 0 1 {206 * s},{-62 * s} a{92 * s},{92 * s} 0 0 1 {140 * s},{88 * s} a{66 * s},{66 * s} 0 0 1 {30 * s},{128 * s} Z"
    return path(d, fill)


def svg():
    defs = round_("sun", (0, "#ffe58a"), (1, "#f7b13c")) + down("white", (0, "#ffffff"), (1, "#cfdcea")) + down("grey", (0, "#a9bbd0"), (1, "#7f95b2"))
    out = circle(500, 300, 250, "#ffd86b", 'opacity="0.22"') + circle(500, 300, 205, "#ffd86b", 'opacity="0.3"')
    for k in range(16):
        t = math.radians(22.5 * k)
        out += line(500 + 196 * math.cos(t), 300 + 196 * math.sin(t), 500 + (250 if k % 2 else 232) * math.cos(t), 300 + (250 if k % 2 else 232) * math.sin(t), "#f7b13c", 16)
    out += circle(500, 300, 160, "url(#sun)")
    out += f'<g opacity="0.92">{cloud(800, 430, 0.82, "url(#grey)")}</g>'
    out += cloud(560, 560, 1.25, "url(#white)")
    for i in range(7):
        for j in range(2):
            x, y = 352 + 76 * i - 26 * j, 606 + 78 * j + (i % 2) * 22
            out += path(f"M{x},{y} q-22,34 -14,48 a17,17 0 0 0 30,-4 q4,-16 -16,-44 Z", "#4f9bd0", f'opacity="{0.95 - 0.3 * j}"')
    for y, x1, x2 in ((520, 880, 1080), (562, 850, 1010), (604, 900, 1120)):
        out += path(f"M{x1},{y} L{x2},{y} q40,0 40,-26 q0,-22 -24,-22", "none", 'stroke="#9fb4cc" stroke-width="11" stroke-linecap="round" opacity="0.85"')
    return page(out, defs)
