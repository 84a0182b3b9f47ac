/* documents: the synthetic documents that tests/documents makes, each with its bundle. */
#ifndef TESTS_DOCUMENTS_H
#define TESTS_DOCUMENTS_H

#include "expect.h"
#include "scene.h"

/* VERSO_DOCUMENTS: their folder, from CMake.  They are made for 2026-10-01. */
static const char *const documents[] = { "utopia", "ecdsa-bp256", "td1", "td2", "rsa-pkcs1" };

__attribute__((unused)) static struct scene *document_open_at(const char *name, struct date today)
{
    char folder[512], bundle[512];

    snprintf(folder, sizeof folder, "%s/%s", VERSO_DOCUMENTS, name);
    snprintf(bundle, sizeof bundle, "%s/%s.bundle", VERSO_DOCUMENTS, name);
    return scene_open(folder, bundle, VERSO_DOCUMENTS "/operator.key.pub", today);
}

__attribute__((unused)) static struct scene *document_open(const char *name)
{
    return document_open_at(name, (struct date){ 2026, 10, 2 });
}

#endif
