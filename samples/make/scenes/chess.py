# SPDX-License-Identifier: MIT OR Apache-2.0
"""A chess board in a classroom, a game under way."""

import math

from .draw import across, circle, down, line, page, path, rect

NEAR, FAR = 132.0, 70.0  # width of a square at the two edges of the board, px
Y_NEAR, Y_FAR = 768.0, 452.0


def spot(u, v):
    """Where the board's point lies on the picture, and the width of a square there."""
    w = 1 / (1 / NEAR + (1 / FAR - 1 / NEAR) * v / 8)
    k = (Y_NEAR - Y_FAR) / (NEAR - FAR)
    return 600 + (u - 4) * w, Y_FAR + k * (w - FAR), w


# Outlines in a box 100 wide, the foot at y = 0, upwards negative.
BASE = "M-34,0 Q-36,-14 -26,-18 L26,-18 Q36,-14 34,0 Z"
PIECES = {
    "pawn": BASE + " M-22,-18 C-8,-34 -10,-52 -12,-62 L12,-62 C10,-52 8,-34 22,-18 Z M-18,-60 L18,-60 L12,-70 L-12,-70 Z M0,-64 m-17,-14 a17,17 0 1 0 34,0 a17,17 0 1 0 -34,0 Z",
    "rook": BASE + " M-24,-18 L-17,-34 L-17,-88 L17,-88 L17,-34 L24,-18 Z M-24,-86 L24,-86 L26,-116 L14,-116 L14,-106 L6,-106 L6,-116 L-6,-116 L-6,-106 L-14,-106 L-14,-116 L-26,-116 Z",
    "bishop": BASE + " M-22,-18 C-8,-36 -10,-66 -12,-84 L12,-84 C10,-66 8,-36 22,-18 Z M-19,-82 L19,-82 L13,-92 L-13,-92 Z M-15,-92 C-26,-112 -10,-130 0,-140 C10,-130 26,-112 15,-92 Z M0,-138 m-6,-5 a6,6 0 1 0 12,0 a6,6 0 1 0 -12,0 Z",
    "knight": BASE + " M-24,-18 C-24,-44 -4,-56 2,-74 C-6,-72 -14,-66 -22,-62 C-32,-58 -40,-68 -36,-78 C-30,-90 -18,-98 -14,-112 C-12,-118 -8,-122 -4,-126 L-4,-142 L8,-128 C32,-122 40,-94 34,-62 C31,-44 28,-30 26,-18 Z",
    "queen": BASE + " M-23,-18 C-8,-40 -10,-80 -13,-100 L13,-100 C10,-80 8,-40 23,-18 Z M-20,-98 L20,-98 L14,-108 L-14,-108 Z M-15,-108 L-26,-146 L-12,-132 L0,-152 L12,-132 L26,-146 L15,-108 Z M0,-152 m-6,-4 a6,6 0 1 0 12,0 a6,6 0 1 0 -12,0 Z",
    "king": BASE + " M-23,-18 C-8,-40 -10,-84 -13,-108 L13,-108 C10,-84 8,-40 23,-18 Z M-20,-106 L20,-106 L14,-116 L-14,-116 Z M-14,-116 L-22,-146 Q0,-158 22,-146 L14,-116 Z M-4,-150 L-4,-160 L-13,-160 L-13,-168 L-4,-168 L-4,-178 L4,-178 L4,-168 L13,-168 L13,-160 L4,-160 L4,-150 Z",
}


def piece(kind, u, v, light):
    """A piece on the square whose lower left corner is u, v."""
    x, y, w = spot(u + 0.5, v + 0.34)
    s = w / 100 * 0.98
    fill, edge = ("url(#ivory)", "#a97f4f") if light else ("url(#ebony)", "#1b1420")
    out = f'<ellipse cx="{x + 20 * s:.1f}" cy="{y - 2 * s:.1f}" rx="{48 * s:.1f}" ry="{13 * s:.1f}" fill="#2a1712" opacity="0.35"/>'
    out += f'<g transform="translate({x:.1f},{y:.1f}) scale({s:.3f})">{path(PIECES[kind], fill, f"""stroke="{edge}" stroke-width="2.5" stroke-linejoin="round" """)}'
    if kind == "knight":
        out += circle(-4, -104, 4, edge) + path("M24,-112 C36,-92 34,-60 26,-30", "none", f'stroke="{edge}" stroke-width="4" opacity="0.6"')
    if kind == "bishop":
        out += line(-2, -112, 8, -126, edge, 4)
    return out + "</g>"


