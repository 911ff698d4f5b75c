# SPDX-License-Identifier: MIT OR Apache-2.0
"""Pomegranates on a table, one cut open, before a window on the orchard."""

import math
import random

from .draw import circle, down, hills, line, page, path, rect, round_


def fruit(x, y, r, tilt=0):
    """A whole pomegranate with its crown."""
    crown = f"M{x - r * .2},{y - r * .9} L{x - r * .36},{y - r * 1.42} L{x - r * .15},{y - r * 1.2} L{x},{y - r * 1.5} L{x + r * .15},{y - r * 1.2} L{x + r * .36},{y - r * 1.42} L{x + r * .2},{y - r * .9} Z"
    out = path(crown, "#a3263a", 'stroke="#a3263a" stroke-width="8" stroke-linejoin="round"')
    out += circle(x, y, r, "url(#rind)")
    out += path(f"M{x - r * .62},{y - r * .1} A{r * .68},{r * .68} 0 0 1 {x - r * .1},{y - r * .66}", "none", f'stroke="#f7a58c" stroke-width="{r * .1:.1f}" stroke-linecap="round" opacity="0.75"')
    return f'<g transform="rotate({tilt} {x} {y})">{out}</g>'


def aril(x, y, r, turn, rng):
    """One seed in its juicy coat."""
    fill = rng.choice(("#c2153a", "#d42347", "#ad0f33", "#e03557"))
    out = path(f"M0,{-r * 1.25:.1f} C{r:.1f},{-r * .6:.1f} {r:.1f},{r:.1f} 0,{r:.1f} C{-r:.1f},{r:.1f} {-r:.1f},{-r * .6:.1f} 0,{-r * 1.25:.1f} Z", fill)
    out += f'<ellipse cx="{-r * .28:.1f}" cy="{-r * .05:.1f}" rx="{r * .18:.1f}" ry="{r * .3:.1f}" fill="#ffb9c2" opacity="0.85"/>'
    return f'<g transform="translate({x:.1f},{y:.1f}) rotate({turn:.0f})">{out}</g>'


def half(x, y, r, rng):
    """A cut pomegranate: rind, pith, six chambers of arils."""
    out = circle(x, y, r, "#a81f35") + circle(x, y, r * 0.93, "#f3dcae") + circle(x, y, r * 0.89, "#faecc8")
    for k in range(6):
        mid = math.radians(60 * k + 12)
        half_angle = math.radians(24)
        inner, outer = r * 0.2, r * 0.83
        a, b = mid - half_angle, mid + half_angle
        p = lambda ang, rad: f"{x + rad * math.cos(ang):.1f},{y + rad * math.sin(ang):.1f}"
        out += path(f"M{p(a, inner)} L{p(a, outer)} A{outer:.1f},{outer:.1f} 0 0 1 {p(b, outer)} L{p(b, inner)} Z", "#8d0c2c", 'stroke="#8d0c2c" stroke-width="10" stroke-linejoin="round"')
        size = r * 0.082
        ring = r * 0.27
        while ring < r * 0.85:
            n = max(1, int(2 * half_angle * ring / (size * 1.75)))
            for i in range(n):
                ang = mid + (i - (n - 1) / 2) * (2 * half_angle / n)
                out += aril(x + ring * math.cos(ang), y + ring * math.sin(ang), size, math.degrees(ang) - 90 + rng.uniform(-14, 14), rng)
            ring += size * 1.9
    return out + circle(x, y, r * 0.1, "#f3dcae")


def leaf(x, y, length, turn, colour):
    """A narrow leaf that grows from x, y."""
    w = length * 0.2
    d = f"M0,0 C{length * .3},{-w} {length * .7},{-w} {length},0 C{length * .7},{w} {length * .3},{w} 0,0 Z"
    return f'<g transform="translate({x},{y}) rotate({turn})">{path(d, colour)}{line(length * .06, 0, length * .9, 0, "#2f5b46", 2.5)}</g>'


def tree(x, y, r, rng):
    """An orchard tree, seen from afar, with its fruit."""
    out = rect(x - r * .09, y, r * .18, r * 1.1, "#6f4a38") + circle(x, y, r, "#4f8a5b") + circle(x - r * .3, y - r * .25, r * .6, "#62a068")
    for _ in range(int(r / 5)):
        a, d = rng.uniform(0, 6.28), r * 0.8 * math.sqrt(rng.random())
        out += circle(x + d * math.cos(a), y + d * math.sin(a), r * 0.1, "#d5384a")
    return out


