// SPDX-License-Identifier: GPL-2.0-or-later
#include "../../lib/error.h"
#include "../../lib/test/unit.h"
#include "../baseline.h"
#include "../json.h"
#include "../text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD                                                                   \
	"{\"schema\":1,\"kind\":\"baseline\",\"kernel\":{\"name\":\"uml-6."    \
	"1\","                                                                 \
	"\"release\":\"6.1.1\",\"guest\":\"uml\",\"time\":\"virtual\"},"
#define VARIANT(members)                                                       \
	HEAD "\"cases\":{\"a/b\":{\"variants\":{\"ipv4\":{" members "}}}}}"

static char folder[] = "/tmp/test_baseline-XXXXXX";

static char *file(const char *name)
{
	return lg_text("%s/%s", folder, name);
}

static void put(const char *path, const char *text)
{
	FILE *to = fopen(path, "we");
	fputs(text, to);
	fclose(to);
}

static char *get(const char *path)
{
	char *text = lg_room(1, 65536);
	FILE *from = fopen(path, "re");
	ck_assert_ptr_nonnull(from);
	size_t size = fread(text, 1, 65535, from);
	text[size] = '\0';
	fclose(from);
	return text;
}

static json_t *parse(const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
	ck_assert_ptr_nonnull(value);
	return value;
}

/* ---- what is refused --------------------------------------------------- */

static const struct {
	const char *text, *message;
} refused[] = {
	{"", ":1:0: this is no JSON: '[' or '{' expected near end of file"},
	{"{\"schema\":1,\n\"kind\":", ":2:7: this is no JSON: unexpected token "
				      "near end of file"},
	{"{\"schema\":1}",
	 ": this is no baseline: \"kind\" is not \"baseline\""},
	{"[1]", ": this is no baseline: \"kind\" is not \"baseline\""},
	{"{\"kind\":\"baseline\"}", ": \"schema\" is not an integer"},
	{"{\"kind\":\"baseline\",\"schema\":2}",
	 ": this is of schema 2, and linger reads schema 1: have it written "
	 "anew"},
	{"{\"kind\":\"baseline\",\"schema\":1}", ": \"kernel\" is missing"},
	{"{\"kind\":\"baseline\",\"schema\":1,\"kernel\":{},\"cases\":{}}",
	 ": in \"kernel\": \"name\" is missing"},
	{HEAD "\"cases\":{\"a/b\":3}}",
	 ": \"cases\" is not an object of objects"},
	{HEAD "\"cases\":{\"a/b\":{}}}",
	 ": in case a/b: \"variants\" is missing"},
	{HEAD "\"cases\":{\"a/b\":{\"claims\":[\"1\"],\"variants\":{}}}}",
	 ": in case a/b: \"claims\" is not an array of integers"},
	{VARIANT("\"reason\":\"\""), ": in a/b:ipv4: \"verdict\" is missing"},
	{VARIANT("\"reason\":\"\",\"verdict\":\"maybe\""),
	 ": in a/b:ipv4: there is no verdict 'maybe'"},
	{VARIANT("\"reason\":\"\",\"verdict\":\"pass\",\"trace\":\"S\""),
	 ": in a/b:ipv4: \"trace\" is not an array of strings"},
	{VARIANT("\"reason\":\"\",\"verdict\":\"pass\","
		 "\"counters\":{\"client\":{\"TW\":\"1\"}}"),
	 ": in a/b:ipv4: \"counters\" is not an object of objects"},
	{VARIANT("\"reason\":\"\",\"reason\":\"\",\"verdict\":\"pass\""),
	 ":1:163: this is no JSON: duplicate object key near '\"reason\"'"},
};

static void refuses(int row)
{
	struct lg_baseline *baseline;
	char *path = file("refused.json");

	put(path, refused[row].text);
	ck_assert_int_eq(lg_baseline_read(&baseline, path), -EINVAL);
	ck_assert_int_eq(strncmp(lg_error_text(), path, strlen(path)), 0);
	ck_assert_str_eq(lg_error_text() + strlen(path), refused[row].message);
	free(path);
}

