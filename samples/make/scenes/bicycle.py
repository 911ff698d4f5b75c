# SPDX-License-Identifier: MIT OR Apache-2.0
"""A bicycle on the stand in the cooperative's workshop."""

import math
import random

from .draw import circle, down, glow, line, page, path, rect

REAR, FRONT, RADIUS = (400, 590), (822, 590), 146
CRANK, SEAT, HEAD, CROWN = (566, 596), (506, 398), (742, 396), (758, 448)


def wheel(x, y, r):
    """Tyre, rim, spokes and hub."""
    out = circle(x, y, r, "none", 'stroke="#2d2f3a" stroke-width="16"') + circle(x, y, r - 13, "none", 'stroke="#c9ced6" stroke-width="6"')
    for k in range(24):
        a, b = math.radians(15 * k), math.radians(15 * k + (34 if k % 2 else -34))
        out += line(x + (r - 15) * math.cos(a), y + (r - 15) * math.sin(a), x + 11 * math.cos(b), y + 11 * math.sin(b), "#9aa3b0", 1.6)
    return out + circle(x, y, 13, "#7d8794") + circle(x, y, 5, "#2d2f3a")


def tube(a, b, colour, width=15):
    return line(*a, *b, colour, width)


def bicycle(colour):
    """A town bicycle that faces right."""
    out = wheel(*REAR, RADIUS) + wheel(*FRONT, RADIUS)
    for (x, y), a0, a1 in ((REAR, 170, 300), (FRONT, 200, 335)):
        p = lambda a: f"{x + (RADIUS + 15) * math.cos(math.radians(a)):.1f},{y + (RADIUS + 15) * math.sin(math.radians(a)):.1f}"
        out += path(f"M{p(a0)} A{RADIUS + 15},{RADIUS + 15} 0 0 1 {p(a1)}", "none", f'stroke="{colour}" stroke-width="9" stroke-linecap="round"')
    out += line(REAR[0], REAR[1] - 16, CRANK[0], CRANK[1] - 40, "#4a4e5a", 5) + line(REAR[0], REAR[1] + 16, CRANK[0], CRANK[1] + 40, "#4a4e5a", 5)
    out += tube(REAR, CRANK, colour, 11) + tube(REAR, SEAT, colour, 10)
    out += tube(SEAT, CRANK, colour) + tube((512, 420), (744, 404), colour) + tube(CRANK, (752, 432), colour, 17)
    out += path(f"M{HEAD[0]},{HEAD[1]} L{CROWN[0]},{CROWN[1]} C776,510 784,560 {FRONT[0]},{FRONT[1]}", "none", f'stroke="{colour}" stroke-width="14" stroke-linecap="round"')
    out += line(*HEAD, 728, 350, "#8d96a3", 10) + path("M640,356 Q668,338 728,346 Q770,350 764,320", "none", 'stroke="#8d96a3" stroke-width="10" stroke-linecap="round"')
    out += line(634, 358, 676, 345, "#6b3f2a", 17)
    out += line(*SEAT, 497, 366, "#8d96a3", 10) + path("M430,352 Q470,338 560,356 Q568,366 552,370 Q500,366 470,384 Q424,388 430,352 Z", "#6b3f2a")
    out += circle(*CRANK, 40, "none", 'stroke="#8d96a3" stroke-width="9"') + circle(*CRANK, 14, "#4a4e5a") + circle(*REAR, 17, "none", 'stroke="#4a4e5a" stroke-width="7"')
    out += line(CRANK[0], CRANK[1], 612, 652, "#4a4e5a", 10) + rect(592, 650, 52, 13, "#2d2f3a", 'rx="5"') + line(CRANK[0], CRANK[1], 520, 540, "#4a4e5a", 10) + rect(492, 530, 52, 13, "#2d2f3a", 'rx="5"')
    # Carrier behind, basket in front with bread and greens.
    out += line(306, 430, 470, 430, "#4a4e5a", 8) + line(330, 432, REAR[0], REAR[1], "#4a4e5a", 5)
    for dx, dy, turn in ((800, 300, -18), (830, 296, 4), (858, 304, 24)):
        out += f'<ellipse cx="{dx}" cy="{dy}" rx="14" ry="46" fill="#6aa364" transform="rotate({turn} {dx} {dy + 40})"/>'
    out += f'<g transform="rotate(24 880 310)">{rect(864, 256, 32, 110, "#d99a55", """rx="16" """)}{line(870, 286, 890, 278, "#f0c48a", 5)}{line(870, 312, 890, 304, "#f0c48a", 5)}</g>'
    out += path("M768,326 L912,326 L892,420 L786,420 Z", "#c58a4f") + "".join(line(786 + k * 18, 330, 794 + k * 15, 416, "#9a6535", 3) for k in range(7)) + "".join(line(772 + k * 3.2, 342 + k * 19, 908 - k * 3.2, 342 + k * 19, "#9a6535", 3) for k in range(4))
    out += rect(762, 318, 156, 14, "#a8713d", 'rx="7"')
    return out + line(786, 430, 764, 452, "#4a4e5a", 6) + circle(808, 446, 17, "#dfe5ea") + circle(812, 446, 11, "#fff2b8")


