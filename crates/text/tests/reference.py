"""The model of docs/format-text.md once more, slow and plain, from that page.

`python3 crates/text/tests/reference.py` compresses the texts of the golden vectors and compares.
"""

M = 0xFFFFFFFF
# tables
t = 1 << 32
SQ = {}
for k in range(2048):
    SQ[k] = (t << 16) // (t + (1 << 32))
    SQ[-k] = 65536 - SQ[k] if k else SQ[0]
    t = t * 4311777322 >> 32
cl = lambda x, a, b: max(a, min(b, x))
sq = lambda x: SQ[cl(x, -2047, 2047)]
ST = []
x = -2047
for i in range(4096):
    while x < 2047 and sq(x) < 16 * i + 8:
        x += 1
    ST.append(x)
st = lambda p: ST[p >> 4]


class Ad:
    __slots__ = "P", "n"

    def __init__(s, p, n):
        s.P = p * 64
        s.n = n

    @property
    def p(s):
        return s.P >> 6

    def up(s, bit, lim):
        s.P = cl(
            s.P + ((bit * ((1 << 22) - 1) - s.P) * (131072 // (2 * s.n + 3)) >> 16),
            0,
            (1 << 22) - 1,
        )
        if s.n < lim:
            s.n += 1


class Mix:
    def __init__(s, k, w, rate):
        s.k = k
        s.w0 = w
        s.rate = rate
        s.W = {}

    def mix(s, inp, set_):
        s.w = s.W.setdefault(set_, [s.w0] * s.k)
        s.i = list(inp)
        t = sum(a * b for a, b in zip(inp, s.w))
        t = (t + (1 << 31)) % (1 << 32) - (1 << 31)
        s.l = cl(t >> 14, -2047, 2047)
        return s.l

    def up(s, bit):
        e = cl(((bit * 65536 - sq(s.l)) * s.rate) >> 6, -32768, 32767)
        for i in range(s.k):
            s.w[i] = cl(s.w[i] + ((((s.i[i] * e) >> 15) + 1) >> 1), -32768, 32767)


def join(h, v):
    m = ((h ^ (v * 0x9E3779B1 & M)) * 0x85EBCA6B) & M
    return m ^ (m >> 15)


def first(b):
    if not b:
        return None
    c = b[0]
    L = (
        1
        if c < 128
        else 2 if 0xC2 <= c <= 0xDF else 3 if 0xE0 <= c <= 0xEF else 4 if 0xF0 <= c <= 0xF4 else 0
    )
    if not L:
        return None
    try:
        return ord(b[:L].decode()), L
    except Exception:
        return None


psym = lambda p: 0x80 + p if p < 66 else 0xF5 + p - 66


def cls(c):
    if 0x30 <= c <= 0x39 or 0x660 <= c <= 0x669 or 0x6F0 <= c <= 0x6F9:
        return 1
    if 0x41 <= c <= 0x5A or 0x61 <= c <= 0x7A:
        return 0
    if c == 0x200C:
        return 2
    if (
        c <= 0xBF
        or c in (0xD7, 0xF7, 0x60C, 0x61B, 0x61F, 0x6D4)
        or 0x66A <= c <= 0x66D
        or 0x2000 <= c <= 0x2BFF
    ):
        return 3
    return 0


def symbols(b, pl):
    # yields lists of (symbol, points-after)
    pl = list(pl)
    out = []
    i = 0
    while i < len(b):
        f = first(b[i : i + 4])
        if f is None:
            out += [(0xFF, None), (b[i], None)]
            i += 1
            continue
        c, L = f
        if c < 128:
            out.append((c, None))
        elif c in pl:
            out.append((psym(pl.index(c)), None))
        else:
            take = None
            if c <= 0x2BFF and len(pl) < 76:
                pl.append(c)
                take = c
            for j in range(L):
                out.append((b[i + j], take if j == L - 1 else None))
        i += L
    return out


class Model:
    def __init__(s, pl, count):
        s.pl = list(pl)
        s.C = [cls(i) if i < 128 else 0 for i in range(256)]
        for i, c in enumerate(s.pl):
            s.C[psym(i)] = cls(c)
        tot = sum(count)
        fl = 1 + tot // 2048
        S = [0]
        for c in count:
            S.append(S[-1] + c + fl)
        s.code = [None] * 256
        s.nn = 0

        def build(b, e, path):
            if e - b == 1:
                s.code[b] = path
                return
            n = s.nn
            s.nn += 1
            cut = b + 1
            while cut + 1 < e and abs(2 * S[cut + 1] - S[b] - S[e]) < abs(2 * S[cut] - S[b] - S[e]):
                cut += 1
            build(b, cut, path + [(n, 0)])
            build(cut, e, path + [(n, 1)])

        build(0, 256, [])
        s.h = []
        s.word = s.part = s.one = s.two = s.letters = s.gap = 0
        s.D = [{} for _ in range(4)]
        s.F = [{} for _ in range(10)]
        s.J = [{} for _ in range(10)]
        s.Mt = [
            dict(shift=6, min=6, t={}, hash=0, ptr=0, len=0, w={}),
            dict(shift=3, min=11, t={}, hash=0, ptr=0, len=0, w={}),
        ]
        s.mx = [Mix(32, 2000, 10) for _ in range(4)]
        s.last = Mix(4, 4096, 2)
        s.R = [{}, {}]
        s.begin()

    def back(s, n):
        return s.h[-n] if len(s.h) >= n else 0

    def f(s, n):
        v = s.back(n)
        return v + 32 if 65 <= v <= 90 else v

    def begin(s):
        b = s.back
        o = [0]
        for n in range(1, 9):
            o.append(join(o[-1], s.f(n)))
        H = [
            b(1) * 256 | b(2),
            o[3],
            o[4],
            o[5],
            o[6],
            o[8],
            join(s.f(2) * 256 | s.f(3), 1),
            join(s.part, s.f(1)),
            join(s.word, s.two),
            join(join(s.word, s.one), s.gap),
        ]
        s.base = [
            0,
            b(1) * 256,
            join(b(1) * 256 | b(2), 77),
            join(b(1) << 16 | b(2) << 8 | b(3), 78),
        ]
        s.sel = []
        s.ev = []
        s.kinds = []
        longest = 0
        for i, h in enumerate(H):
            h = join(h, 256 + i) * 0xC2B2AE35 & M
            home = h >> 16
            ck = h & 0xFFFF
            T = s.F[i]
            for k in range(4):
                e = T.setdefault(home ^ k, [0, [0] * 7, [0] * 7])
                if e[0] == ck and e[2][0] > 0:
                    break
            else:
                k = min(range(4), key=lambda k: (sum(T[home ^ k][2][:2]), k))
                e = [ck, [0] * 7, [0] * 7]
                T[home ^ k] = e
            s.sel.append(e)
            n = e[2].index(0) if 0 in e[2] else 7
            s.ev.append([(e[1][j], e[2][j]) for j in range(n)])
            s.kinds.append(min(n, 3))
            if i < 6 and n:
                longest = i + 1
        for m in s.Mt:
            m["exp"] = s.h[m["ptr"]] if m["len"] > 0 and m["ptr"] < len(s.h) else None
        L = s.Mt[0]["len"]
        ag = (
            0 if L == 0 else 1 if L <= 6 else 2 if L <= 9 else 3 if L <= 15 else 4 if L <= 31 else 5
        )
        c = s.C[b(1)]
        s.sets = [
            min(s.letters, 3) * 256,
            b(1),
            ag * 8 + s.kinds[7] * 2,
            min(s.letters, 7) * 8 + longest,
        ]
        s.places = [b(1) * 256, (min(s.letters, 15) * 4 + c) * 256]
        s.depth = 0

    def cells(s, node):
        return [
            s.D[i].setdefault(
                (s.base[i] ^ node) % (1 << [8, 16, 18, 18][i]), [Ad(32768, 0), Ad(32768, 0)]
            )
            for i in range(4)
        ]

    def predict(s, node):
        d = s.depth
        inp = []
        s.cs = s.cells(node)
        for fa, sl in s.cs:
            inp += [0, 0] if sl.n == 0 else [st(fa.p), (sl.p - 32768) >> 5]
        bef = inp[2]
        third = 0
        s.js = []
        lev = lambda n: n if n < 4 else 4 if n < 6 else 5 if n < 10 else 6 if n < 21 else 7
        for i in range(10):
            if i == 7:
                bef = third
            ev = s.ev[i]
            if not ev:
                inp += [0, 0]
                s.js.append(None)
            else:
                n = [0, 0]
                for sy, c in ev:
                    n[s.code[sy][d][1]] += c
                fi = s.code[ev[0][0]][d][1]
                state = s.kinds[i] * 128 + fi * 64 + lev(n[0]) * 8 + lev(n[1])
                a, b = state // 8 % 8, state % 8
                j = s.J[i].setdefault(
                    state, [Ad((2 * b + 1) * 65535 // (2 * a + 2 * b + 2), 6), 65536, 0]
                )
                lk = cl((((j[1] * bef) >> 8) + j[2]) >> 8, -2047, 2047)
                s.js.append((j, bef, lk))
                bef = lk
                inp += [st(j[0].p), lk]
            if i == 1:
                third = bef
        s.ms = []
        for m in s.Mt:
            if m["exp"] is None:
                inp += [0, 0]
                s.ms.append(None)
                continue
            L = m["len"]
            bu = L if L < 16 else min(14 + L // 8, 31)
            xb = s.code[m["exp"]][d][1]
            a = m["w"].setdefault((bu, xb), Ad(32768, 0))
            s.ms.append((m, a, xb))
            inp += [st(a.p), (a.p - 32768) >> 5]
        out = [m.mix(inp, s.sets[i] + (node if i == 0 else 0)) for i, m in enumerate(s.mx)]
        lg = s.last.mix(out, node)
        pos = lg + 2048
        low = min(pos // 256, 15)
        w = pos % 256
        r = []
        s.rs = []
        for i in range(2):
            T = s.R[i].setdefault(s.places[i] + node, None)
            if T is None:
                T = s.R[i][s.places[i] + node] = [Ad(sq(256 * j - 2048), 0) for j in range(17)]
            r.append((T[low].p * (256 - w) + T[low + 1].p * w) >> 8)
            s.rs.append(T[low + (w >= 128)])
        return cl((2 * sq(lg) + r[0] + r[1]) >> 2, 16, 65520)

    def learn(s, bit):
        d = s.depth
        for m in s.mx:
            m.up(bit)
        s.last.up(bit)
        for fa, sl in s.cs:
            fa.up(bit, 15)
            sl.up(bit, 250)
        for i, j in enumerate(s.js):
            if j:
                J, bef, lk = j
                J[0].up(bit, 255)
                e = ((bit * 65536 - sq(lk)) * 6) >> 4
                J[1] = cl(J[1] + ((e * bef + 32768) >> 16), -524288, 524287)
                J[2] = cl(J[2] + ((e * 256 + 32768) >> 16), -524288, 524287)
                s.ev[i] = [x for x in s.ev[i] if s.code[x[0]][d][1] == bit]
        for q in s.ms:
            if q:
                q[1].up(bit, 500)
                if q[2] != bit:
                    q[0]["exp"] = None
        for a in s.rs:
            a.up(bit, 250)
        s.depth += 1

    def end(s, sy, take):
        for e in s.sel:
            k = next((i for i in range(6) if e[2][i] == 0 or e[1][i] == sy), 6)
            c = e[2][k] if e[1][k] == sy else 0
            for i in range(7):
                if i != k and e[2][i] > 2:
                    e[2][i] = 2 + (e[2][i] - 2) * 3 // 4
            e[1][1 : k + 1] = e[1][:k]
            e[2][1 : k + 1] = e[2][:k]
            e[1][0] = sy
            e[2][0] = min(c + 1, 60)
        s.h.append(sy)
        h = s.h
        n = len(h)
        for m in s.Mt:
            if m["len"] > 0 and h[m["ptr"]] == sy:
                m["len"] = min(m["len"] + 1, 400)
                m["ptr"] += 1
            else:
                m["len"] = 0
            m["hash"] = (m["hash"] * (0x2C1B3C6D << m["shift"] & M) + sy + 1) & M
            slot = (m["hash"] * 0x9E3779B1 & M) >> 16
            if m["len"] == 0:
                p = m["ptr"] = m["t"].get(slot, 0)
                L = 0
                while L < 400 and L < p and h[p - 1 - L] == h[n - 1 - L]:
                    L += 1
                m["len"] = L if L >= m["min"] else 0
            m["t"][slot] = n
        v = s.f(1) + 1
        c = s.C[sy]
        if c < 2:
            if s.letters == 0:
                s.part = 0
            s.word = join(s.word, v)
            s.part = join(s.part, v)
            s.letters += 1
        elif c == 2:
            s.word = join(s.word, v)
            s.part = 0
        else:
            if s.letters > 0:
                s.two = s.one
                s.one = s.word
                s.word = s.part = s.letters = s.gap = 0
            s.gap = join(s.gap, v)
        if take:
            s.C[psym(len(s.pl))] = cls(take)
            s.pl.append(take)
        s.begin()


def compress(text, dic):
    if dic is None:
        m = Model([], [0] * 256)
    else:
        from collections import Counter

        c = Counter(ord(x) for x in dic.decode() if 0x80 <= ord(x) <= 0x2BFF)
        pl = sorted(sorted(c, key=lambda k: (-c[k], k))[:70])
        sy = symbols(dic, pl)
        ct = [0] * 256
        for x, _ in sy:
            ct[x] += 1
        m = Model(pl, ct)
        for i, (x, tk) in enumerate(sy):
            for node, bit in m.code[x]:
                if i < len(sy) // 8 * 3:
                    for fa, sl in m.cells(node):
                        fa.up(bit, 15)
                        sl.up(bit, 250)
                else:
                    m.predict(node)
                    m.learn(bit)
            m.end(x, tk)
    lo, hi = 0, (1 << 64) - 1
    out = bytearray()
    for x, tk in symbols(text, m.pl):
        for node, bit in m.code[x]:
            p = m.predict(node)
            w = hi - lo
            sp = lo + (w >> 16) * p + ((w & 0xFFFF) * p >> 16)
            if bit:
                hi = sp
            else:
                lo = sp + 1
            while lo >> 56 == hi >> 56:
                out.append(lo >> 56)
                lo = lo << 8 & ((1 << 64) - 1)
                hi = (hi << 8 | 255) & ((1 << 64) - 1)
            m.learn(bit)
        m.end(x, tk)
    for k in range(9):
        u = 1 << (64 - 8 * k)
        v = (lo + u - 1) // u * u
        if v <= hi:
            out += v.to_bytes(9, "big")[1 : 1 + k]
            break
    return bytes(out).rstrip(b"\0")


import os

V = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../vectors/")
news = "کمیته‌ای در تهران گفت که گزارش را فردا منتشر می‌کند. The committee said so.\n"
T = {
    "empty": b"",
    "english": b"The office said on Monday that it would not be sent back.\n",
    "persian": (news * 3).encode(),
    "persian-primed": (news * 2).encode(),
    "not-utf8": bytes(range(256)),
    "scripts-primed": "Ελλάδα Москва 新闻 🙂".encode(),
}
for k, t in T.items():
    f = open(V + "text-" + k, "rb").read()
    h, c = f.split(b"\n\n", 1)
    d = open(V + "text-dictionary.txt", "rb").read() if b"text-dictionary" in h else None
    r = compress(t, d)
    print(k, "as it should be" if r == c else "DIFFERENT")
