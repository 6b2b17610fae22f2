// SPDX-License-Identifier: GPL-2.0-or-later
/* Variants: how many there are, their names, and whose settings hold. */
#define LG_IMPLEMENTATION
#include "error.h"
#include "unit.h"
#include "variant.h"

#include <stdlib.h>
#include <string.h>

#define REUSE "net.ipv4.tcp_tw_reuse"
#define SACK "net.ipv4.tcp_sack"

static const struct lg_case with_rows = {
	.families = LG_IPV4 | LG_IPV6,
	.params = {{"delay", "5 7"}, {"loss", "1"}},
	.inputs = {{"text", "two words"}},
	.sysctls = {{"client", REUSE, "0 1"}, {"*", SACK, "1"}},
	.rows =
		{
			{.name = "plain"},
			{.name = "other", .sysctls = {{"client", REUSE, "2"}}},
		},
	.lasts_ms = 5,
};

static struct lg_variants make(unsigned families, const char *const *vary,
			       size_t n)
{
	struct lg_variants variants;
	ck_assert_int_eq(lg_variants_make(&with_rows, families,
					  (char *const *)vary, n, &variants),
			 0);
	return variants;
}

/* What the host's sysctl is once all settings have been made in their order. */
static const char *holds(const struct lg_variant *variant, const char *host,
			 const char *name)
{
	const char *value = "";
	for (size_t i = 0; i < variant->n_settings; i++) {
		const struct lg_setting *setting = &variant->settings[i];
		if (setting->host && !strcmp(setting->name, name) &&
		    (!strcmp(setting->host, "*") ||
		     !strcmp(setting->host, host)))
			value = setting->value;
	}
	return value;
}

static void all_combinations_are_there(int row)
{
	static const char *const names[] = {
		"ipv4,plain,delay=5,client.tcp_tw_reuse=0",
		"ipv4,plain,delay=5,client.tcp_tw_reuse=1",
		"ipv4,plain,delay=7,client.tcp_tw_reuse=0",
		"ipv4,plain,delay=7,client.tcp_tw_reuse=1",
		"ipv4,other,delay=5,client.tcp_tw_reuse=0",
		"ipv4,other,delay=5,client.tcp_tw_reuse=1",
		"ipv4,other,delay=7,client.tcp_tw_reuse=0",
		"ipv4,other,delay=7,client.tcp_tw_reuse=1",
	};
	(void)row;
	struct lg_variants variants = make(LG_IPV4 | LG_IPV6, NULL, 0);

	ck_assert_uint_eq(variants.n, 16);
	for (size_t i = 0; i < 8; i++) {
		ck_assert_str_eq(variants.list[i].name, names[i]);
		ck_assert_int_eq(variants.list[i].family, AF_INET);
		ck_assert_str_eq(variants.list[8 + i].name + 4, names[i] + 4);
		ck_assert_int_eq(variants.list[8 + i].family, AF_INET6);
	}
	lg_variants_free(&variants);
}

static void row_is_stronger_than_case(int row)
{
	struct lg_variants variants = make(LG_IPV4, NULL, 0);
	const struct lg_variant *variant = &variants.list[row];
	static const char *const values[] = {"0", "1", "0", "1",
					     "2", "2", "2", "2"};

	ck_assert_str_eq(holds(variant, "client", REUSE), values[row]);
	ck_assert_str_eq(holds(variant, "server", REUSE), "");
	ck_assert_str_eq(holds(variant, "server", SACK), "1");
	lg_variants_free(&variants);
}

/* What is asked on the command line holds in every row. */
static void asked_is_stronger_than_all(int row)
{
	static const struct {
		const char *vary[2];
		size_t n;
		const char *client, *server, *sack, *name;
	} rows[] = {
		{{"client.tcp_tw_reuse=3"},
		 1,
		 "3",
		 "",
		 "1",
		 "delay=5,client.tcp_tw_reuse=3"},
		{{"*.tcp_tw_reuse=3"},
		 1,
		 "3",
		 "3",
		 "1",
		 "delay=5,tcp_tw_reuse=3"},
		{{"client.tcp_sack=0"}, 1, NULL, "", "0", NULL},
		{{"client.tcp_tw_reuse=3", "*.net.ipv4.tcp_tw_reuse=4"},
		 2,
		 "4",
		 "4",
		 "1",
		 "delay=5,tcp_tw_reuse=4"},
		{{"*.tcp_tw_reuse=4", "client.tcp_tw_reuse=3"},
		 2,
		 "3",
		 "4",
		 "1",
		 "delay=5,tcp_tw_reuse=4,client.tcp_tw_reuse=3"},
	};
	struct lg_variants variants =
		make(LG_IPV4, rows[row].vary, rows[row].n);

	for (size_t i = 0; i < variants.n; i++) {
		const struct lg_variant *variant = &variants.list[i];
		if (rows[row].client)
			ck_assert_str_eq(holds(variant, "client", REUSE),
					 rows[row].client);
		ck_assert_str_eq(holds(variant, "server", REUSE),
				 rows[row].server);
		ck_assert_str_eq(holds(variant, "client", SACK),
				 rows[row].sack);
	}
	if (rows[row].name)
		ck_assert_str_eq(variants.list[0].name + strlen("ipv4,plain,"),
				 rows[row].name);
	lg_variants_free(&variants);
}