static void names_a_missing_file(int row)
{
	(void)row;
	struct lg_baseline *baseline;
	char *path = file("nowhere.json");
	char *message = lg_text("cannot read baseline %s: "
				"No such file or directory",
				path);

	ck_assert_int_eq(lg_baseline_read(&baseline, path), -ENOENT);
	ck_assert_str_eq(lg_error_text(), message);
	free(message);
	free(path);
}

/* ---- what is taken in -------------------------------------------------- */

static json_t *events(const char *time, const char *between)
{
	char *text = lg_text(
		"[{\"event\":\"start\",\"case\":\"a/b\",\"variant\":\"ipv4\","
		"\"kernel_name\":\"host\",\"guest\":\"host\",\"kernel\":"
		"\"6.18.4-x\",\"time\":\"%s\"},%s{\"event\":\"verdict\","
		"\"verdict\":\"pass\",\"reason\":\"\",\"file\":\"f\",\"line\":"
		"1,"
		"\"duration_ms\":7}]",
		time, between);
	json_t *list = parse(text);
	free(text);
	return list;
}

#define TRACE(lines)                                                           \
	"{\"event\":\"trace\",\"hosts\":[\"a\",\"b\"],\"lines\":[" lines       \
	"],\"times_ms\":[0],\"states\":[[1,\"a\",0,\"CLOSED\"]]},"

static const struct {
	const char *time, *between, *becomes;
} taken[] = {
	{"virtual", "", "'duration_ms':7"},
	{"real", "", ""},
	{"virtual",
	 "{\"event\":\"observe\",\"name\":\"n\",\"value\":\"2\"},"
	 "{\"event\":\"observe\",\"name\":\"n\",\"value\":\"1\"},",
	 "'duration_ms':7,'observations':{'n':['2','1']}"},
	{"real",
	 "{\"event\":\"fact\",\"fact\":\"f\",\"holds\":true},"
	 "{\"event\":\"claim\",\"claim\":12,\"holds\":false},"
	 "{\"event\":\"note\",\"text\":\"t\"},"
	 "{\"event\":\"who knows\"},",
	 "'claims':{'12':false},'facts':{'f':true},'notes':['t']"},
	{"virtual",
	 "{\"event\":\"plot\",\"plot\":\"y by x\",\"x\":1,\"y\":2},"
	 "{\"event\":\"plot\",\"plot\":\"y by x\",\"x\":3,\"y\":4},",
	 "'duration_ms':7,'plots':{'y by x':[[1,2],[3,4]]}"},
	{"virtual",
	 "{\"event\":\"counters\",\"host\":\"a\",\"moved\":{\"InSegs\":3}},"
	 "{\"event\":\"counters\",\"host\":\"b\",\"moved\":{}},",
	 "'counters':{'a':{'InSegs':3}},'duration_ms':7"},
	{"real",
	 "{\"event\":\"counters\",\"host\":\"a\",\"moved\":{\"InSegs\":3,"
	 "\"TW\":1}},"
	 "{\"event\":\"counters\",\"host\":\"b\",\"moved\":{\"InSegs\":3}},",
	 "'counters':{'a':{'TW':1}}"},
	{"virtual", TRACE("\"+2s a:1 > b:2 S\",\"+3s a:1 > b:2 S\""),
	 "'duration_ms':7,'hosts':['a','b'],'states':[[1,'a',0,'CLOSED']],"
	 "'times_ms':[0],'trace':['+2s a:1 > b:2 S','+3s a:1 > b:2 S']"},
	/* Sent again, whether or not the other side has spoken meanwhile. */
	{"real",
	 TRACE("\"+2s a:1 > b:2 S\",\"b:2 > a:1 S.\",\"+3s a:1 > b:2 S\","
	       "\"b:2 > a:1 S.\",\"a:1 > b:2 .\",\"a:1 > b:2 F.\","
	       "\"a:1 > b:2 .\""),
	 "'hosts':['a','b'],'trace':['a:1 > b:2 S','b:2 > a:1 S.',"
	 "'a:1 > b:2 .','a:1 > b:2 F.','a:1 > b:2 .']"},
	/* A delayed acknowledgement whose time was up, and three that no other
	 * segment would have brought: of a SYN, of less, of data that came
	 * last. */
	{"real",
	 TRACE("\"a:1 > b:2 S. 0:0(0) ack 1\",\"b:2 > a:1 . 1:1(0) ack 1\","
	       "\"a:1 > b:2 F. 1:1(0) ack 1\",\"b:2 > a:1 . 1:1(0) ack 2\","
	       "\"b:2 > a:1 P. 1:5(4) ack 2 <TS>\","
	       "\"a:1 > b:2 . 2:2(0) ack 5\""),
	 "'hosts':['a','b'],'trace':['a:1 > b:2 S. 0:0(0) ack 1',"
	 "'b:2 > a:1 . 1:1(0) ack 1','a:1 > b:2 F. 1:1(0) ack 1',"
	 "'b:2 > a:1 P. 1:5(4) ack 2 <TS>','a:1 > b:2 . 2:2(0) ack 5']"},
	{"real",
	 TRACE("\"a:1 > b:2 P. 1:5(4) ack 1\",\"b:2 > a:1 . 1:1(0) ack 5\","
	       "\"a:1 > b:2 P. 5:9(4) ack 1\",\"b:2 > a:1 F. 1:1(0) ack 9\""),
	 "'hosts':['a','b'],'trace':['a:1 > b:2 P. 1:5(4) ack 1',"
	 "'b:2 > a:1 . 1:1(0) ack 5','a:1 > b:2 P. 5:9(4) ack 1',"
	 "'b:2 > a:1 F. 1:1(0) ack 9']"},
};

