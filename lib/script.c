// SPDX-License-Identifier: GPL-2.0-or-later
#define LG_IMPLEMENTATION
#include "script.h"

#include "error.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\n"
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static_assert(LENGTH(((struct lg_verb *)0)->operands) ==
		      LENGTH(((struct lg_script_step *)0)->values),
	      "a value for each operand");

/* Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014). */
uint64_t lg_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* ---- operands ---------------------------------------------------------- */

static bool is_there(const struct lg_operand *operand)
{
	return operand->words || operand->most;
}

/* The n-th word; its length is 0 behind the last. */
static const char *find_word(const char *words, unsigned n, size_t *length)
{
	words += strspn(words, BLANKS);
	while (n--) {
		words += strcspn(words, BLANKS);
		words += strspn(words, BLANKS);
	}
	*length = strcspn(words, BLANKS);
	return words;
}

static unsigned count_words(const char *words)
{
	size_t length;
	unsigned n = 0;
	while (find_word(words, n, &length), length)
		n++;
	return n;
}

static unsigned choose(const struct lg_operand *operand, uint64_t *seed)
{
	if (operand->words)
		return (unsigned)(lg_random(seed) %
				  count_words(operand->words));

	uint64_t span = (uint64_t)operand->most - operand->least;
	unsigned powers = 1;
	while (span >> powers)
		powers++;
	span >>= lg_random(seed) % powers;
	return operand->least + (unsigned)(lg_random(seed) % (span + 1));
}

static void print_value(FILE *out, const struct lg_operand *operand,
			unsigned value)
{
	size_t length;
	if (!operand->words) {
		fprintf(out, " %u", value);
		return;
	}
	const char *word = find_word(operand->words, value, &length);
	fprintf(out, " %.*s", (int)length, word);
}

static int parse_value(const struct lg_operand *operand, const char *text,
		       unsigned *value)
{
	if (!operand->words) {
		char *end;
		unsigned long number = strtoul(text, &end, 10);
		if (*end || *text == '-' || number < operand->least ||
		    number > operand->most)
			return lg_error(EINVAL, "%s is no number from %u to %u",
					text, operand->least, operand->most);
		*value = (unsigned)number;
		return 0;
	}

	size_t length;
	const char *word;
	for (*value = 0;
	     word = find_word(operand->words, *value, &length), length;
	     ++*value) {
		if (strlen(text) == length && !strncmp(text, word, length))
			return 0;
	}
	return lg_error(EINVAL, "%s is none of: %s", text, operand->words);
}

/* ---- making ------------------------------------------------------------ */

static const struct lg_verb *choose_verb(const struct lg_verb *verbs,
					 uint64_t *seed)
{
	unsigned weights = verbs->weight;
	for (const struct lg_verb *verb = verbs + 1; verb->name; verb++)
		weights += verb->weight;

	uint64_t at = lg_random(seed) % weights;
	while (at >= verbs->weight)
		at -= verbs++->weight;
	return verbs;
}

void lg_script_add(struct lg_script *script, const struct lg_verb *verbs,
		   size_t n, uint64_t seed)
{
	for (; n && script->n < LG_STEPS_MAX; n--) {
		struct lg_script_step *step = &script->steps[script->n++];
		*step = (struct lg_script_step){
			.verb = choose_verb(verbs, &seed)};
		for (size_t i = 0; i < LENGTH(step->values) &&
				   is_there(&step->verb->operands[i]);
		     i++)
			step->values[i] =
				choose(&step->verb->operands[i], &seed);
	}
}

/* ---- text -------------------------------------------------------------- */

char *lg_script_print(const struct lg_script *script)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;

	for (size_t i = 0; i < script->n; i++) {
		const struct lg_script_step *step = &script->steps[i];
		const struct lg_operand *operands = step->verb->operands;
		fprintf(out, "%s%s", i ? "; " : "", step->verb->name);
		for (size_t j = 0;
		     j < LENGTH(step->values) && is_there(&operands[j]); j++)
			print_value(out, &operands[j], step->values[j]);
	}
	fclose(out);
	return text;
}

