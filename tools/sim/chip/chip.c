/* chip: see chip.h. */
#include "chip/chip.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/rand.h>

#include "chip/hextext.h"
#include "chip_state.h"

enum { INS_GET_RESPONSE = 0xC0, SHORT_MAX = 256 };

static void from_libcrypto(uint8_t *out, size_t len)
{
    if (RAND_bytes(out, (int)len) != 1)
        abort(); /* a chip without chance would be a wrong chip */
}

static unsigned long long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (unsigned long long)t.tv_sec * 1000 + (unsigned long long)t.tv_nsec / 1000000;
}

struct chip *chip_new(const char *path, struct problem *why)
{
    struct chip *c = calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    c->random = from_libcrypto;
    if (folder_load(&c->folder, path, why).code != OK) {
        free(c);
        return NULL;
    }
    if (proofs_read(&c->proofs, &c->folder.ini, path, why).code != OK) {
        chip_free(c);
        return NULL;
    }
    chip_reset(c);
    return c;
}

void chip_free(struct chip *c)
{
    if (c == NULL)
        return;
    folder_free(&c->folder);
    proofs_free(&c->proofs);
    wipe(c, sizeof *c);
    free(c);
}

struct folder *chip_folder(struct chip *c)
{
    return &c->folder;
}

void chip_transcript(struct chip *c, FILE *out)
{
    c->transcript = out;
}

void chip_draw_from(struct chip *c, chip_random *source)
{
    c->random = source;
}

void chip_draw(struct chip *c, uint8_t *out, size_t len)
{
    c->random(out, len);
}

void chip_note(const struct chip *c, const char *what, const char *detail)
{
    if (c->transcript == NULL)
        return;
    fprintf(c->transcript, "# %s%s%s\n", what, *detail != '\0' ? " " : "", detail);
    fflush(c->transcript);
}

static void write_down(const struct chip *c, char direction, struct view bytes)
{
    char *text;

    if (c->transcript == NULL)
        return;
    text = malloc(2 * bytes.len + 1);
    if (text == NULL)
        return;
    hextext_write(bytes, text);
    fprintf(c->transcript, "%lu %c %s\n", c->commands, direction, text);
    fflush(c->transcript);
    free(text);
}

struct err chip_begin_session(struct chip *c, enum suite suite, struct view secret)
{
    return tunnel_begin(&c->next, suite, secret);
}

static void lose_session(struct chip *c)
{
    tunnel_close(&c->tunnel);
    tunnel_close(&c->next);
    proofs_reset(&c->proofs);
    c->inside = !c->folder.locked;
    c->bare = false;
    c->challenged = false;
    c->chain.open = false;
    c->env = ENV_NONE;
    pace_chip_drop(&c->pace);
    if (!c->inside && c->files.place == PLACE_LDS)
        c->files.current = NULL;
}

void chip_reset(struct chip *c)
{
    c->files = (struct chip_files){ PLACE_MF, NULL };
    c->way = WAY_NONE;
    c->rest_len = 0;
    lose_session(c);
    chip_note(c, "reset", "");
}

bool chip_present(struct chip *c)
{
    if (c->away && c->back_at_ms != 0 && now_ms() >= c->back_at_ms) {
        c->away = false;
        chip_note(c, "back", "");
    }
    return !c->away;
}

void chip_lay_down(struct chip *c)
{
    c->away = false;
    c->leave_at = 0;
    chip_reset(c);
}

void chip_leave_after(struct chip *c, unsigned long commands)
{
    c->leave_at = commands == 0 ? 0 : c->commands + commands;
}

unsigned long chip_commands(const struct chip *c)
{
    return c->commands;
}

/* One command on its way through the chip. */
struct passage {
    struct command     wire;
    struct view        plain;    /* what it asks, unwrapped */
    bool               shielded; /* it came through the tunnel */
    bool               fetches;  /* GET RESPONSE for the rest of the answer before */
    uint16_t           refused;  /* status word of a tunnel that broke, 0: none */
    const struct rule *rule;
};