static void takes_in(int row)
{
	json_t *list = events(taken[row].time, taken[row].between);
	struct lg_baseline *baseline = lg_baseline_new(json_array_get(list, 0));
	const char *rest = taken[row].becomes;
	char *quoted = lg_text("{%s%s'reason':'','verdict':'pass'}", rest,
			       *rest ? "," : "");
	for (char *at = quoted; *at; at++)
		*at = *at == '\'' ? '"' : *at;
	json_t *expected = parse(quoted);

	lg_baseline_add(baseline, list, NULL);
	const json_t *variant = lg_baseline_variant(baseline, "a/b", "ipv4");
	char *came = json_dumps(variant, JSON_SORT_KEYS | JSON_COMPACT);
	char *wanted = json_dumps(expected, JSON_SORT_KEYS | JSON_COMPACT);
	ck_assert_str_eq(came, wanted);
	free(came);
	free(wanted);
	free(quoted);
	json_decref(expected);
	json_decref(list);
	lg_baseline_free(baseline);
}

static const struct {
	const char *called, *guest, *release, *name;
} kernels[] = {
	{"host", "host", "6.18.44-fc", "host-6.18"},
	{"/k/uml-7.2/linux", "uml", "7.2.13", "uml-7.2"},
	{"uml-7.2", "uml", "7.2.13", "uml-7.2"},
	{"mine", "uml", "7.2.13", "mine"},
	{"qemu-6.1.0-56-cloud-amd64", "qemu", "6.1.0-56-cloud-amd64",
	 "qemu-6.1"},
	{"/k/linux", "uml", "7.x", "uml-7"},
};

static void names_kernels(int row)
{
	json_t *start =
		json_pack("{s:s, s:s, s:s, s:s}", "kernel_name",
			  kernels[row].called, "guest", kernels[row].guest,
			  "kernel", kernels[row].release, "time", "virtual");
	struct lg_baseline *baseline = lg_baseline_new(start);

	ck_assert_str_eq(lg_baseline_name(baseline), kernels[row].name);
	json_decref(start);
	lg_baseline_free(baseline);
}