def clock(x, y):
    """A chess clock with two faces."""
    out = rect(x - 128, y - 128, 256, 128, "#7b3f3a", 'rx="18"') + rect(x - 128, y - 22, 256, 22, "#5d2c2b", 'rx="10"')
    for dx, a in ((-60, 200), (60, 320)):
        out += circle(x + dx, y - 68, 46, "#d8a35c") + circle(x + dx, y - 68, 40, "#fdf3dc")
        for k in range(12):
            t = math.radians(30 * k)
            out += line(x + dx + 32 * math.sin(t), y - 68 - 32 * math.cos(t), x + dx + 36 * math.sin(t), y - 68 - 36 * math.cos(t), "#6b4a3a", 3)
        t = math.radians(a)
        out += line(x + dx, y - 68, x + dx + 30 * math.sin(t), y - 68 - 30 * math.cos(t), "#3a2530", 4)
        out += line(x + dx, y - 68, x + dx + 18 * math.sin(t + 2), y - 68 - 18 * math.cos(t + 2), "#3a2530", 5)
    return out + rect(x - 84, y - 150, 48, 22, "#d8a35c", 'rx="6"') + rect(x + 36, y - 142, 48, 14, "#d8a35c", 'rx="6"')


def room():
    """Wall, windows, a plant and a string of pennants."""
    out = rect(0, 0, 1200, 480, "url(#wall)")
    for x in (90, 470, 850):
        out += rect(x, 90, 260, 260, "#f7f1e0", 'rx="8"') + rect(x + 14, 104, 232, 232, "url(#pane)")
        out += path(f"M{x + 14},336 L{x + 14},262 Q{x + 80},214 {x + 140},256 T{x + 246},236 L{x + 246},336 Z", "#7fb58c")
        out += path(f"M{x + 14},336 L{x + 14},296 Q{x + 90},262 {x + 160},296 T{x + 246},286 L{x + 246},336 Z", "#5f9a78")
        out += rect(x + 124, 104, 12, 232, "#f7f1e0") + rect(x + 14, 212, 232, 10, "#f7f1e0") + rect(x - 12, 346, 284, 18, "#e6d9bd", 'rx="4"')
    colours = ("#e4694f", "#f2b84b", "#4f8fa8", "#7aa65a", "#b5648f")
    for i in range(24):
        t = i / 23
        x, y = 20 + 1160 * t, 30 + 46 * 4 * t * (1 - t)
        out += path(f"M{x - 19:.0f},{y:.0f} L{x + 19:.0f},{y:.0f} L{x:.0f},{y + 42:.0f} Z", colours[i % 5])
    out += path("M0,30 Q600,122 1200,30", "none", 'stroke="#8c6d5b" stroke-width="4"')
    pot = path("M512,346 L548,346 L556,300 L504,300 Z", "#c9694a")
    for a in (-60, -30, 0, 30, 58):
        pot += f'<ellipse cx="530" cy="266" rx="11" ry="38" fill="#4e8f63" transform="rotate({a} 530 304)"/>'
    return out + pot


def svg():
    defs = down("wall", (0, "#bfe0dc"), (1, "#e8efd9")) + down("pane", (0, "#8ec9ea"), (1, "#e2f3f6"))
    defs += across("ivory", (0, "#fffaf0"), (0.6, "#f3dfba"), (1, "#cfa873")) + across("ebony", (0, "#6d5a72"), (0.5, "#3d2f45"), (1, "#261b2d"))
    defs += down("desk", (0, "#d49a63"), (1, "#a96a3e"))
    out = room() + rect(0, 400, 1200, 400, "url(#desk)") + rect(0, 400, 1200, 8, "#e8b983")
    out += clock(1062, 462)
    edge = lambda m: " L".join(f"{x:.1f},{y:.1f}" for x, y, _ in (spot(-m, -m * 0.6), spot(8 + m, -m * 0.6), spot(8 + m, 8 + m), spot(-m, 8 + m)))
    out += f'<g transform="translate(0,16)">{path(f"M{edge(0.42)} Z", "#4a2a1d")}</g>' + path(f"M{edge(0.42)} Z", "#774628") + path(f"M{edge(0.08)} Z", "#c08b58")
    for u in range(8):
        for v in range(8):
            corners = [spot(u, v), spot(u + 1, v), spot(u + 1, v + 1), spot(u, v + 1)]
            out += path("M" + " L".join(f"{x:.1f},{y:.1f}" for x, y, _ in corners) + " Z", "#efd9b0" if (u + v) % 2 else "#8a5a3c")
    # The Italian game after 1 e4 e5 2 Nf3 Nc6 3 Bc4 Bc5 4 c3 Nf6 5 d3: a position children learn.
    dark = [("rook", 0, 7), ("bishop", 2, 7), ("queen", 3, 7), ("king", 4, 7), ("rook", 7, 7), ("knight", 2, 5), ("bishop", 2, 4), ("knight", 5, 5), ("pawn", 4, 4)]
    dark += [("pawn", u, 6) for u in (0, 1, 2, 3, 5, 6, 7)]
    light = [("rook", 0, 0), ("knight", 1, 0), ("bishop", 2, 0), ("queen", 3, 0), ("king", 4, 0), ("rook", 7, 0), ("bishop", 2, 3), ("knight", 5, 2), ("pawn", 4, 3), ("pawn", 2, 2), ("pawn", 3, 2)]
    light += [("pawn", u, 1) for u in (0, 1, 5, 6, 7)]
    for kind, u, v, is_light in sorted([(*p, False) for p in dark] + [(*p, True) for p in light], key=lambda p: -p[2]):
        out += piece(kind, u, v, is_light)
    return page(out, defs)
