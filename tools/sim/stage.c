/* stage: see stage.h. */
#include "stage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chip/hextext.h"

/* The hooks of the PN532. */
static void hook_send(void *to, struct view bytes, unsigned long delay_ms, bool late)
{
    struct stage *s = to;

    if (outbox_post(&s->outbox, bytes, outbox_now() + delay_ms, late).code != OK)
        s->done = true;
}

static void hook_cancel(void *to)
{
    struct stage *s = to;

    outbox_cancel(&s->outbox);
}

static void hook_unplug(void *to)
{
    struct stage *s = to;

    if (outbox_post_end(&s->outbox, outbox_now()).code != OK)
        s->done = true;
}

static void hook_log(void *to, const char *what, struct view bytes)
{
    struct stage *s = to;
    char          text[2 * HSU_DATA_MAX + 64];

    if (!s->o.verbose || bytes.len > HSU_DATA_MAX + 16)
        return;
    hextext_write(bytes, text);
    fprintf(stderr, "pn532 %s %s\n", what, text);
}

static struct err read_faults_file(struct stage *s, struct problem *why)
{
    static uint8_t  text[1 << 16];
    struct settings file;
    struct err      e;
    size_t          len;
    FILE           *in = fopen(s->o.faults, "r");

    if (in == NULL)
        return problem_set(why, E_UNEXPECTED, "%s: %s", s->o.faults, strerror(errno));
    len = fread(text, 1, sizeof text, in);
    fclose(in);
    TRY(settings_parse(&file, s->o.faults, view_of(text, len), why));
    e = frontend_read_faults(s->frontend, &file, why);
    if (e.code == OK)
        e = settings_unused(&file, why);
    settings_free(&file);
    return e;
}

static struct err open_frontend(struct stage *s, struct problem *why)
{
    const struct frontend_hooks hooks = { hook_send, hook_cancel, hook_unplug, hook_log, s };

    s->frontend = frontend_new(hooks);
    if (s->frontend == NULL)
        return problem_set(why, E_NO_SPACE, "out of memory");
    for (size_t i = 0; i < s->o.frontend_rule_count; i++)
        TRY(frontend_add_fault(s->frontend, s->o.frontend_rules[i], why));
    for (size_t i = 0; i < s->o.air_rule_count; i++)
        TRY(frontend_add_air_fault(s->frontend, s->o.air_rules[i], why));
    if (s->o.faults != NULL)
        TRY(read_faults_file(s, why));
    return SUCCESS;
}

static struct err open_ways(struct stage *s, struct problem *why)
{
    char *colon;

    if (s->o.pn532 != NULL)
        return line_open(&s->line, s->o.pn532, why);
    s->vicc.host = s->o.vpcd;
    colon = strrchr(s->o.vpcd, ':');
    if (colon == NULL || colon[1] == '\0')
        return problem_set(why, E_MALFORMED, "--vpcd wants HOST:PORT");
    *colon = '\0';
    s->vicc.port = colon + 1;
    return SUCCESS;
}

/* The second document: its rules are its own, and the frontend's are the first one's. */
static struct err put_beside(struct stage *s, struct problem *why)
{
    if (s->o.beside == NULL)
        return SUCCESS;
    s->beside = chip_new(s->o.beside, why);
    CHECK(s->beside != NULL, E_UNEXPECTED);
    TRY(settings_unused(&chip_folder(s->beside)->ini, why));
    chip_lay_down(s->beside);
    frontend_place_beside(s->frontend, s->beside);
    return SUCCESS;
}

struct err stage_open(struct stage *s, const struct stage_options *o, struct problem *why)
{
    memset(s, 0, sizeof *s);
    s->o = *o;
    s->line = (struct line){ .listener = -1, .fd = -1, .keeper = -1 };
    s->vicc.fd = -1;
    if (o->transcript != NULL) {
        s->transcript = fopen(o->transcript, "w");
        if (s->transcript == NULL)
            return problem_set(why, E_UNEXPECTED, "%s: %s", o->transcript, strerror(errno));
    }
    TRY(open_frontend(s, why));
    TRY(put_beside(s, why));
    TRY(stage_put(s, o->document, why));
    if (o->present_after_ms != 0) {
        stage_take(s);
        s->present_at_ms = outbox_now() + o->present_after_ms;
    }
    return open_ways(s, why);
}