static const char *value_of(const struct lg_variant *variant, const char *name,
			    bool input)
{
	for (size_t i = 0; i < variant->n_settings; i++) {
		const struct lg_setting *setting = &variant->settings[i];
		if (!setting->host && !strcmp(setting->name, name)) {
			ck_assert_int_eq(setting->input, input);
			return setting->value;
		}
	}
	ck_abort_msg("there is no %s", name);
}

/* Blanks are part of an input's value, and it is not in the variant's name
 * unless it was asked for. */
static void parameters_are_varied(int row)
{
	static const struct {
		const char *vary, *delay, *text, *name;
		size_t n;
	} rows[] = {
		{NULL, "5", "two words",
		 "ipv4,plain,delay=5,client.tcp_tw_reuse=0", 8},
		{"delay=9.5ms", "9.5ms", "two words",
		 "ipv4,plain,delay=9.5ms,client.tcp_tw_reuse=0", 4},
		{"text=a b,c", "5", "a b",
		 "ipv4,plain,delay=5,text=a b,client.tcp_tw_reuse=0", 16},
	};
	struct lg_variants variants =
		make(LG_IPV4, &rows[row].vary, rows[row].vary ? 1 : 0);
	const struct lg_variant *first = &variants.list[0];

	ck_assert_uint_eq(variants.n, rows[row].n);
	ck_assert_str_eq(first->name, rows[row].name);
	ck_assert_str_eq(value_of(first, "delay", false), rows[row].delay);
	ck_assert_str_eq(value_of(first, "text", true), rows[row].text);
	lg_variants_free(&variants);
}

static void row_is_stronger_in_time_too(int row)
{
	static const struct lg_case of = {
		.families = LG_IPV4,
		.rows =
			{
				{.name = "short"},
				{.name = "long", .lasts_ms = 7, .bulk = true},
			},
		.lasts_ms = 5,
	};
	struct lg_variants variants;

	ck_assert_int_eq(lg_variants_make(&of, LG_IPV4, NULL, 0, &variants), 0);
	ck_assert_uint_eq(variants.n, 2);
	ck_assert_uint_eq(variants.list[row].lasts_ms, row ? 7 : 5);
	ck_assert_int_eq(variants.list[row].bulk, row);
	lg_variants_free(&variants);
}

static void row_has_families_of_its_own(int row)
{
	static const struct lg_case of = {
		.families = LG_IPV4,
		.rows = {{.name = "its"},
			 {.name = "other", .families = LG_IPV6},
			 {.name = "both", .families = LG_IPV4 | LG_IPV6}},
	};
	static const char *const names[] = {"ipv4,its", "ipv4,both",
					    "ipv6,other", "ipv6,both"};
	struct lg_variants variants;

	ck_assert_int_eq(
		lg_variants_make(&of, LG_IPV4 | LG_IPV6, NULL, 0, &variants),
		0);
	ck_assert_uint_eq(variants.n, 4);
	ck_assert_str_eq(variants.list[row].name, names[row]);
	lg_variants_free(&variants);
}

static void what_has_no_value_is_refused(int row)
{
	static const struct {
		struct lg_case of;
		const char *message;
	} rows[] = {
		{{.sysctls = {{"client", REUSE}}}, "client." REUSE},
		{{.sysctls = {{"*", SACK, "1"}, {"client", REUSE, ""}}},
		 "client." REUSE},
		{{.sysctls = {{"*", SACK, " "}}}, "*." SACK},
		{{.params = {{"delay"}}}, "delay"},
		{{.inputs = {{"text"}}}, "text"},
		{{.rows = {{.name = "plain"},
			   {.name = "other", .sysctls = {{"client", REUSE}}}}},
		 "client." REUSE},
		{{.rows = {{.name = "empty", .sysctls = {{"*", SACK, ""}}}}},
		 "*." SACK},
	};
	char expected[128];
	struct lg_case of = rows[row].of;
	struct lg_variants variants;

	of.families = LG_IPV4;
	snprintf(expected, sizeof(expected), "the case gives no value to %s",
		 rows[row].message);
	ck_assert_int_eq(lg_variants_make(&of, LG_IPV4, NULL, 0, &variants),
			 -EINVAL);
	ck_assert_str_eq(lg_error_text(), expected);
	lg_variants_free(&variants);
}

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"all_combinations_are_there", all_combinations_are_there, 0,
		 0},
		{"row_is_stronger_than_case", row_is_stronger_than_case, 8, 0},
		{"asked_is_stronger_than_all", asked_is_stronger_than_all, 5,
		 0},
		{"parameters_are_varied", parameters_are_varied, 3, 0},
		{"row_is_stronger_in_time_too", row_is_stronger_in_time_too, 2,
		 0},
		{"row_has_families_of_its_own", row_has_families_of_its_own, 4,
		 0},
		{"what_has_no_value_is_refused", what_has_no_value_is_refused,
		 7, 0},
		{0},
	};
	return lg_unit_main(argc, argv, units);
}
