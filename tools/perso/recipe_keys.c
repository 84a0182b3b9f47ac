/* recipe_keys: every key a recipe may set, its default, and what it means. */
#include "recipe.h"

/* clang-format off */
const struct recipe_key recipe_keys[] = {
    { "base",               "",                     "recipe to begin with; path from this file's folder" },
    { "title",              "",                     "what the document is for, in a sentence" },
    { "expected",           "",                     "what a test runner shall see" },
    { "patch",              "",                     "FILE STAGE PATH CHANGE; may be given many times" },

    { "person.surname",     "ERIKSSON",             "primary identifier, upper case" },
    { "person.given",       "ANNA MARIA",           "secondary identifier" },
    { "person.sex",         "F",                    "F, M or X" },
    { "person.birth",       "1974-08-12",           "date of birth; XX for an unknown day or month, XXXX year" },
    { "person.nationality", "UTO",                  "three letters, or D" },
    { "person.place",       "ZENITH, UTOPIA",       "place of birth, for DG11" },
    { "person.number",      "7408122010",           "personal number, for DG11" },
    { "person.seed",        "1",                    "which face the tool draws" },

    { "mrz.type",           "td3",                  "td1, td2 or td3" },
    { "mrz.code",           "auto",                 "document code; auto: P for td3, I otherwise" },
    { "mrz.issuer",         "UTO",                  "issuing state or organisation" },
    { "mrz.number",         "L898902C3",            "document number" },
    { "mrz.optional",       "ZE184226B",            "optional data (second part of a td1: mrz.optional2)" },
    { "mrz.optional2",      "",                     "td1: optional data of line 2" },
    { "mrz.line1",          "",                     "DG1 says this instead; the printed page stays" },
    { "mrz.line2",          "",                     "DG1 says this instead" },
    { "mrz.line3",          "",                     "DG1 says this instead" },

    { "dates.issued",       "+0d",                  "DATE of issue, for DG12" },
    { "dates.expires",      "+10y-1d",              "DATE of expiry" },

    { "lds.version",        "1.7",                  "1.7, or 1.8 (version also in EF.SOD)" },
    { "lds.groups",         "1 2 11 12 14",         "data groups made; 3 is an empty one, 15 comes with aa.key" },
    { "lds.com",            "yes",                  "EF.COM is there" },
    { "lds.dir",            "yes",                  "EF.DIR is there, its signed copy in DG14" },
    { "dg.digest",          "sha256",               "hash of the data groups" },
    { "dg.params",          "null",                 "digest AlgorithmIdentifiers: null or absent parameters" },

    { "csca.key",           "rsa-3072",             "KEY of the country's CA" },
    { "csca.sign",          "auto",                 "SIGNATURE on csca.cer" },
    { "csca.params",        "explicit",             "EC parameters: explicit (as Doc 9303-12 wants) or named" },
    { "csca.country",       "UT",                   "countryName in csca.cer, ds.cer and the CRL" },
    { "csca.state",         "auto",                 "SAN's and IAN's locality; auto: mrz.issuer" },
    { "csca.name",          "CSCA Utopia",          "commonName" },
    { "csca.serial",        "auto",                 "hex" },
    { "csca.from",          "-2y",                  "DATE: notBefore" },
    { "csca.to",            "+14y",                 "DATE: notAfter" },
    { "csca.publish",       "yes",                  "csca.cer and csca.crl lie in the document folder" },
    { "csca.link",          "none",                 "KEY of an older CSCA: csca-old.cer and csca-link.cer are made" },
    { "csca.link_name",     "same",                 "commonName of the older CSCA" },

    { "ds.key",             "rsa-2048",             "KEY of the document signer" },
    { "ds.sign",            "auto",                 "SIGNATURE on ds.cer, by the CSCA" },
    { "ds.params",          "explicit",             "EC parameters: explicit or named" },
    { "ds.country",         "same",                 "countryName of the subject" },
    { "ds.name",            "Document Signer Utopia 1", "commonName" },
    { "ds.serial",          "auto",                 "hex" },
    { "ds.from",            "-30d",                 "DATE: notBefore" },
    { "ds.to",              "+10y+3m",              "DATE: notAfter" },
    { "ds.use_to",          "+60d",                 "DATE: end of the private key's use" },
    { "ds.types",           "auto",                 "documentTypeList; auto: the MRZ's first letter" },
    { "ds.extensions",      "aki ski usage period san ian crldp types", "which extensions, in this order" },

    { "sod.sign",           "auto",                 "SIGNATURE of the document signer on EF.SOD" },
    { "sod.digest",         "auto",                 "messageDigest's hash; auto: the signature's" },
    { "sod.sid",            "issuer",               "signer named by issuer (and serial) or ski" },
    { "sod.embed",          "yes",                  "ds.cer lies in EF.SOD; chain: csca.cer too" },
    { "sod.time",           "no",                   "signingTime attribute" },
    { "sod.order",          "der",                  "signed attributes: der or reversed" },
    { "sod.type",           "2.23.136.1.1.1",       "eContentType" },

    { "crl.make",           "yes",                  "csca.crl is made" },
    { "crl.sign",           "auto",                 "SIGNATURE on csca.crl" },
    { "crl.revoked",        "",                     "serials in hex, or ds for this document's own signer" },
    { "crl.from",           "-10d",                 "DATE: thisUpdate" },
    { "crl.to",             "+80d",                 "DATE: nextUpdate" },

    { "aa.key",             "none",                 "KEY for active authentication: aa.key, DG15" },
    { "aa.digest",          "sha256",               "its hash; for EC keys named in DG14" },
    { "ca.key",             "none",                 "KEY for chip authentication (ec:...): ca.key, DG14" },
    { "ca.cipher",          "3des",                 "3des, aes128, aes192 or aes256" },
    { "ca.id",              "none",                 "key identifier, a number" },
};
/* clang-format on */
const size_t recipe_key_count = sizeof recipe_keys / sizeof *recipe_keys;
