# SPDX-License-Identifier: MIT OR Apache-2.0
"""The club's radio room, upright: a set with its dial lit, headphones, a key, the mast behind the window."""

import math
import random

from .draw import circle, down, glow, hills, line, page, path, rect

SEGMENTS = ((0, 0, 1, 0), (1, 0, 1, 1), (1, 1, 1, 2), (0, 2, 1, 2), (0, 1, 0, 2), (0, 0, 0, 1))  # of a nought


def noughts(x, y, w, count, colour):
    """A row of seven-segment noughts: no frequency at all."""
    out = ""
    for k in range(count):
        for x1, y1, x2, y2 in SEGMENTS:
            out += line(x + k * w * 1.7 + x1 * w, y + y1 * w, x + k * w * 1.7 + x2 * w, y + y2 * w, colour, 5)
    return out


def mast(x, y, h, colour):
    """A lattice mast with a beam antenna and guy ropes."""
    out = ""
    for i in range(int(h / 24)):
        a, b = y - 24 * i, y - 24 * (i + 1)
        wa, wb = 13 * (1 - 24 * i / h) + 3, 13 * (1 - 24 * (i + 1) / h) + 3
        out += line(x - wa, a, x - wb, b, colour, 3) + line(x + wa, a, x + wb, b, colour, 3) + line(x - wa, a, x + wb, b, colour, 2)
    top = y - h + 10
    out += line(x, top + 30, x, top - 24, colour, 4) + line(x - 84, top - 6, x + 84, top - 6, colour, 4)
    for dx, half in ((-78, 30), (-40, 26), (-2, 23), (36, 20), (74, 17)):
        out += line(x + dx, top - 6 - half, x + dx, top - 6 + half, colour, 3)
    return out + line(x, top + 60, x - 120, y, colour, 1.4) + line(x, top + 60, x + 120, y, colour, 1.4)


def radio(x, y):
    """The transceiver; its lower left corner is x, y."""
    out = rect(x, y - 200, 440, 200, "#4b5563", 'rx="14"') + rect(x + 10, y - 190, 420, 180, "#374151", 'rx="10"') + rect(x + 30, y, 40, 12, "#1f2530") + rect(x + 370, y, 40, 12, "#1f2530")
    out += rect(x + 110, y - 174, 200, 74, "#10261f", 'rx="6"') + rect(x + 114, y - 170, 192, 66, "#1c4a3a", 'rx="4"') + glow(x + 210, y - 138, 50, "#7dffb8", 0.22) + noughts(x + 134, y - 160, 22, 4, "#9dffc9")
    out += rect(x + 24, y - 174, 72, 74, "#fdf3dc", 'rx="6"') + path(f"M{x + 34},{y - 122} A36,36 0 0 1 {x + 86},{y - 122}", "none", 'stroke="#6b4a3a" stroke-width="3"') + path(f"M{x + 72},{y - 134} A36,36 0 0 1 {x + 86},{y - 122}", "none", 'stroke="#d8523f" stroke-width="5"') + line(x + 60, y - 106, x + 74, y - 136, "#2d2f3a", 3)
    cx, cy = x + 250, y - 52
    out += circle(cx, cy, 40, "#1f2530") + circle(cx, cy, 33, "#6b7685") + circle(cx, cy, 24, "#8c97a6") + circle(cx + 12, cy - 12, 7, "#374151")
    for k in range(20):
        t = math.radians(18 * k)
        out += line(cx + 34 * math.cos(t), cy + 34 * math.sin(t), cx + 38 * math.cos(t), cy + 38 * math.sin(t), "#8c97a6", 2)
    for kx, ky, r in ((60, 72, 15), (60, 32, 11), (110, 72, 15), (110, 32, 11), (160, 52, 18), (330, 74, 13), (330, 34, 13), (374, 74, 13), (374, 34, 13), (352, 150, 18), (398, 150, 18), (352, 112, 9), (398, 112, 9)):
        out += circle(x + kx, y - ky, r, "#1f2530") + circle(x + kx, y - ky, r - 3, "#7b8696") + line(x + kx, y - ky, x + kx, y - ky - r + 4, "#eef2f6", 2.5)
    return out + circle(x + 416, y - 24, 5, "#ff6b57") + circle(x + 416, y - 24, 11, "#ff6b57", 'opacity="0.3"')


