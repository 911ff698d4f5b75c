#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Hold the samples to what their README promises: `make/check.py`. Needs exiftool, ffprobe and Pillow."""

import email.utils
import html.parser
import json
import re
import subprocess
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

from PIL import Image

from pictures import CANARY, LIMIT

ROOT = Path(__file__).resolve().parent.parent
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ATOM = "{http://www.w3.org/2005/Atom}"


class Text(html.parser.HTMLParser):
    """The text of HTML, and the pictures it refers to."""

    def __init__(self, source):
        super().__init__()
        self.parts, self.pictures, self.muted = [], [], 0
        self.feed(source)
        self.text = " ".join(" ".join(self.parts).split())

    def handle_starttag(self, tag, attrs):
        self.muted += tag in ("script", "style")
        if tag == "img":
            self.pictures += [v for k, v in attrs if k in ("src", "data-src")]

    def handle_endtag(self, tag):
        self.muted -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.muted:
            self.parts.append(data)


def article(want, items):
    """Source and text of one expected article."""
    file = ROOT / want["file"]
    if "guid" in want:
        item = items[want["guid"]]
        assert item.findtext("title") == want["title"]
        assert email.utils.parsedate_to_datetime(item.findtext("pubDate")).strftime("%Y-%m-%dT%H:%M:%SZ") == want["date"]
        source = item.findtext(CONTENT)
        return source, Text(source)
    source = file.read_text()
    if file.suffix == ".md":
        _, front, body = source.split("---\n", 2)
        for key in ("title", "language", "section", "date", "lead"):
            assert re.search(rf"^{key}: ", front, re.M), (file, key)
        body = re.sub(r"!\[([^]]*)\]\(([^ )]+)[^)]*\)", r'<img src="\2">', body)
        return source, Text(re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", body))
    return source, Text(source)


def main():
    feed = ET.parse(ROOT / "feed.xml").getroot()
    items = {item.findtext("guid"): item for item in feed.iter("item")}
    for enclosure in feed.iter("enclosure"):
        assert (ROOT / enclosure.get("url")).stat().st_size == int(enclosure.get("length")), enclosure.get("url")
    leads = ET.parse(ROOT / "leads.xml").getroot()
    pages = {e.find(f"{ATOM}link").get("href"): e for e in leads.iter(f"{ATOM}entry")}

    languages = {}
    for want in json.loads((ROOT / "expected.json").read_text()):
        source, got = article(want, items)
        begin, end = got.text.find(want["begins"]), got.text.find(want["ends"])
        assert 0 <= begin < end, (want["file"], want["begins"], begin, end)
        body = got.text[begin : end + len(want["ends"])]
        words = len(body.split())
        assert 150 <= words <= 500, (want["title"], words)
        for picture in want["pictures"]:
            assert any(p.endswith(picture) for p in got.pictures), (want["file"], picture, got.pictures)
            assert (ROOT / picture).exists()
        for clutter in want["lacks"]:
            assert clutter in source, (want["file"], clutter)
        if want["file"].startswith("pages/"):
            entry = pages.pop(want["file"])
            assert entry.findtext(f"{ATOM}title") == want["title"] and entry.findtext(f"{ATOM}published") == want["date"]
        if want["language"] == "fa":
            assert "\u200c" in body and not re.search("[\u064a\u0643]", body), want["title"]
            assert not re.search(r"(^|[\s«])ن?می [\u0600-\u06ff]", body), want["title"]
        languages.setdefault(want["language"], []).append(words)
        print(f"{words:4} words  {want['language']}  {want['file']:22}  {want['title']}")
    assert not pages and {k: len(v) for k, v in languages.items()} == {"en": 4, "fa": 4, "ar": 4}

    for file in sorted((ROOT / "pictures").iterdir()):
        assert file.stat().st_size <= LIMIT, file
        with Image.open(file) as image:
            assert sorted(image.size) == [800, 1200], file
            assert (image.mode == "RGBA") == (file.suffix == ".png"), file
            assert (image.getexif().get(0x0112, 1) == 6) == (file.name == "radio-room.jpg"), file
        assert (CANARY.encode() in file.read_bytes()) == (file.name in ("radio-room.jpg", "weather.png")), file
    gps = subprocess.run(["exiftool", "-s3", "-GPSPosition", str(ROOT / "pictures/radio-room.jpg")], capture_output=True, text=True, check=True).stdout
    assert gps.strip(), "radio-room.jpg has lost its position"

    probe = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=channels,bit_rate:format=duration", "-of", "json", str(ROOT / "sound/bulletin.mp3")], capture_output=True, check=True).stdout
    probe = json.loads(probe)
    seconds = float(probe["format"]["duration"])
    assert 20 <= seconds <= 30 and probe["streams"][0]["channels"] == 1, probe
    captions = (ROOT / "sound/bulletin.vtt").read_text()
    assert all(line in captions for line in (ROOT / "sound/bulletin.txt").read_text().splitlines())
    assert tomllib.loads((ROOT / "station-where.toml").read_text())["satellite"]
    total = sum(f.stat().st_size for f in ROOT.rglob("*") if f.is_file() and "__pycache__" not in f.parts)
    assert total <= 3_000_000, total
    print(f"bulletin {seconds:.1f} s; {total} bytes in all")


if __name__ == "__main__":
    main()
