#!/bin/sh
# Makes slate.h264 and slate.mp2. Needs ffmpeg (libx264), pango-view, espeak-ng, and the font
# DejaVu Sans. See README.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One text a language; Pango shapes and joins the Persian and Arabic.
text() { # file, direction, font, lines on stdin
    pango-view --no-display --backend=cairo --pixels --dpi=72 --margin=0 --background=transparent \
        --foreground=white --font="$3" --width=920 --wrap=word --align=left \
        --markup --output="$work/$1.png" /dev/stdin
}
text en ltr "DejaVu Sans 25" <<EOF
<b>You can read the news from this channel.</b>
1. Format a USB stick as FAT32 or exFAT.
2. Record this channel on it for 30 minutes or more.
3. On a phone or computer, open the reader page or program
    and choose the recording. No internet is needed.
EOF
text fa rtl "DejaVu Sans 25" <<EOF
<b>از این کانال می‌توانید خبر بخوانید.</b>
۱. یک فلش یو‌اس‌بی را با FAT32 یا exFAT فرمت کنید.
۲. این کانال را ۳۰ دقیقه یا بیشتر روی آن ضبط کنید.
۳. در گوشی یا رایانه صفحه یا برنامهٔ خواننده را باز کنید و فایل ضبط‌شده را برگزینید. اینترنت لازم نیست.
EOF
text ar rtl "DejaVu Sans 25" <<EOF
<b>يمكنك قراءة الأخبار من هذه القناة.</b>
١. هيّئ ذاكرة USB بنظام FAT32 أو exFAT.
٢. سجّل هذه القناة عليها لمدة ٣٠ دقيقة أو أكثر.
٣. على الهاتف أو الحاسوب افتح صفحة القارئ أو برنامجه واختر التسجيل. لا حاجة إلى الإنترنت.
EOF

# 1024 × 576 square pixels, sent as 480 × 576 in 16:9 (TS 101 154 table 8). Two
# intra pictures of 2 s, so that their idr_pic_id differ when the end joins the beginning.
ffmpeg -v error -y -f lavfi -i color=0x10243c:s=1024x576:r=25 \
    -i "$work/en.png" -i "$work/fa.png" -i "$work/ar.png" \
    -filter_complex "[0][1]overlay=52:28[a];[a][2]overlay=W-w-52:206[b];[b][3]overlay=W-w-52:386,scale=480:576,setsar=32/15,format=yuv420p" \
    -frames:v 1 "$work/still.png"
ffmpeg -v error -y -loop 1 -framerate 25 -i "$work/still.png" -frames:v 100 -an \
    -vf setsar=32/15,format=yuv420p -c:v libx264 -preset veryslow -tune psnr -profile:v high -level 3.0 \
    -qp "${QP:-41}" -bf 0 -g 50 -keyint_min 50 -sc_threshold 0 -refs 1 -weightp 0 \
    -x264-params aud=1:scenecut=0:force-cfr=1:repeat-headers=1:mbtree=0:ipratio=1:8x8dct=1:deblock=0,0:aq-mode=0 \
    -color_primaries bt470bg -color_trc bt709 -colorspace bt470bg -bsf:v filter_units=remove_types=6 \
    -f h264 "$here/slate.h264"

espeak-ng -v en-us -s 140 -w "$work/en.wav" \
    "You can read the news from this channel. Format a U S B stick as FAT 32 or ex FAT. Record this channel on it for 30 minutes or more. Then open the reader page, or program, on a phone or computer, and choose the recording."
espeak-ng -v fa -s 130 -w "$work/fa.wav" \
    "از این کانال می‌توانید خبر بخوانید. یک فلش را با فت سی و دو فرمت کنید. این کانال را سی دقیقه یا بیشتر روی آن ضبط کنید. سپس در گوشی یا رایانه صفحه خواننده را باز کنید و فایل ضبط شده را برگزینید."
# Layer II, 48 kHz, mono, 56 kbit/s: the least that uses bit allocation table B.2a, so that the
# frames can be widened for ancillary data.
ffmpeg -v error -y -i "$work/en.wav" -i "$work/fa.wav" -filter_complex \
    "[0]apad=pad_dur=2[a];[1]apad=pad_dur=5[b];[a][b]concat=n=2:v=0:a=1,loudnorm=I=-23,aresample=48000" \
    -ac 1 -c:a mp2 -b:a 56k -f mp2 "$here/slate.mp2"
[ -z "${KEEP:-}" ] || cp "$work/still.png" "$KEEP"
ls -l "$here/slate.h264" "$here/slate.mp2"