static int parse_step(struct lg_script_step *step, const struct lg_verb *verbs,
		      char *text)
{
	char *rest, *name = strtok_r(text, BLANKS, &rest);
	const struct lg_verb *verb = verbs;
	while (verb->name && strcmp(verb->name, name))
		verb++;
	if (!verb->name)
		return lg_error(EINVAL, "there is no verb \"%s\"", name);

	*step = (struct lg_script_step){.verb = verb};
	for (size_t i = 0;
	     i < LENGTH(step->values) && is_there(&verb->operands[i]); i++) {
		char *word = strtok_r(NULL, BLANKS, &rest);
		int result = word ? parse_value(&verb->operands[i], word,
						&step->values[i])
				  : lg_error(EINVAL, "too little is said");
		if (result)
			return lg_error_in(result, "%s", name);
	}
	char *more = strtok_r(NULL, BLANKS, &rest);
	if (more)
		return lg_error(EINVAL, "%s: \"%s\" is too much", name, more);
	return 0;
}

int lg_script_parse(struct lg_script *script, const struct lg_verb *verbs,
		    const char *text)
{
	char *copy = strdup(text), *rest = NULL;
	int result = copy ? 0 : lg_error(ENOMEM, "script");

	for (char *part = copy ? strtok_r(copy, ";", &rest) : NULL;
	     part && !result; part = strtok_r(NULL, ";", &rest)) {
		if (!part[strspn(part, BLANKS)])
			continue;
		if (script->n == LG_STEPS_MAX)
			result = lg_error(EINVAL, "there are more than %d",
					  LG_STEPS_MAX);
		else
			result = parse_step(&script->steps[script->n], verbs,
					    part);
		if (result)
			lg_error_in(result, "step %zu of the script",
				    script->n + 1);
		else
			script->n++;
	}
	free(copy);
	return result;
}

/* ---- making it shorter ------------------------------------------------- */

/* Beyond so many tries there is little to win. */
#define TRIES 300

struct shrinking {
	struct lg_script *script;
	lg_script_fails *fails;
	void *argument;
	unsigned tries;
};

/* Takes the other script if that fails as well. */
static bool try(struct shrinking *shrinking, const struct lg_script *other)
{
	if (shrinking->tries++ >= TRIES ||
	    !shrinking->fails(other, shrinking->argument))
		return false;
	*shrinking->script = *other;
	return true;
}

static bool leave_out(struct shrinking *shrinking, size_t from, size_t n)
{
	struct lg_script other = *shrinking->script;
	other.n -= n;
	memmove(other.steps + from, other.steps + from + n,
		(other.n - from) * sizeof(*other.steps));
	return try(shrinking, &other);
}

/* Half of it at a time, then a quarter, and so on: what matters is a small part
 * of it as a rule.  Whether any step could be left out. */
static bool leave_out_steps(struct shrinking *shrinking)
{
	const struct lg_script *script = shrinking->script;
	size_t before = script->n;

	for (size_t size = before; size; size /= 2) {
		for (size_t from = 0; from + size <= script->n;) {
			if (!leave_out(shrinking, from, size))
				from += size;
		}
	}
	return script->n < before;
}

static bool lower(struct shrinking *shrinking, unsigned *value, unsigned to)
{
	struct lg_script other = *shrinking->script;
	size_t offset = (size_t)((char *)value - (char *)shrinking->script);
	*(unsigned *)((char *)&other + offset) = to;
	return try(shrinking, &other);
}

/* To the least that fails, if less fails as well wherever more does. */
static bool lower_number(struct shrinking *shrinking, unsigned *value,
			 unsigned least)
{
	unsigned before = *value;
	if (*value > least && lower(shrinking, value, least))
		return true;
	/* `least` is known not to fail, and *value to fail. */
	while (*value - least > 1) {
		unsigned middle = least + (*value - least) / 2;
		if (!lower(shrinking, value, middle))
			least = middle;
	}
	return *value < before;
}

static bool lower_numbers(struct shrinking *shrinking)
{
	bool lowered = false;
	for (size_t i = 0; i < shrinking->script->n; i++) {
		struct lg_script_step *step = &shrinking->script->steps[i];
		for (size_t j = 0; j < LENGTH(step->values); j++) {
			const struct lg_operand *is = &step->verb->operands[j];
			if (is_there(is) && !is->words)
				lowered |= lower_number(
					shrinking, &step->values[j], is->least);
		}
	}
	return lowered;
}

void lg_script_shrink(struct lg_script *script, lg_script_fails *fails,
		      void *argument)
{
	struct shrinking shrinking = {script, fails, argument, 0};

	do {
		while (leave_out_steps(&shrinking))
			;
	} while (lower_numbers(&shrinking));
}