static void take_apart(struct chip *c, struct view wire, struct passage *p)
{
    struct buf plain = BUF(c->plain);
    struct err e;

    *p = (struct passage){ .plain = wire };
    if (command_split(wire, &p->wire).code != OK)
        return; /* obey() says 6700 */
    p->fetches = c->rest_len != 0 && p->wire.ins == INS_GET_RESPONSE;
    if (!c->tunnel.open || p->fetches)
        return;
    if ((p->wire.cla & 0x0C) != 0x0C) {
        chip_note(c, "plain command, session gone", "");
        lose_session(c); /* 9303-11 §9.8.8 */
        return;
    }
    e = tunnel_unwrap(&c->tunnel, &p->wire, &plain);
    p->shielded = e.code == OK;
    p->refused = e.code == OK ? 0 : e.code == E_REFUSED ? e.sw : 0x6F00;
    if (p->shielded)
        p->plain = buf_view(&plain);
    else
        lose_session(c);
}

/* The real answer, in plain, before any rule touches it. */
static void answer_plain(struct chip *c, const struct passage *p, struct chip_reader *r,
                         struct buf *out)
{
    const size_t room = p->wire.extended ? 65536 : SHORT_MAX;
    uint16_t     sw = p->refused;

    *r = (struct chip_reader){ &c->folder, c->inside, c->way == WAY_PACE || !c->folder.locked,
                               room,       false,     &c->proofs };
    if (p->shielded)
        r->payload = tunnel_payload(&c->tunnel, room);
    if (sw == 0 && p->wire.extended && !c->folder.traits.extended)
        sw = 0x6700;
    if (sw == 0)
        sw = chip_obey(c, p->plain, r, out);
    if (buf_u16(out, sw).code != OK)
        abort(); /* the room is larger than any answer */
}

static void bend_plain(const struct chip *c, const struct rule *rule, struct buf *out)
{
    const struct rule_action *more = rule_action(rule, ACT_APPEND);
    const size_t              keep = (size_t)rule_number(rule, ACT_CUT, ANSWER_MAX);

    if (rule == NULL)
        return;
    if (!rule_xor(rule, ACT_MUTATE, out))
        chip_note(c, "NOTHING TO MUTATE THERE:", rule->name);
    if (out->len > keep)
        out->len = keep;
    if (more != NULL && buf_put(out, view_of(more->bytes, more->len)).code != OK)
        chip_note(c, "NO ROOM TO APPEND:", rule->name);
}

static unsigned bends_of(const struct rule *rule)
{
    static const unsigned bits[] = {
        [SM_NO_99] = TUNNEL_NO_STATUS,         [SM_OTHER_99] = TUNNEL_OTHER_STATUS,
        [SM_NO_MAC] = TUNNEL_NO_MAC,           [SM_BAD_MAC] = TUNNEL_BAD_MAC,
        [SM_BAD_PADDING] = TUNNEL_BAD_PADDING, [SM_PLAIN] = 0
    };

    return rule_action(rule, ACT_SM) != NULL ? bits[rule_number(rule, ACT_SM, 0)] : 0;
}

/* The session that was begun with this command holds from the next one on. */
static void change_session(struct chip *c)
{
    if (!c->next.open)
        return;
    c->tunnel = c->next;
    tunnel_close(&c->next);
}

/* Through the tunnel it goes back, unless the chip or a rule is one that does otherwise. */
static void send_back(struct chip *c, const struct passage *p, const struct chip_reader *r,
                      struct buf *plain, struct buf *out)
{
    const unsigned sw1 = plain->len >= 2 ? plain->ptr[plain->len - 2] : 0;
    const bool     good = sw1 == 0x90 || (sw1 >= 0x61 && sw1 <= 0x63);
    const bool bare = rule_number(p->rule, ACT_SM, -1) == SM_PLAIN || plain->len < 2 || r->lost ||
                      c->bare || (!good && c->folder.traits.plain_errors);
    struct err e;

    if (p->shielded && c->tunnel.open && !bare)
        e = tunnel_wrap(&c->tunnel, p->plain.len > 1 && p->plain.ptr[1] % 2 != 0, buf_view(plain),
                        bends_of(p->rule), out);
    else
        e = buf_put(out, buf_view(plain));
    if (e.code != OK)
        chip_note(c, "ANSWER LOST:", outcome_name(e.code));
    if (p->rule != NULL && !rule_xor(p->rule, ACT_WIRE, out))
        chip_note(c, "NOTHING TO MUTATE THERE:", p->rule->name);
    if (out->len > (size_t)rule_number(p->rule, ACT_WIRE_CUT, ANSWER_MAX + 64))
        out->len = (size_t)rule_number(p->rule, ACT_WIRE_CUT, 0);
    if (r->lost || rule_action(p->rule, ACT_LOSE) != NULL)
        lose_session(c);
    change_session(c);
}