/* ---- what is written --------------------------------------------------- */

static struct lg_baseline *sample(const char *time)
{
	json_t *list =
		events(time, TRACE("\"a:1 > b:2 S\"") "{\"event\":\"observe\","
						      "\"name\":\"\xc3\xa4\","
						      "\"value\":\"2\"},");
	json_t *described = parse(
		"{\"title\":\"T\",\"story\":\"T.\",\"topology\":\"pair\","
		"\"claims\":\"2 12\",\"facts\":{\"f\":\"m\"},\"needs\":[]}");
	struct lg_baseline *baseline = lg_baseline_new(json_array_get(list, 0));

	lg_baseline_add(baseline, list, described);
	json_decref(described);
	json_decref(list);
	return baseline;
}

static void writes_what_it_reads(int row)
{
	(void)row;
	static const char expected[] = "{\n"
				       " \"schema\": 1,\n"
				       " \"kind\": \"baseline\",\n"
				       " \"kernel\": {\n"
				       "  \"guest\": \"host\",\n"
				       "  \"name\": \"host-6.18\",\n"
				       "  \"release\": \"6.18.4-x\",\n"
				       "  \"time\": \"virtual\"\n"
				       " },\n"
				       " \"cases\": {\n"
				       "  \"a/b\": {\n"
				       "   \"claims\": [2,12],\n"
				       "   \"facts\": {\n"
				       "    \"f\": \"m\"\n"
				       "   },\n"
				       "   \"story\": \"T.\",\n"
				       "   \"title\": \"T\",\n"
				       "   \"topology\": \"pair\",\n"
				       "   \"variants\": {\n"
				       "    \"ipv4\": {\n"
				       "     \"duration_ms\": 7,\n"
				       "     \"hosts\": [\n"
				       "      \"a\",\n"
				       "      \"b\"\n"
				       "     ],\n"
				       "     \"observations\": {\n"
				       "      \"\xc3\xa4\": [\n"
				       "       \"2\"\n"
				       "      ]\n"
				       "     },\n"
				       "     \"reason\": \"\",\n"
				       "     \"states\": [\n"
				       "      [1,\"a\",0,\"CLOSED\"]\n"
				       "     ],\n"
				       "     \"times_ms\": [0],\n"
				       "     \"trace\": [\n"
				       "      \"a:1 > b:2 S\"\n"
				       "     ],\n"
				       "     \"verdict\": \"pass\"\n"
				       "    }\n"
				       "   }\n"
				       "  }\n"
				       " }\n"
				       "}\n";
	struct lg_baseline *made = sample("virtual"), *read;
	char *path = file("written.json");

	ck_assert_int_eq(lg_baseline_write(made, path), 0);
	char *text = get(path);
	ck_assert_str_eq(text, expected);
	ck_assert_int_eq(lg_baseline_read(&read, path), 0);
	ck_assert(json_equal(read->root, made->root));
	lg_baseline_free(made);
	lg_baseline_free(read);
	free(text);
	free(path);
}

/* Whether a/b's "ipv6" stays, which did not run, by what cases say. */
static const struct {
	const char *described;
	bool stays;
} merged[] = {
	{NULL, true},
	{"{}", true},
	{"{\"c/d\":{\"variants\":[{\"name\":\"ipv4\"}]}}", true},
	{"{\"a/b\":{\"variants\":[{\"name\":\"ipv4\"},{\"name\":\"ipv6\"}]}}",
	 true},
	{"{\"a/b\":{\"variants\":[{\"name\":\"ipv4\"}]}}", false},
};