def tools():
    """The pegboard with its tools."""
    out = rect(70, 70, 470, 220, "#e0b57e", 'rx="8"') + rect(70, 70, 470, 220, "none", 'rx="8" stroke="#a8743f" stroke-width="10"')
    out += "".join(circle(100 + 22 * i, 98 + 22 * j, 2.4, "#a8743f") for i in range(20) for j in range(9))
    steel, grip = "#6c7683", "#c8553d"
    for i, h in enumerate((120, 104, 90, 78, 66)):
        x = 112 + 34 * i
        out += line(x, 116, x, 100 + h, steel, 9) + circle(x, 112, 13, steel) + circle(x, 110, 6, "#e0b57e") + circle(x, 104 + h, 11, steel) + circle(x, 106 + h, 5, "#e0b57e")
    for x, colour in ((306, grip), (338, "#39546d"), (370, "#5f8f6b")):
        out += rect(x - 8, 106, 16, 56, colour, 'rx="7"') + line(x, 162, x, 226, steel, 6)
    out += path("M420,250 L424,170 Q400,140 414,112 L426,150 L442,150 L454,112 Q468,140 444,170 L448,250 Z", steel)
    out += rect(417, 190, 34, 66, grip, 'rx="10"')
    return out + circle(498, 150, 34, "none", 'stroke="#4a4e5a" stroke-width="8" stroke-dasharray="9 5"') + circle(498, 228, 28, "none", 'stroke="#2d2f3a" stroke-width="10"')


def svg():
    rng = random.Random(5)
    defs = down("wall", (0, "#5d8f92"), (1, "#8fb8ad")) + down("floor", (0, "#c9a27a"), (1, "#a67c56")) + down("air", (0, "#a9d8e8"), (1, "#fbeccb"))
    out = rect(0, 0, 1200, 640, "url(#wall)")
    for row in range(14):
        for col in range(-1, 11):
            out += rect(col * 120 + (row % 2) * 60, row * 46, 116, 42, "#fff", f'opacity="{rng.uniform(0.01, 0.07):.3f}" rx="3"')
    out += tools()
    out += rect(640, 60, 330, 230, "#f4ead2", 'rx="6"') + rect(654, 74, 302, 202, "url(#air)") + path("M654,276 L654,226 Q730,180 810,222 T956,204 L956,276 Z", "#88b285") + path("M654,276 L654,252 Q760,222 956,258 L956,276 Z", "#6a9a70")
    out += rect(799, 74, 12, 202, "#f4ead2") + rect(654, 170, 302, 10, "#f4ead2") + rect(626, 288, 358, 16, "#e0cfa6", 'rx="4"')
    out += wheel(1092, 196, 92) + line(1092, 0, 1092, 108, "#3b5a5e", 5)
    out += line(585, 0, 585, 70, "#2f4a4e", 5) + glow(585, 112, 70, "#fff0b8", 0.5) + path("M545,112 Q552,68 585,66 Q618,68 625,112 Z", "#e2a14b") + circle(585, 114, 12, "#fff6d6")
    out += rect(0, 640, 1200, 160, "url(#floor)") + rect(0, 634, 1200, 14, "#7d9c8f")
    out += "".join(line(x, 800, 600 + (x - 600) * 0.78, 648, "#8c6544", 2, 'opacity="0.45"') for x in range(-200, 1500, 130))
    # The bench on the right: oil can, tea, a box of bells.
    out += rect(960, 470, 260, 22, "#9a6238", 'rx="4"') + rect(980, 492, 22, 250, "#7d4d2c") + rect(1160, 492, 22, 250, "#7d4d2c") + rect(1000, 600, 162, 14, "#8a5733")
    out += rect(1010, 540, 60, 60, "#c8553d", 'rx="5"') + rect(1082, 556, 66, 44, "#39546d", 'rx="5"')
    out += path("M1004,470 L1004,430 L1016,414 L1044,414 L1056,430 L1056,470 Z", "#3f7f6a") + path("M1030,414 L1030,396 L1074,372", "none", 'stroke="#3f7f6a" stroke-width="7" stroke-linecap="round"')
    out += path("M1096,470 L1092,430 L1140,430 L1136,470 Z", "#fff4dc") + path("M1138,438 q20,4 -2,22", "none", 'stroke="#fff4dc" stroke-width="6"') + path("M1106,420 q8,-14 0,-26 M1124,420 q8,-14 0,-26", "none", 'stroke="#fff" stroke-width="4" opacity="0.6" stroke-linecap="round"')
    out += '<ellipse cx="612" cy="748" rx="380" ry="20" fill="#4c321f" opacity="0.35"/>'
    out += line(520, 500, 440, 748, "#39434f", 13) + line(520, 500, 600, 748, "#39434f", 13)
    return page(out + bicycle("#d8523f"), defs)
