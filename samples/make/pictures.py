#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Draw every picture of the sample newsroom: `make/pictures.py [NAME…]`.

Needs rsvg-convert (librsvg2-bin), exiftool (libimage-exiftool-perl) and Pillow.
"""

import importlib
import io
import subprocess
import sys
from pathlib import Path

from PIL import Image, PngImagePlugin

OUT = Path(__file__).resolve().parent.parent / "pictures"
LIMIT = 200_000  # bytes a picture
LANDSCAPES = ["bridge", "pomegranates", "chess", "night_sky", "library", "bicycle", "courtyard", "saffron"]
# A word that no re-encoded picture may contain: whoever finds it has found metadata.
CANARY = "sample-metadata-must-not-travel"


def render(name):
    """The scene as an RGBA image."""
    svg = importlib.import_module(f"scenes.{name}").svg()
    png = subprocess.run(["rsvg-convert", "--format=png"], input=svg.encode(), capture_output=True, check=True).stdout
    return Image.open(io.BytesIO(png)).convert("RGBA")


def save_jpeg(image, file):
    """Baseline JPEG at the best quality that stays within the limit."""
    for quality in (88, 84, 80, 76, 72, 66, 60):
        image.convert("RGB").save(file, "JPEG", quality=quality, optimize=True, subsampling="4:2:0")
        if file.stat().st_size <= LIMIT:
            return
    raise SystemExit(f"{file.name}: {file.stat().st_size} bytes, more than {LIMIT}")


def tag_as_telephone(file):
    """Metadata as a telephone writes it, at a place in the open sea (0.5° N, 0.5° W)."""
    tags = {
        "Orientation#": 6, "Make": "Example", "Model": f"Telephone ({CANARY})", "Artist": CANARY,
        "DateTimeOriginal": "2026:10:10 18:20:00", "OffsetTimeOriginal": "+00:00", "SerialNumber": "000000",
        "UserComment": CANARY, "XMP-dc:Creator": CANARY, "IPTC:By-line": CANARY, "Comment": CANARY,
        "GPSLatitude": 0.5, "GPSLatitudeRef": "N", "GPSLongitude": 0.5, "GPSLongitudeRef": "W",
        "GPSAltitude": 12, "GPSAltitudeRef#": 0, "GPSDateStamp": "2026:10:10", "GPSTimeStamp": "18:20:00",
    }
    args = [f"-{tag}={value}" for tag, value in tags.items()]
    subprocess.run(["exiftool", "-q", "-overwrite_original", *args, str(file)], check=True)


def draw(name):
    """Draw one picture into the folder."""
    image = render(name)
    if name == "weather":
        file = OUT / "weather.png"
        info = PngImagePlugin.PngInfo()
        info.add_text("Author", CANARY)
        image.save(file, "PNG", optimize=True, pnginfo=info)
    elif name == "radio_room":
        file = OUT / "radio-room.jpg"
        # Upright is 800×1200; orientation 6 asks to turn it clockwise, so it is stored turned the other way.
        save_jpeg(image.transpose(Image.Transpose.ROTATE_90), file)
        tag_as_telephone(file)
    else:
        file = OUT / f"{name.replace('_', '-')}.jpg"
        save_jpeg(image, file)
    print(f"{file.name}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for each in sys.argv[1:] or [*LANDSCAPES, "radio_room", "weather"]:
        draw(each)
