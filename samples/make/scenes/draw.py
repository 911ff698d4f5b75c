# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the scenes share: a page, gradients, hills. All coordinates are SVG user units, one a pixel."""

import math


def page(body, defs="", width=1200, height=800):
    """A whole SVG document. The filter `soft` blurs by 18 px, `haze` by 40 px."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"><defs>'
        '<filter id="soft" x="-400%" y="-400%" width="900%" height="900%"><feGaussianBlur stdDeviation="18"/></filter>'
        '<filter id="haze" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="40"/></filter>'
        f"{defs}</defs>{body}</svg>"
    )


def down(name, *stops):
    """A vertical gradient; stops are (offset, colour) or (offset, colour, opacity)."""
    return f'<linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1">{_stops(stops)}</linearGradient>'


def across(name, *stops):
    """A horizontal gradient."""
    return f'<linearGradient id="{name}" x1="0" y1="0" x2="1" y2="0">{_stops(stops)}</linearGradient>'


def round_(name, *stops, at=(0.5, 0.5)):
    """A radial gradient that fills its shape, centred at a fraction of the shape's box."""
    return f'<radialGradient id="{name}" cx="{at[0]}" cy="{at[1]}" r="0.6">{_stops(stops)}</radialGradient>'


def _stops(stops):
    return "".join(
        f'<stop offset="{s[0]}" stop-color="{s[1]}" stop-opacity="{s[2] if len(s) > 2 else 1}"/>' for s in stops
    )


def hills(y, swing, colour, phase, width=1200, height=800):
    """A range of hills whose crest lies about `y`, filled to the bottom."""
    crest = []
    for x in range(0, width + 1, 20):
        t = x / 190 + phase
        crest.append(f"{x},{y - swing * (0.6 * math.sin(t) + 0.3 * math.sin(2.3 * t + 1) + 0.1 * math.sin(5.1 * t)):.1f}")
    return f'<path d="M0,{height} L{" L".join(crest)} L{width},{height} Z" fill="{colour}"/>'


def glow(x, y, r, colour, opacity=0.6):
    """A soft round light; needs no gradient."""
    return f'<circle cx="{x}" cy="{y}" r="{r}" fill="{colour}" opacity="{opacity}" filter="url(#soft)"/>'


def rect(x, y, w, h, fill, extra=""):
    """A rectangle."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{fill}" {extra}/>'


def circle(x, y, r, fill, extra=""):
    """A circle."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{fill}" {extra}/>'


def path(d, fill="none", extra=""):
    """A path."""
    return f'<path d="{d}" fill="{fill}" {extra}/>'


def line(x1, y1, x2, y2, colour, width, extra=""):
    """A line with round ends."""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}" stroke-linecap="round" {extra}/>'
    )
