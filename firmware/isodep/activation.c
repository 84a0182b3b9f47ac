/* activation: see activation.h. */
#include "isodep/activation.h"

enum {
    T0_TA = 0x10,
    T0_TB = 0x20,
    T0_TC = 0x40,
    FWI_NOT_STATED = 4,
    ATQB = 0x50,
    ISO_14443_4 = 0x01,
};

static const struct activation not_stated = {
    .fsc = 32, .fwi = FWI_NOT_STATED, .cid = true /* 14443-4 §5.2.6 */
};

/* 14443-4 table 1; 9 and up are larger than any frame of ours, or kept for later. */
static uint16_t frame_size(unsigned code)
{
    static const uint16_t sizes[] = { 16, 24, 32, 40, 48, 64, 96, 128, 256 };

    return sizes[code < 8 ? code : 8];
}

/* TA, and the first byte of the protocol info: 848, 424, 212 from the chip in bits 7 to 5,
 * to it in bits 3 to 1.  Bit 4 is 0; otherwise no bit counts (§5.2.4, 14443-3 §7.9.4.2). */
static uint8_t rates(uint8_t b)
{
    return (b & 0x08) != 0 ? 0 : (uint8_t)(b >> 4 & b & 0x07);
}

static uint8_t or_if_15(uint8_t n, uint8_t instead)
{
    return n == 15 ? instead : n;
}

/* The interface bytes that T0 announces. */
static struct err read_interface(struct view *in, uint8_t t0, struct activation *a)
{
    uint8_t b;

    a->fsc = frame_size(t0 & 0x0F);
    if ((t0 & T0_TA) != 0) {
        TRY(view_u8(in, &b));
        a->rates = rates(b);
    }
    if ((t0 & T0_TB) != 0) {
        TRY(view_u8(in, &b));
        a->fwi = or_if_15(b >> 4, FWI_NOT_STATED); /* §5.2.5 */
        a->sfgi = or_if_15(b & 0x0F, 0);
    }
    if ((t0 & T0_TC) != 0) {
        TRY(view_u8(in, &b));
        a->cid = (b & 0x02) != 0;
        a->nad = (b & 0x01) != 0;
    }
    return SUCCESS;
}

struct err activation_read_ats(struct view ats, struct activation *out)
{
    struct activation a = not_stated;
    struct buf        historical = BUF(a.historical);
    struct view       in = ats;
    uint8_t           tl, t0;

    TRY(view_u8(&in, &tl));
    CHECK(tl != 0, E_MALFORMED);
    CHECK(tl <= ats.len, E_TRUNCATED);
    CHECK(tl == ats.len, E_TRAILING);
    if (tl > 1) {
        TRY(view_u8(&in, &t0));
        TRY(read_interface(&in, t0, &a));
    }
    if (in.len > ACTIVATION_HISTORICAL_MAX)
        TRY(view_sub(in, 0, ACTIVATION_HISTORICAL_MAX, &in));
    TRY(buf_put(&historical, in));
    a.historical_len = (uint8_t)historical.len;
    *out = a;
    return SUCCESS;
}

struct err activation_read_atqb(struct view atqb, struct activation *out)
{
    struct activation a = not_stated;
    struct view       identity;
    uint8_t           first, rate, size, time, pause;

    TRY(view_u8(&atqb, &first));
    CHECK(first == ATQB, E_UNEXPECTED);
    TRY(view_take(&atqb, 4 + 4, &identity));
    TRY(view_u8(&atqb, &rate));
    TRY(view_u8(&atqb, &size));
    TRY(view_u8(&atqb, &time));
    if (atqb.len != 0) { /* the extended form */
        TRY(view_u8(&atqb, &pause));
        a.sfgi = or_if_15(pause >> 4, 0);
    }
    CHECK(atqb.len == 0, E_TRAILING);
    CHECK((size & ISO_14443_4) != 0, E_UNSUPPORTED);
    a.rates = rates(rate);
    a.fsc = frame_size(size >> 4);
    a.fwi = or_if_15(time >> 4, FWI_NOT_STATED);
    a.nad = (time & 0x02) != 0;
    a.cid = (time & 0x01) != 0;
    *out = a;
    return SUCCESS;
}

uint16_t activation_rate(const struct activation *a, uint16_t most)
{
    if (most >= 424 && (a->rates & RATE_424) != 0)
        return 424;
    return most >= 212 && (a->rates & RATE_212) != 0 ? 212 : 106;
}

/* 256 * 16 / 13.56 MHz = 302.07 us, times two to the power of n; §5.2.5. */
static uint32_t units_ms(unsigned n)
{
    return ((30207U << n) + 99999U) / 100000U;
}

uint32_t activation_fwt_ms(const struct activation *a)
{
    return units_ms(a->fwi);
}

uint32_t activation_pause_ms(const struct activation *a)
{
    return a->sfgi == 0 ? 0 : units_ms(a->sfgi);
}