def svg():
    rng = random.Random(11)
    defs = down("wall", (0, "#f2d9b6"), (1, "#e5bf94")) + down("air", (0, "#8fc9d6"), (1, "#f8e7c1"))
    defs += round_("rind", (0, "#e8525a"), (0.6, "#c92c43"), (1, "#93182f"), at=(0.38, 0.34))
    defs += down("table", (0, "#9b5f42"), (1, "#6e3d2c"))
    arch = "M640,560 L640,250 C640,60 1100,60 1100,250 L1100,560 Z"
    defs += f'<clipPath id="arch">{path(arch, "#000")}</clipPath>'
    out = rect(0, 0, 1200, 800, "url(#wall)")
    for row in range(10):
        for col in range(-1, 9):
            out += rect(col * 150 + (row % 2) * 75, row * 60, 146, 56, "#fff", f'opacity="{rng.uniform(0.02, 0.1):.3f}" rx="4"')
    view = rect(600, 40, 540, 540, "url(#air)") + circle(960, 190, 44, "#fff3c9")
    view += f'<g>{hills(360, 60, "#9fb98a", 1.2)}{hills(420, 36, "#86aa72", 3.1)}{hills(470, 14, "#a8bd72", 0.3)}</g>'
    view += "".join(tree(x, y, r, rng) for x, y, r in ((680, 430, 26), (760, 422, 24), (850, 430, 26), (935, 424, 24), (1030, 432, 27), (710, 480, 44), (850, 484, 46), (1000, 482, 46)))
    out += f'<g clip-path="url(#arch)">{view}</g>' + path(arch, "none", 'stroke="#b57f57" stroke-width="22"') + path(arch, "none", 'stroke="#d9a878" stroke-width="8"')
    out += rect(610, 540, 520, 30, "#c48d62", 'rx="6"')
    out += path("M-10,70 C120,40 250,120 440,96", "none", 'stroke="#7a4b36" stroke-width="11" stroke-linecap="round"')
    for x, y, length, turn in ((40, 62, 120, 48), (110, 62, 110, -30), (170, 76, 120, 62), (235, 92, 110, -22), (330, 100, 110, 40), (385, 100, 100, -38), (440, 96, 110, 12)):
        out += leaf(x, y, length, turn, rng.choice(("#4f8a5b", "#5f9a62")))
    out += line(284, 98, 280, 130, "#7a4b36", 7) + fruit(280, 178, 56, 176)
    out += rect(0, 590, 1200, 210, "url(#table)") + rect(0, 590, 1200, 10, "#b9795a")
    out += "".join(path(f"M{rng.randint(-100, 900)},{y} q160,{rng.randint(-8, 8)} 420,0", "none", 'stroke="#5b3124" stroke-width="3" opacity="0.35"') for y in range(625, 800, 22))
    shade = lambda x, y, rx: f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{rx * .16:.0f}" fill="#3d1f18" opacity="0.35"/>'
    out += shade(230, 650, 150) + shade(420, 668, 130) + shade(700, 720, 210) + shade(975, 690, 120)
    for x, y, length, turn, colour in ((120, 470, 150, -150, "#4f8a5b"), (130, 450, 130, -110, "#5f9a62"), (330, 480, 140, -62, "#4f8a5b"), (345, 500, 130, -25, "#5f9a62")):
        out += leaf(x, y, length, turn, colour)
    out += fruit(220, 530, 128, -9) + fruit(430, 574, 104, 16)
    out += fruit(975, 596, 100, 24)
    out += leaf(1040, 540, 110, -40, "#5f9a62") + leaf(1050, 560, 100, 0, "#4f8a5b")
    out += half(695, 588, 140, rng)
    for x, y, turn in ((480, 728, 70), (520, 752, 20), (890, 736, 110), (930, 760, 40), (440, 762, -30), (860, 772, 10), (560, 724, -80)):
        out += f'<ellipse cx="{x}" cy="{y + 11}" rx="15" ry="5" fill="#3d1f18" opacity="0.35"/>' + aril(x, y, 12, turn, rng)
    return page(out, defs)
