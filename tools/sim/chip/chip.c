/* chip: see chip.h. */
#include "chip/chip.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/rand.h>

#include "chip/hextext.h"
#include "chip_files.h"

enum {
    INS_EXTERNAL_AUTHENTICATE = 0x82,
    INS_GET_CHALLENGE = 0x84,
    INS_SELECT = 0xA4,
    INS_READ_BINARY = 0xB0,
    INS_READ_BINARY_ODD = 0xB1,
};

struct chip {
    struct folder        folder;
    struct chip_files    files;
    struct tunnel        tunnel;
    struct bac_chip_draw draw;
    bool                 challenged; /* draw.rnd_ic waits for its answer */
    bool                 inside;     /* access gained */
    bool                 away;
    unsigned long long   back_at_ms; /* while away; 0: not by itself */
    unsigned long        commands, leave_at;
    chip_random         *random;
    FILE                *transcript;
    uint8_t              plain[COMMAND_MAX], result[ANSWER_MAX + 64];
};

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
    chip_reset(c);
    return c;
}

void chip_free(struct chip *c)
{
    if (c == NULL)
        return;
    folder_free(&c->folder);
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

static void note(const struct chip *c, const char *what, const char *detail)
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

static void lose_session(struct chip *c)
{
    tunnel_close(&c->tunnel);
    c->inside = !c->folder.bac;
    c->challenged = false;
    if (!c->inside && c->files.place == PLACE_LDS)
        c->files.current = NULL;
}

void chip_reset(struct chip *c)
{
    c->files = (struct chip_files){ PLACE_MF, NULL };
    lose_session(c);
    note(c, "reset", "");
}

bool chip_present(struct chip *c)
{
    if (c->away && c->back_at_ms != 0 && now_ms() >= c->back_at_ms) {
        c->away = false;
        note(c, "back", "");
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

static uint16_t get_challenge(struct chip *c, const struct command *cmd, struct buf *out)
{
    if (!c->folder.bac)
        return 0x6D00;
    if (cmd->data.len != 0 || !cmd->wants || (cmd->le != BAC_CHIP_NONCE && cmd->le < 256))
        return 0x6700;
    c->random(c->draw.rnd_ic, BAC_CHIP_NONCE);
    c->challenged = true;
    return buf_put(out, VIEW(c->draw.rnd_ic)).code == OK ? 0x9000 : 0x6700;
}

static uint16_t external_authenticate(struct chip *c, const struct command *cmd, struct buf *out)
{
    struct bac_chip_session session;
    struct err              e;

    if (!c->folder.bac)
        return 0x6D00;
    if (!c->challenged)
        return 0x6985;
    c->challenged = false; /* a challenge is good for one answer */
    c->random(c->draw.k_ic, BAC_CHIP_SECRET);
    e = bac_chip_meet(&c->folder.keys, &c->draw, cmd->data, &session, out);
    if (e.code == E_REFUSED && e.sw == 0x6300)
        return (uint16_t)c->folder.traits.sw_bac;
    if (e.code != OK || tunnel_open(&c->tunnel, VIEW(session.seed), session.ssc).code != OK)
        return e.code == E_REFUSED ? e.sw : 0x6F00;
    wipe(&session, sizeof session);
    c->inside = true;
    return 0x9000;
}

static uint16_t obey(struct chip *c, struct view plain, struct chip_reader *r, struct buf *out)
{
    struct command cmd;

    if (command_split(plain, &cmd).code != OK)
        return 0x6700;
    if (cmd.cla != 0x00)
        return (cmd.cla & 0x1C) == 0x0C ? (uint16_t)c->folder.traits.sw_no_session : 0x6E00;
    switch (cmd.ins) {
    case INS_SELECT:
        return chip_files_select(&c->files, r, &cmd, out);
    case INS_READ_BINARY:
        return chip_files_read(&c->files, r, &cmd, out);
    case INS_READ_BINARY_ODD:
        return chip_files_read_odd(&c->files, r, &cmd, out);
    case INS_GET_CHALLENGE:
        return get_challenge(c, &cmd, out);
    case INS_EXTERNAL_AUTHENTICATE:
        return external_authenticate(c, &cmd, out);
    default:
        return 0x6D00;
    }
}

/* One command on its way through the chip. */
struct passage {
    struct command     wire;
    struct view        plain;    /* what it asks, unwrapped */
    bool               shielded; /* it came through the tunnel */
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
    if (!c->tunnel.open)
        return;
    if ((p->wire.cla & 0x0C) != 0x0C) {
        note(c, "plain command, session gone", "");
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
    const size_t room = p->wire.extended ? 65536 : 256;
    uint16_t     sw = p->refused;

    *r = (struct chip_reader){ &c->folder, c->inside, room, false };
    if (p->shielded)
        r->payload = tunnel_payload(room);
    if (sw == 0 && p->wire.extended && !c->folder.traits.extended)
        sw = 0x6700;
    if (sw == 0)
        sw = obey(c, p->plain, r, out);
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
        note(c, "NOTHING TO MUTATE THERE:", rule->name);
    if (out->len > keep)
        out->len = keep;
    if (more != NULL && buf_put(out, view_of(more->bytes, more->len)).code != OK)
        note(c, "NO ROOM TO APPEND:", rule->name);
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

/* Through the tunnel it goes back, unless the chip or a rule is one that does otherwise. */
static void send_back(struct chip *c, const struct passage *p, const struct chip_reader *r,
                      struct buf *plain, struct buf *out)
{
    const unsigned sw1 = plain->len >= 2 ? plain->ptr[plain->len - 2] : 0;
    const bool     good = sw1 == 0x90 || (sw1 >= 0x61 && sw1 <= 0x63);
    const bool bare = rule_number(p->rule, ACT_SM, -1) == SM_PLAIN || plain->len < 2 || r->lost ||
                      (!good && c->folder.traits.plain_errors);
    struct err e;

    if (p->shielded && c->tunnel.open && !bare)
        e = tunnel_wrap(&c->tunnel, p->plain.len > 1 && p->plain.ptr[1] % 2 != 0, buf_view(plain),
                        bends_of(p->rule), out);
    else
        e = buf_put(out, buf_view(plain));
    if (e.code != OK)
        note(c, "ANSWER LOST:", outcome_name(e.code));
    if (p->rule != NULL && !rule_xor(p->rule, ACT_WIRE, out))
        note(c, "NOTHING TO MUTATE THERE:", p->rule->name);
    if (out->len > (size_t)rule_number(p->rule, ACT_WIRE_CUT, ANSWER_MAX + 64))
        out->len = (size_t)rule_number(p->rule, ACT_WIRE_CUT, 0);
    if (r->lost || rule_action(p->rule, ACT_LOSE) != NULL)
        lose_session(c);
}

static void leave(struct chip *c, const struct rule *rule)
{
    const long return_ms = rule_number(rule, ACT_RETURN, -1);

    c->away = true;
    c->back_at_ms = return_ms < 0 ? 0 : now_ms() + (unsigned long long)return_ms;
    note(c, "left the field", "");
    chip_reset(c);
}

static void execute(struct chip *c, const struct passage *p, struct chip_answer *answer)
{
    const struct rule_action *reply = rule_action(p->rule, ACT_REPLY);
    struct buf                plain = BUF(c->result);
    struct chip_reader        r = { 0 };

    if (reply == NULL)
        answer_plain(c, p, &r, &plain);
    else if (buf_put(&plain, view_of(reply->bytes, reply->len)).code != OK)
        note(c, "NO ROOM FOR THE REPLY", "");
    bend_plain(c, p->rule, &plain);
    write_down(c, '<', buf_view(&plain));
    send_back(c, p, &r, &plain, &answer->bytes);
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
        note(c, "rule", p.rule->name);
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
    if (vanish >= 0 || (c->leave_at != 0 && c->commands >= c->leave_at))
        leave(c, p.rule);
}