/* A short answer carries 256 bytes; with more, the last status word becomes 61xx and GET
 * RESPONSE fetches on (7816-4 §5.3.4). */
static void portion(struct chip *c, struct view whole, struct buf *out)
{
    const size_t len = whole.len - 2 < SHORT_MAX ? whole.len - 2 : SHORT_MAX;
    const size_t left = whole.len - 2 - len;
    const bool   good = buf_put(out, view_of(whole.ptr, len)).code == OK &&
                      (left == 0 ? buf_put(out, view_of(whole.ptr + len, 2))
                                 : buf_u16(out, (uint16_t)(0x6100 | (left < SHORT_MAX ? left : 0))))
                              .code == OK;

    if (!good)
        chip_note(c, "ANSWER LOST", "");
    c->rest_at += len;
    c->rest_len = left == 0 ? 0 : whole.len - len;
}

/* Cut an answer that is too long for a short command. */
static void cut_to_portions(struct chip *c, const struct passage *p, struct buf *out)
{
    if (p->wire.extended || p->rule != NULL || out->len <= SHORT_MAX + 2)
        return;
    memcpy(c->rest, out->ptr, out->len);
    c->rest_at = 0;
    c->rest_len = out->len;
    out->len = 0;
    portion(c, view_of(c->rest, c->rest_len), out);
}

static void leave(struct chip *c, const struct rule *rule)
{
    const long return_ms = rule_number(rule, ACT_RETURN, -1);

    c->away = true;
    c->back_at_ms = return_ms < 0 ? 0 : now_ms() + (unsigned long long)return_ms;
    chip_note(c, "left the field", "");
    chip_reset(c);
}

static void execute(struct chip *c, const struct passage *p, struct chip_answer *answer)
{
    const struct rule_action *reply = rule_action(p->rule, ACT_REPLY);
    struct buf                plain = BUF(c->result);
    struct chip_reader        r = { 0 };

    if (p->fetches && reply == NULL) {
        portion(c, view_of(c->rest + c->rest_at, c->rest_len), &answer->bytes);
        write_down(c, '<', buf_view(&answer->bytes));
        return;
    }
    c->rest_len = 0;
    if (reply == NULL)
        answer_plain(c, p, &r, &plain);
    else if (buf_put(&plain, view_of(reply->bytes, reply->len)).code != OK)
        chip_note(c, "NO ROOM FOR THE REPLY", "");
    bend_plain(c, p->rule, &plain);
    write_down(c, '<', buf_view(&plain));
    send_back(c, p, &r, &plain, &answer->bytes);
    cut_to_portions(c, p, &answer->bytes);
}

void chip_exchange(struct chip *c, struct view wire, struct chip_answer *answer)
{
    struct passage p;
    long           vanish;

    c->commands++;
    take_apart(c, wire, &p);
    write_down(c, '>', p.plain);
    p.rule = rules_match(&c->folder.rules, p.plain);
    if (p.rule != NULL)
        chip_note(c, "rule", p.rule->name);
    vanish = rule_number(p.rule, ACT_VANISH, -1);
    answer->delay_ms = (unsigned long)rule_number(p.rule, ACT_DELAY, 0);
    answer->wtx = (unsigned long)rule_number(p.rule, ACT_WTX, 0);
    answer->fate = CHIP_ANSWERS;
    if (vanish == VANISH_BEFORE)
        answer->fate = CHIP_LEFT;
    else if (rule_action(p.rule, ACT_SILENCE) != NULL)
        answer->fate = CHIP_SILENT;
    else
        execute(c, &p, answer);
    if (c->mute) {
        c->mute = false;
        answer->bytes.len = 0;
        answer->fate = CHIP_SILENT;
    }
    if (vanish >= 0 || (c->leave_at != 0 && c->commands >= c->leave_at))
        leave(c, p.rule);
}
