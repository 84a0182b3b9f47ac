/*
 * face: see face.h
 *
 * One pixel at a time, from the back to the front.  Each part gives a cover from 0 to 1, soft at
 * its edge, and a colour; mix() lays it over what is behind.  Lengths are pixels.
 */
#include "face.h"

#include <math.h>

struct colour {
    double r, g, b;
};

/* What makes one face differ from another. */
struct look {
    struct colour skin, hair, eye, cloth, back;
    double        wide, jaw, eyes, brow, lips, nose, fringe;
    bool          long_hair;
};

struct at {
    double x, y; /* from the middle of the face, which is (0, 0) between the eyes' line and nose */
};

struct oval {
    double x, y, rx, ry; /* middle, half width, half height */
};

static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15U);

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

static double between(uint64_t *state, double low, double high)
{
    return low + (high - low) * (double)(next(state) >> 11) / 9007199254740992.0;
}

static struct colour mix(struct colour a, struct colour b, double t)
{
    return (struct colour){ a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t };
}

static struct colour lit(struct colour c, double factor)
{
    return (struct colour){ c.r * factor, c.g * factor, c.b * factor };
}

static double clamp(double v)
{
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

static double smooth(double from, double to, double v)
{
    const double t = clamp((v - from) / (to - from));

    return t * t * (3 - 2 * t);
}

/* 1 inside an ellipse, 0 outside, soft over `edge` pixels. */
static double ellipse(struct at p, struct oval o, double edge)
{
    const double d = hypot((p.x - o.x) / o.rx, (p.y - o.y) / o.ry) - 1;

    return clamp(0.5 - d * fmin(o.rx, o.ry) / edge);
}

static double glow(struct at p, double cx, double cy, double rx, double ry)
{
    const double dx = (p.x - cx) / rx, dy = (p.y - cy) / ry;

    return exp(-dx * dx - dy * dy);
}

/* A number from 0 to 1 that belongs to a lattice point, and its smooth field between them. */
static double lattice(int x, int y)
{
    uint64_t state = (uint64_t)(uint32_t)x << 32 | (uint32_t)y;

    return (double)(next(&state) >> 40) / 16777216.0;
}

static double noise(double x, double y)
{
    const int    ix = (int)floor(x), iy = (int)floor(y);
    const double fx = smooth(0, 1, x - ix), fy = smooth(0, 1, y - iy);
    const double top = lattice(ix, iy) * (1 - fx) + lattice(ix + 1, iy) * fx;
    const double low = lattice(ix, iy + 1) * (1 - fx) + lattice(ix + 1, iy + 1) * fx;

    return top * (1 - fy) + low * fy;
}

/* Strands run away from the parting and down the sides. */
static struct colour hair_at(struct at p, const struct look *l)
{
    const double angle = atan2(p.x - 14, 190 + p.y), radius = hypot(p.x - 14, 190 + p.y);
    const double strand =
        noise(angle * 95, radius / 60) * 0.6 + noise(angle * 40, radius / 90) * 0.4;
    const double shine = exp(-pow((radius - 95 - 18 * noise(angle * 30, 3)) / 34, 2));

    return lit(l->hair, 0.62 + 0.62 * strand + 0.45 * shine);
}

static double face_cover(struct at p, const struct look *l, double grow)
{
    const double down = smooth(0.05, 1.0, p.y / 150);
    const double rx = l->wide * (1 - l->jaw * down) + grow;

    return ellipse(p, (struct oval){ 0, 0, rx, 150 + grow }, 1.6);
}

static struct colour cloth_at(struct at p, const struct look *l)
{
    const double weave = 0.5 + 0.25 * (sin(p.x * 2.1 + p.y * 0.7) + sin(p.y * 2.1 - p.x * 0.7));
    const double fold = noise(p.x / 38 + 9, p.y / 60);

    return lit(l->cloth, 0.72 + 0.20 * weave + 0.28 * fold - 0.0006 * (p.x + 120));
}

static struct colour behind(struct at p, const struct look *l, struct colour under)
{
    const double shoulder = 196 + 0.00155 * p.x * p.x + 18 * smooth(120, 210, fabs(p.x));
    const double neck_half = 56 + 36 * smooth(150, 230, p.y);
    const double neck = clamp((neck_half - fabs(p.x)) / 1.6) * smooth(60, 62, p.y);
    const double opening = clamp((p.y - 207 - 36 * (1 - pow(p.x / 84, 2))) / 1.5);
    const double shade = 0.60 + 0.30 * smooth(128, 214, p.y) - 0.0011 * p.x;

    if (l->long_hair)
        under = mix(under, hair_at(p, l), ellipse(p, (struct oval){ 0, 24, l->wide + 34, 222 }, 2));
    under = mix(under, lit(l->skin, shade), neck * smooth(290, 280, p.y));
    under =
        mix(under, cloth_at(p, l), clamp((p.y - shoulder) / 1.5) * fmax(opening, fabs(p.x) > 84));
    const double collar = exp(-pow((p.y - 210 - 36 * (1 - pow(p.x / 84, 2))) / 4, 2));

    return mix(under, lit(l->cloth, 0.55), 0.7 * collar * (fabs(p.x) < 84));
}

static struct colour skin_at(struct at p, const struct look *l)
{
    const struct colour blush = { 0.82, 0.36, 0.30 };
    const double        side = hypot(p.x / (l->wide * 1.05), p.y / 165);
    const double        light = 1.05 - 0.20 * side * side - 0.0006 * p.x - 0.0002 * p.y;
    const double        pores =
        0.035 * (noise(p.x / 1.7, p.y / 1.7) - 0.5) + 0.05 * (noise(p.x / 9, p.y / 9) - 0.5);
    struct colour c = lit(l->skin, light + pores);

    c = mix(c, blush, 0.16 * (glow(p, -56, 48, 34, 26) + glow(p, 56, 48, 34, 26)));
    c = mix(c, lit(l->skin, 0.62), 0.34 * (glow(p, -46, -4, 34, 16) + glow(p, 46, -4, 34, 16)));
    c = mix(c, lit(l->skin, 0.70), 0.50 * glow(p, 0, 122, 30, 9)); /* under the lower lip */
    return mix(c, lit(l->skin, 1.18), 0.35 * glow(p, -4, -70, 46, 30));
}

static struct colour nose_on(struct at p, const struct look *l, struct colour c)
{
    const struct colour dark = lit(l->skin, 0.50);
    const double        n = l->nose;

    c = mix(c, lit(l->skin, 1.16), 0.50 * glow(p, -2, 22, 6, 32));
    c = mix(c, lit(l->skin, 1.20), 0.45 * glow(p, -2, 52, 9, 9));
    c = mix(c, dark, 0.30 * glow(p, 13, 26, 6, 30));
    c = mix(c, dark, 0.16 * glow(p, -13, 22, 5, 26));
    c = mix(c, dark, 0.36 * (glow(p, n + 5, 55, 5, 9) + glow(p, -n - 5, 55, 5, 9)));
    c = mix(c, lit(dark, 0.55), 0.80 * (glow(p, n - 5, 65, 6, 2.8) + glow(p, 5 - n, 65, 6, 2.8)));
    return mix(c, dark, 0.34 * glow(p, 0, 69, 12, 4));
}

/* Closed and neutral: two lips and the line between them. */
static struct colour mouth_on(struct at p, const struct look *l, struct colour c)
{
    const struct colour red = mix(l->skin, (struct colour){ 0.66, 0.22, 0.22 }, 0.55);
    const double        half = l->lips, t = clamp(1 - pow(p.x / half, 2));
    const double        bow = 2.6 * exp(-pow(p.x / 6, 2));
    const double        line = 97 + 1.6 * cos(p.x / half * 3.1);
    const double        up =
        clamp((p.y - (line - 8.5 * sqrt(t) + bow)) / 1.8) * clamp((line - p.y) / 1.2 + 0.5);
    const double low = clamp((line + 11.5 * sqrt(t) - p.y) / 2.2) * clamp((p.y - line) / 1.2 + 0.5);

    if (fabs(p.x) > half + 8)
        return c;
    c = mix(c, lit(red, 0.86), 0.9 * up * (t > 0));
    c = mix(c, lit(red, 1.05), 0.9 * low * (t > 0));
    c = mix(c, lit(l->skin, 1.25), 0.30 * glow(p, -5, 104, 13, 3));
    return mix(c, lit(red, 0.36),
               0.85 * exp(-pow((p.y - line) / 1.5, 2)) * smooth(half + 5, half - 6, fabs(p.x)));
}

/* One eye, mirrored for the other; x counts outwards from the nose. */
static struct colour eye_on(struct at p, double x, const struct look *l, struct colour c)
{
    const struct colour white = { 0.95, 0.94, 0.92 }, black = { 0.05, 0.04, 0.04 };
    const double        half = 25, u = x - l->eyes, t = clamp(1 - pow(u / half, 2));
    const double        top = -0.5 - 11.5 * pow(t, 0.75) - 1.2 * u / half, low = 1 + 8.0 * t;
    const double        open = clamp((p.y - top) / 1.4) * clamp((low - p.y) / 1.4) * (t > 0);
    const double        r = hypot(u, p.y + 2);
    struct colour       ball =
        lit(white, 0.90 + 0.10 * smooth(half, 0, fabs(u)) - 0.20 * smooth(8, 0, p.y - top));
    const double rays = 0.75 + 0.5 * noise(atan2(p.y + 2, u) * 7 + 40, r / 3);

    ball = mix(ball, lit(l->eye, rays * (0.7 + 0.05 * r)), clamp((11.2 - r) / 1.3 + 0.5));
    ball = mix(ball, lit(l->eye, 0.35), 0.8 * exp(-pow((r - 10.6) / 1.2, 2)));
    ball = mix(ball, black, clamp((4.8 - r) / 1.2 + 0.5));
    ball = mix(ball, white, 0.95 * glow(p, p.x - u - 3.2, -5.6, 2.2, 2.2));
    c = mix(c, ball, open);
    if (fabs(u) < half + 6) {
        c = mix(c, black,
                0.85 * exp(-pow((p.y - top) / 1.9, 2)) * smooth(half + 4, half - 5, fabs(u)));
        c = mix(c, lit(l->skin, 0.55),
                0.5 * exp(-pow((p.y - top + 8) / 1.6, 2)) * smooth(half + 5, 8, fabs(u)));
        c = mix(c, lit(l->skin, 0.55),
                0.5 * exp(-pow((p.y - low) / 1.4, 2)) * smooth(half + 2, half - 8, fabs(u)));
    }
    return c;
}

static struct colour brow_on(struct at p, double x, const struct look *l, struct colour c)
{
    const double u = (x - l->eyes) / 34, arch = -31 - 5 * (1 - u * u) + 2.5 * u;
    const double thick = l->brow * (1 - 0.55 * smooth(-0.2, 1.05, u));
    const double hairs = 0.55 + 0.6 * noise(p.x * 0.55 + p.y * 0.35, p.y * 0.5 - p.x * 0.12);
    const double cover = exp(-pow((p.y - arch) / thick, 4)) * smooth(1.08, 0.86, fabs(u));

    return mix(c, lit(l->hair, 0.75), clamp(0.85 * cover * hairs));
}

static struct colour ear_on(struct at p, double x, const struct look *l, struct colour c)
{
    const double cover = ellipse(p, (struct oval){ p.x < 0 ? -l->wide : l->wide, 14, 17, 38 }, 1.6);

    c = mix(c, lit(l->skin, 0.86 - 0.0006 * p.x), cover);
    return mix(c, lit(l->skin, 0.58),
               0.6 * cover * glow(p, p.x < 0 ? -l->wide - 5 : l->wide + 5, 10, 6, 22) * (x > 0));
}

/* The hair that frames the forehead: all of the cap that the face does not push through. */
static struct colour front_hair(struct at p, const struct look *l, struct colour c)
{
    const double cap = ellipse(p, (struct oval){ 0, -26, l->wide + 20, 152 }, 1.8);
    const double wave = 5 * noise(p.x / 11, 2) + 2 * noise(p.x / 3, 5);
    const double part = l->long_hair ? 22 * exp(-pow((p.x - 14) / 34, 2)) : 6;
    const double line = -l->fringe - part + 0.0052 * p.x * p.x + wave;
    const double temple = smooth(l->wide - 19, l->wide - 9, fabs(p.x) + 3 * noise(p.y / 5, 7)) *
                          smooth(l->long_hair ? 190 : 30, l->long_hair ? 120 : -10, p.y);
    const double cover = fmax(clamp((line - p.y) / 3), temple);

    return mix(c, hair_at(p, l), cap * cover);
}

static struct colour pixel(struct at p, const struct look *l)
{
    const double  x = fabs(p.x);
    const double  corner = hypot(p.x / 330, (p.y + 40) / 420);
    struct colour c = lit(l->back, 1.03 - 0.10 * corner - 0.00012 * p.y), skin;

    c = behind(p, l, c);
    if (!l->long_hair)
        c = ear_on(p, x, l, c);
    skin = skin_at(p, l);
    skin = nose_on(p, l, skin);
    skin = mouth_on(p, l, skin);
    skin = eye_on(p, x, l, skin);
    skin = brow_on(p, x, l, skin);
    c = mix(c, skin, face_cover(p, l, 0));
    return front_hair(p, l, c);
}

static struct look look_of(uint64_t seed, bool long_hair)
{
    static const struct colour skins[] = { { 0.93, 0.76, 0.65 },
                                           { 0.87, 0.67, 0.54 },
                                           { 0.74, 0.53, 0.39 },
                                           { 0.56, 0.38, 0.27 },
                                           { 0.43, 0.29, 0.21 } };
    static const struct colour hairs[] = { { 0.16, 0.11, 0.08 },
                                           { 0.32, 0.20, 0.12 },
                                           { 0.09, 0.08, 0.08 },
                                           { 0.50, 0.33, 0.17 },
                                           { 0.42, 0.40, 0.38 } };
    static const struct colour eyes[] = {
        { 0.32, 0.20, 0.11 }, { 0.30, 0.42, 0.52 }, { 0.33, 0.40, 0.25 }, { 0.20, 0.13, 0.09 }
    };
    static const struct colour cloths[] = {
        { 0.20, 0.26, 0.38 }, { 0.34, 0.18, 0.22 }, { 0.22, 0.32, 0.28 }, { 0.30, 0.29, 0.32 }
    };
    uint64_t    s = seed * 0x2545F4914F6CDD1DU;
    struct look l = { .back = { 0.83, 0.86, 0.88 }, .long_hair = long_hair };

    l.skin = skins[next(&s) % 5];
    l.hair = hairs[next(&s) % 5];
    l.eye = eyes[next(&s) % 4];
    l.cloth = cloths[next(&s) % 4];
    if (l.skin.r < 0.7) { /* dark skin, dark hair and eyes */
        l.hair = hairs[2 * (next(&s) % 2)];
        l.eye = eyes[3 * (next(&s) % 2)];
    }
    l.wide = between(&s, 104, 112);
    l.jaw = between(&s, 0.08, 0.15) + (long_hair ? 0.05 : 0);
    l.eyes = between(&s, 45, 49);
    l.brow = between(&s, 3.6, 5.0) + (long_hair ? -0.6 : 0.8);
    l.lips = between(&s, 31, 37);
    l.nose = between(&s, 14, 18);
    l.fringe = between(&s, 92, 106);
    return l;
}

void face_draw(uint8_t *rgb, uint64_t seed, bool long_hair)
{
    const struct look l = look_of(seed, long_hair);

    for (int y = 0; y < FACE_HEIGHT; y++)
        for (int x = 0; x < FACE_WIDTH; x++) {
            const struct at     p = { x + 0.5 - FACE_WIDTH / 2.0, y + 0.5 - FACE_EYE_Y };
            const struct colour c = pixel(p, &l);

            *rgb++ = (uint8_t)(255 * clamp(c.r));
            *rgb++ = (uint8_t)(255 * clamp(c.g));
            *rgb++ = (uint8_t)(255 * clamp(c.b));
        }
}