void stage_close(struct stage *s)
{
    if (s->frontend != NULL) {
        frontend_place(s->frontend, NULL);
        frontend_place_beside(s->frontend, NULL);
    }
    line_close(&s->line);
    if (s->vicc.fd >= 0)
        vicc_leave(&s->vicc);
    outbox_clear(&s->outbox);
    frontend_free(s->frontend);
    chip_free(s->chip);
    chip_free(s->beside);
    if (s->transcript != NULL)
        fclose(s->transcript);
}

/* Every line of document.ini must mean something to the chip or to the frontend. */
static struct err take_rules(struct stage *s, struct chip *new, struct problem *why)
{
    struct folder *folder = chip_folder(new);

    for (size_t i = 0; i < s->o.rule_count; i++)
        TRY(folder_add_rule(folder, s->o.rules[i], why));
    TRY(frontend_read_faults(s->frontend, &folder->ini, why));
    return settings_unused(&folder->ini, why);
}

struct err stage_put(struct stage *s, const char *path, struct problem *why)
{
    if (path != NULL) {
        struct chip *new = chip_new(path, why);
        struct err e;

        if (new == NULL)
            return err_at(E_UNEXPECTED, 0, WHERE);
        e = take_rules(s, new, why);
        if (e.code != OK) {
            chip_free(new);
            return e;
        }
        stage_take(s);
        chip_free(s->chip);
        s->chip = new;
        chip_transcript(new, s->transcript);
        if (s->transcript != NULL)
            fprintf(s->transcript, "# put %s\n", path);
    }
    s->there = true;
    s->present_at_ms = 0;
    s->vicc.try_at_ms = 0; /* what was laid down is there at once */
    chip_lay_down(s->chip);
    frontend_place(s->frontend, s->chip);
    return SUCCESS;
}

void stage_take(struct stage *s)
{
    if (s->there && s->transcript != NULL) {
        fprintf(s->transcript, "# taken\n");
        fflush(s->transcript);
    }
    s->there = false;
    frontend_place(s->frontend, NULL);
    vicc_leave(&s->vicc);
}

void stage_unplug(struct stage *s)
{
    outbox_clear(&s->outbox);
    line_close(&s->line);
}

struct err stage_plug(struct stage *s, struct problem *why)
{
    if (s->o.pn532 == NULL)
        return problem_set(why, E_UNEXPECTED, "there is no PN532 to plug in");
    stage_unplug(s);
    frontend_power_up(s->frontend);
    return line_open(&s->line, s->o.pn532, why);
}

static struct err take_command(struct stage *s, const char *rest, struct problem *why)
{
    char         *end;
    unsigned long after;

    if (*rest == '\0') {
        stage_take(s);
        return SUCCESS;
    }
    after = strncmp(rest, "after ", 6) == 0 ? strtoul(rest + 6, &end, 10) : 0;
    if (after == 0 || *end != '\0')
        return problem_set(why, E_MALFORMED, "take, or take after N");
    chip_leave_after(s->chip, after);
    return SUCCESS;
}

void stage_obey(struct stage *s, char *text)
{
    struct problem why = { "no such command: take [after N], put [DIR], unplug, plug, quit" };
    const size_t   verb = strcspn(text, " ");
    const char    *rest = text + verb + strspn(text + verb, " ");
    struct err     e = err_at(E_UNEXPECTED, 0, WHERE);

    text[verb] = '\0';
    if (strcmp(text, "take") == 0)
        e = take_command(s, rest, &why);
    else if (strcmp(text, "put") == 0)
        e = stage_put(s, *rest != '\0' ? rest : NULL, &why);
    else if (strcmp(text, "plug") == 0)
        e = stage_plug(s, &why);
    else if (strcmp(text, "unplug") == 0 || strcmp(text, "quit") == 0)
        e = SUCCESS;
    if (strcmp(text, "unplug") == 0)
        stage_unplug(s);
    if (strcmp(text, "quit") == 0)
        s->done = true;
    if (e.code == OK)
        printf("ok\n");
    else
        printf("error: %s\n", why.text);
    fflush(stdout);
}
