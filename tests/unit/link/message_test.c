/*
 * message_test: every message comes back as it was sent; what a newer one adds is passed
 * over; what is damaged is refused.
 *
 * The literal payloads are RFC 8949's diagnostic notation by hand: docs/link-protocol.md.
 */
#include "base/cbor.h"
#include "expect.h"
#include "link/message.h"

static uint8_t    room[8192];
static struct buf out;

static void fresh(void)
{
    out = BUF(room);
}

static void requests_come_back(void **state)
{
    const struct inspect_request sent = {
        .mrz = TEXT("P<UTO"),
        .can = TEXT("123"),
        .profile = TEXT("gate"),
        .files = true,
        .allow_bac = true,
        .challenge = HEX("0102"),
        .terminal = HEX("7F"),
        .wait_ms = 70000,
    };
    struct inspect_request got;

    (void)state;
    fresh();
    EXPECT_CODE(inspect_request_encode(&sent, &out), OK);
    /* {"mrz": "P<UTO", "can": "123", "profile": "gate", "files": true, "allow_bac": true,
     *  "challenge": h'0102', "terminal": h'7F', "wait_ms": 70000} */
    EXPECT_BYTES(buf_view(&out),
                 HEX("A8 63 6D727A 65 503C55544F 63 63616E 63 313233 67 70726F66696C65 64 67617465"
                     "65 66696C6573 F5 69 616C6C6F775F626163 F5 69 6368616C6C656E6765 42 0102"
                     "68 7465726D696E616C 41 7F 67 776169745F6D73 1A 00011170"));
    EXPECT_CODE(inspect_request_decode(buf_view(&out), &got), OK);
    EXPECT_BYTES(got.mrz, sent.mrz);
    EXPECT_BYTES(got.profile, sent.profile);
    EXPECT_BYTES(got.can, sent.can);
    EXPECT_BYTES(got.challenge, sent.challenge);
    EXPECT_BYTES(got.terminal, sent.terminal);
    EXPECT(got.files && got.allow_bac && got.wait_ms == 70000);
}

static void signing_comes_back(void **state)
{
    const struct sign_event        sent = { .reference = TEXT("UTIS00001"),
                                            .algorithm = HEX("04007F000702020202 03"),
                                            .data = HEX("0102"),
                                            .timeout_ms = 10000 };
    const struct signature_request answer = { .signature = HEX("AABB") };
    struct sign_event              asked;
    struct signature_request       got;

    (void)state;
    fresh();
    EXPECT_CODE(sign_event_encode(&sent, &out), OK);
    /* {"reference": "UTIS00001", "algorithm": h'04007F00070202020203', "data": h'0102',
     *  "timeout_ms": 10000} */
    EXPECT_BYTES(
        buf_view(&out),
        HEX("A4 69 7265666572656E6365 69 555449533030303031 69 616C676F726974686D"
            "4A 04007F00070202020203 64 64617461 42 0102 6A 74696D656F75745F6D73 19 2710"));
    EXPECT_CODE(sign_event_decode(buf_view(&out), &asked), OK);
    EXPECT_BYTES(asked.reference, sent.reference);
    EXPECT_BYTES(asked.algorithm, sent.algorithm);
    EXPECT_BYTES(asked.data, sent.data);
    EXPECT(asked.timeout_ms == 10000);
    fresh();
    EXPECT_CODE(signature_request_encode(&answer, &out), OK);
    EXPECT_CODE(signature_request_decode(buf_view(&out), &got), OK);
    EXPECT_BYTES(got.signature, answer.signature);
}

static void events_come_back(void **state)
{
    const struct file_event sent = {
        .file = TEXT("DG2"), .offset = 4096, .total = 20000, .data = HEX("FFD8FF")
    };
    const struct progress_event moved = {
        .stage = TEXT("data groups"), .file = TEXT("DG2"), .done = 223, .total = 20000
    };
    struct file_event     got;
    struct progress_event at;

    (void)state;
    fresh();
    EXPECT_CODE(file_event_encode(&sent, &out), OK);
    EXPECT_CODE(file_event_decode(buf_view(&out), &got), OK);
    EXPECT_BYTES(got.file, sent.file);
    EXPECT_BYTES(got.data, sent.data);
    EXPECT(got.offset == sent.offset && got.total == sent.total);
    fresh();
    EXPECT_CODE(progress_event_encode(&moved, &out), OK);
    EXPECT_CODE(progress_event_decode(buf_view(&out), &at), OK);
    EXPECT_BYTES(at.stage, moved.stage);
    EXPECT(at.done == 223 && at.total == 20000);
}

