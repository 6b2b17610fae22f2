// SPDX-License-Identifier: GPL-2.0-or-later
#include "claim_list.h"

#include "error.h"
#include "path.h"
#include "text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

char *lg_claim_list_path(const char *given)
{
	const char *path = given ? given : getenv("LINGER_CLAIMS");
	if (path && *path)
		return lg_text("%s", path);
	char *beside = lg_path_beside("cases/claims.json");
	if (!access(beside, F_OK))
		return beside;
	free(beside);
	return access(LG_DATADIR "/claims.json", F_OK)
		       ? NULL
		       : lg_text(LG_DATADIR "/claims.json");
}

static int refuse(const char *path, size_t place, const char *reason)
{
	lg_error(0, "%s: claim at place %zu: %s", path, place + 1, reason);
	return -EINVAL;
}

static bool has_strings_only(const json_t *array)
{
	size_t i;
	json_t *element;
	json_array_foreach(array, i, element)
	{
		if (!json_is_string(element))
			return false;
	}
	return json_is_array(array);
}

static int read_claim(struct lg_claim_list *claims, const json_t *object,
		      struct lg_claim *claim)
{
	json_error_t error;
	json_int_t number;

	if (json_unpack_ex((json_t *)object, &error, 0,
			   "{s:I, s:s, s:o, s:s, s?s, s?o}", "number", &number,
			   "claim", &claim->text, "said_by", &claim->said_by,
			   "true_if", &claim->true_if, "question",
			   &claim->question, "answer", &claim->answer))
		return refuse(claims->path, claims->n, error.text);
	if (number < 1 || number > INT32_MAX)
		return refuse(claims->path, claims->n,
			      "its number is not a positive one");
	if (!has_strings_only(claim->said_by))
		return refuse(claims->path, claims->n,
			      "\"said_by\" is not an array of strings");
	if (claim->answer && !has_strings_only(claim->answer))
		return refuse(claims->path, claims->n,
			      "\"answer\" is not an array of strings");
	if (!claim->question != !claim->answer)
		return refuse(claims->path, claims->n,
			      "it has one of \"question\" and \"answer\"");
	claim->number = (long)number;
	return 0;
}

static int add_claim(struct lg_claim_list *claims, const json_t *object)
{
	struct lg_claim claim = {0};
	int result = read_claim(claims, object, &claim);
	if (result)
		return result;

	const struct lg_claim *former =
		lg_claim_list_find(claims, claim.number);
	if (former) {
		lg_error(0,
			 "%s: claim %ld is there twice, at places %zu and %zu",
			 claims->path, claim.number,
			 (size_t)(former - claims->list) + 1, claims->n + 1);
		return -EINVAL;
	}
	claims->list[claims->n++] = claim;
	return 0;
}

static int load(struct lg_claim_list *claims, const char *path)
{
	json_error_t error;
	FILE *file = fopen(path, "re");
	if (!file)
		return lg_error(errno, "cannot read claims %s", path);

	claims->root = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
	fclose(file);
	if (!claims->root) {
		lg_error(0, "%s:%d:%d: this is no JSON: %s", path, error.line,
			 error.column, error.text);
		return -EINVAL;
	}
	if (!json_is_array(claims->root)) {
		lg_error(0, "%s: this is no list of claims", path);
		return -EINVAL;
	}
	return 0;
}

int lg_claim_list_read(struct lg_claim_list *claims, const char *path)
{
	*claims = (struct lg_claim_list){.path = lg_text("%s", path)};
	int result = load(claims, path);
	size_t i;
	json_t *object;

	claims->list =
		lg_room(json_array_size(claims->root), sizeof(*claims->list));
	json_array_foreach(claims->root, i, object)
	{
		if (!result)
			result = add_claim(claims, object);
	}
	if (result)
		lg_claim_list_free(claims);
	return result;
}

const struct lg_claim *lg_claim_list_find(const struct lg_claim_list *claims,
					  long number)
{
	for (size_t i = 0; i < claims->n; i++) {
		if (claims->list[i].number == number)
			return &claims->list[i];
	}
	return NULL;
}

void lg_claim_list_free(struct lg_claim_list *claims)
{
	free(claims->path);
	free(claims->list);
	json_decref(claims->root);
	*claims = (struct lg_claim_list){0};
}