def svg():
    rng = random.Random(4)
    defs = down("wall", (0, "#d9b98c"), (1, "#c39a6a")) + down("sky", (0, "#34477f"), (0.6, "#c27a86"), (1, "#f9c987")) + down("desk", (0, "#8a5436"), (1, "#5a3322"))
    defs += '<clipPath id="pane"><rect x="214" y="124" width="432" height="472"/></clipPath>'
    out = rect(0, 0, 800, 1200, "url(#wall)")
    out += "".join(rect(0, y, 800, 2, "#a97f52", 'opacity="0.4"') for y in range(70, 900, 70))
    out += rect(196, 106, 468, 508, "#f5ead3", 'rx="8"')
    view = rect(214, 124, 432, 480, "url(#sky)") + "".join(circle(rng.uniform(214, 646), rng.uniform(124, 270), rng.choice((1, 1.5)), "#fff", 'opacity="0.8"') for _ in range(26))
    view += glow(560, 470, 70, "#fff0b8", 0.7) + circle(560, 478, 36, "#fff6d8") + hills(510, 40, "#7c5a84", 0.3) + mast(372, 530, 330, "#2c2748") + hills(548, 26, "#4d4170", 3.3)
    for r in (40, 70, 100):
        view += path(f"M{372 + 90 + r * .5:.0f},{206 - r * .7:.0f} A{r},{r} 0 0 1 {372 + 90 + r * .5:.0f},{206 + r * .7:.0f}", "none", f'stroke="#fff0c8" stroke-width="4" opacity="{1.0 - r / 130:.2f}" stroke-linecap="round"')
    view += "".join(rect(rng.uniform(220, 640), rng.uniform(560, 590), 5, 6, "#ffe0a0") for _ in range(16))
    out += f'<g clip-path="url(#pane)">{view}</g>' + rect(424, 124, 12, 472, "#f5ead3") + rect(176, 600, 508, 24, "#e2d2ae", 'rx="5"')
    # Curtains and a shelf of cards.
    for x, flip in ((118, 1), (742, -1)):
        out += path(f"M{x},84 C{x + 90 * flip},90 {x + 120 * flip},260 {x + 40 * flip},400 C{x + 20 * flip},440 {x + 50 * flip},560 {x + 70 * flip},640 L{x - 60 * flip},640 L{x - 60 * flip},84 Z", "#3f7f7a")
        out += "".join(path(f"M{x + d * flip},90 C{x + (d + 30) * flip},220 {x + (d + 10) * flip},330 {x + d * .4 * flip},410", "none", 'stroke="#2f625f" stroke-width="4" opacity="0.6"') for d in (-30, 4, 40))
        out += rect(x - 14 if flip > 0 else x - 46, 392, 60, 16, "#e2a14b", 'rx="7"')
    out += line(40, 82, 760, 82, "#6b4630", 12) + circle(40, 82, 13, "#6b4630") + circle(760, 82, 13, "#6b4630")
    for i in range(7):
        x, colour = 66 + i * 98, ("#e4694f", "#f2b84b", "#4f8fa8", "#7aa65a", "#b5648f", "#e9dcc3", "#39546d")[i]
        slope = path(f"M{x + 6},718 L{x + 30},690 L{x + 48},708 L{x + 60},698 L{x + 74},718 Z", "#fff", 'opacity="0.45"')
        out += f'<g transform="rotate({rng.randint(-5, 5)} {x + 40} 700)">{rect(x, 668, 80, 56, "#fff8e8")}{rect(x + 6, 674, 68, 44, colour)}{slope}{circle(x + 40, 670, 5, "#c8553d")}</g>'
    # The desk and what stands on it.
    out += rect(0, 960, 800, 240, "url(#desk)") + rect(0, 960, 800, 14, "#a96b45") + "".join(path(f"M{rng.randint(-100, 500)},{y} q120,{rng.randint(-8, 8)} 360,0", "none", 'stroke="#42241a" stroke-width="3" opacity="0.4"') for y in range(1000, 1200, 28))
    out += '<ellipse cx="330" cy="974" rx="270" ry="15" fill="#2e1810" opacity="0.4"/>' + radio(110, 958)
    # The headphones on the set; lamp, log, key and tea before it.
    out += path("M190,696 C180,628 290,628 280,696", "none", 'stroke="#2d2f3a" stroke-width="13"')
    out += "".join(rect(x, 688, 34, 72, "#2d2f3a", 'rx="15"') + rect(x + 6 + dx, 696, 12, 56, "#c8553d", 'rx="6"') for x, dx in ((168, 0), (268, 10)))
    out += '<ellipse cx="668" cy="1002" rx="76" ry="13" fill="#2e1810" opacity="0.4"/>' + glow(630, 840, 80, "#ffe9a8", 0.45) + line(690, 994, 716, 800, "#8c6b3a", 9) + line(716, 800, 650, 744, "#8c6b3a", 9) + path("M582,800 L640,716 L690,768 Q650,830 582,800 Z", "#e2a14b") + circle(628, 786, 15, "#fff8dc") + '<ellipse cx="690" cy="996" rx="52" ry="12" fill="#8c6b3a"/>'
    out += path("M118,1092 L292,1062 L330,1130 L146,1166 Z", "#fff8e8") + path("M118,1092 L292,1062 L296,1070 L122,1101 Z", "#d8c9a4") + "".join(line(140 + 6 * i, 1108 + 12 * i, 284 + 8 * i, 1083 + 12 * i, "#a9b8c8", 2.5) for i in range(4)) + line(232, 1150, 330, 1080, "#d8523f", 8) + line(330, 1080, 342, 1071, "#2d2f3a", 6)
    out += '<ellipse cx="500" cy="1116" rx="112" ry="16" fill="#2e1810" opacity="0.4"/>' + rect(400, 1080, 200, 30, "#2d2f3a", 'rx="7"') + rect(426, 1062, 24, 20, "#c99b4b") + rect(536, 1062, 18, 20, "#c99b4b") + rect(486, 1050, 20, 32, "#c99b4b") + line(420, 1056, 590, 1050, "#dfb464", 9) + circle(598, 1038, 21, "#1a1c24") + rect(590, 1046, 16, 12, "#1a1c24")
    out += path("M40,1016 L116,1016 L108,1098 Q78,1108 48,1098 Z", "#f6ead0") + path("M114,1030 q34,4 -2,46", "none", 'stroke="#f6ead0" stroke-width="9"') + '<ellipse cx="78" cy="1016" rx="38" ry="9" fill="#7a3f25"/>' + path("M64,996 q10,-18 0,-36 M90,996 q10,-18 0,-36", "none", 'stroke="#fff" stroke-width="4" opacity="0.55" stroke-linecap="round"')
    return page(out, defs, 800, 1200)