static void hello_and_refusal_come_back(void **state)
{
    const struct hello_answer sent = { .firmware = TEXT("0.1.0"),
                                       .profiles = TEXT("desk gate"),
                                       .today = TEXT("2026-11-21") };
    const struct refusal      no = { .error = TEXT("E_UNSUPPORTED"), .text = TEXT("No.") };
    struct hello_answer       got;
    struct hello_request      client;
    struct refusal            heard;

    (void)state;
    fresh();
    EXPECT_CODE(hello_answer_encode(&sent, &out), OK);
    EXPECT_CODE(hello_answer_decode(buf_view(&out), &got), OK);
    EXPECT_BYTES(got.firmware, sent.firmware);
    EXPECT_BYTES(got.today, sent.today);
    EXPECT(got.bundle.len == 0);
    fresh();
    EXPECT_CODE(hello_request_encode(&(struct hello_request){ .client = TEXT("x") }, &out), OK);
    EXPECT_CODE(hello_request_decode(buf_view(&out), &client), OK);
    EXPECT_BYTES(client.client, TEXT("x"));
    fresh();
    EXPECT_CODE(refusal_encode(&no, &out), OK);
    EXPECT_CODE(refusal_decode(buf_view(&out), &heard), OK);
    EXPECT_BYTES(heard.text, no.text);
}

static const struct {
    const char  *name, *payload;
    enum outcome want;
} rows[] = {
    /* clang-format off */
    { "nothing said",                   "A0",                             OK },
    { "an unknown key, any depth",      "A1 63 6E6577 82 01 A1 01 80",    OK },
    { "no map",                         "80",                             E_UNEXPECTED },
    { "a key that is no text",          "A1 01 01",                       E_UNEXPECTED },
    { "a value of another type",        "A1 63 6D727A 01",                E_UNEXPECTED },
    { "a number that does not fit",     "A1 67 776169745F6D73 1B 0000000100000000", E_TOO_LONG },
    { "something behind it",            "A0 00",                          E_TRAILING },
    { "indefinite length",              "BF FF",                          E_UNSUPPORTED },
    { "nested without end",             "A1 63 6E6577 81 81 81 81 81 81 81 81 81 00", E_TOO_LONG },
    { "nothing at all",                 "",                               E_TRUNCATED },
    /* clang-format on */
};

static void forms_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct inspect_request got;

        ROW(rows[i].name);
        EXPECT_CODE(inspect_request_decode(HEX(rows[i].payload), &got), rows[i].want);
    }
}

static void every_prefix_is_refused(void **state)
{
    const struct inspect_request sent = { .mrz = TEXT("P<UTO"), .files = true, .wait_ms = 300 };
    struct inspect_request       got;

    (void)state;
    fresh();
    EXPECT_CODE(inspect_request_encode(&sent, &out), OK);
    for (size_t n = 0; n < out.len; n++) {
        uint8_t *exact = malloc(n ? n : 1);

        memcpy(exact, room, n);
        EXPECT(inspect_request_decode(view_of(exact, n), &got).code != OK);
        free(exact);
    }
}

static void what_does_not_fit_is_not_written(void **state)
{
    const struct file_event e = { .file = TEXT("DG2"), .data = HEX("0102030405060708") };
    uint8_t                 bytes[16];
    struct buf              small = BUF(bytes);

    (void)state;
    EXPECT_CODE(file_event_encode(&e, &small), E_NO_SPACE);
    EXPECT(small.len == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_come_back),
        cmocka_unit_test(events_come_back),
        cmocka_unit_test(signing_comes_back),
        cmocka_unit_test(hello_and_refusal_come_back),
        cmocka_unit_test(forms_hold),
        cmocka_unit_test(every_prefix_is_refused),
        cmocka_unit_test(what_does_not_fit_is_not_written),
    };

    return cmocka_run_group_tests_name("link.message", tests, NULL, NULL);
}