static void merges_a_part(int row)
{
	struct lg_baseline *whole, *part = sample("virtual");
	char *path = file("whole.json");
	lg_baseline_write(part, path);
	ck_assert_int_eq(lg_baseline_read(&whole, path), 0);

	json_t *variants = json_object_get(json_object_get(part->cases, "a/b"),
					   "variants");
	json_object_set_new(json_object_get(variants, "ipv4"), "duration_ms",
			    json_integer(8));
	json_object_set(variants, "new", json_object_get(variants, "ipv4"));
	json_object_set(part->cases, "c/d",
			json_object_get(part->cases, "a/b"));
	json_t *former = json_object_get(
		json_object_get(json_object_get(whole->cases, "a/b"),
				"variants"),
		"ipv4");
	json_object_set(json_object_get(json_object_get(whole->cases, "a/b"),
					"variants"),
			"ipv6", former);

	json_t *described = merged[row].described
				    ? json_loads(merged[row].described, 0, NULL)
				    : NULL;
	ck_assert_int_eq(lg_baseline_merge(whole, part, described), 0);
	const struct {
		const char *case_name, *variant;
		int duration_ms;
	} expected[] = {{"a/b", "ipv4", 8},
			{"a/b", "ipv6", merged[row].stays ? 7 : 0},
			{"a/b", "new", 8},
			{"c/d", "ipv4", 8}};
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		const json_t *variant = lg_baseline_variant(
			whole, expected[i].case_name, expected[i].variant);
		ck_assert_int_eq(json_integer_value(json_object_get(
					 variant, "duration_ms")),
				 expected[i].duration_ms);
	}
	json_decref(described);
	lg_baseline_free(whole);
	lg_baseline_free(part);
	free(path);
}

static void merges_no_other_kernel(int row)
{
	(void)row;
	struct lg_baseline *whole, *part = sample("real");
	struct lg_baseline *virtual = sample("virtual");
	char *path = file("other.json");
	char *message = lg_text(
		"%s is of 6.18.4-x (host, virtual time), and this ran on "
		"6.18.4-x (host, real time): a part of the cases can't be put "
		"in; run all of them, or remove the file",
		path);

	lg_baseline_write(virtual, path);
	lg_baseline_read(&whole, path);
	ck_assert_int_eq(lg_baseline_merge(whole, part, NULL), -EINVAL);
	ck_assert_str_eq(lg_error_text(), message);
	lg_baseline_free(whole);
	lg_baseline_free(part);
	lg_baseline_free(virtual);
	free(message);
	free(path);
}

static void forgets_what_is_broken(int row)
{
	(void)row;
	struct lg_baseline *baseline = sample("virtual");
	json_t *variants = json_object_get(
		json_object_get(baseline->cases, "a/b"), "variants");
	json_object_set_new(json_object_get(variants, "ipv4"), "verdict",
			    json_string("broken"));

	lg_baseline_drop_broken(baseline);
	ck_assert_uint_eq(json_object_size(baseline->cases), 0);
	lg_baseline_free(baseline);
}

#define ROWS(table) (int)(sizeof(table) / sizeof(*(table)))

int main(int argc, char **argv)
{
	static const struct lg_unit units[] = {
		{"refuses", refuses, ROWS(refused), 0},
		{"names_a_missing_file", names_a_missing_file, 0, 0},
		{"takes_in", takes_in, ROWS(taken), 0},
		{"names_kernels", names_kernels, ROWS(kernels), 0},
		{"writes_what_it_reads", writes_what_it_reads, 0, 0},
		{"merges_a_part", merges_a_part, ROWS(merged), 0},
		{"merges_no_other_kernel", merges_no_other_kernel, 0, 0},
		{"forgets_what_is_broken", forgets_what_is_broken, 0, 0},
		{NULL, NULL, 0, 0}};

	if (!mkdtemp(folder))
		return EXIT_FAILURE;
	int status = lg_unit_main(argc, argv, units);
	char *command = lg_text("rm -rf %s", folder);
	status |= system(command);
	free(command);
	return status;
}
