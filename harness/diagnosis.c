// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnosis.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

void lg_diagnosis_comment(FILE *file, const char *indent, const char *label,
			  const char *text)
{
	do {
		size_t length = strcspn(text, "\n");
		fprintf(file, "%s# %s%.*s\n", indent, label, (int)length, text);
		text += length + (text[length] == '\n');
		label = "";
	} while (*text);
}

void lg_diagnosis_print(FILE *file, const char *indent,
			const struct lg_run *run, const struct lg_item *item)
{
	const struct lg_result *result = &item->result;
	char *reason = lg_item_reason(run, item);
	lg_diagnosis_comment(file, indent,
			     lg_item_verdict(item) == LG_FAIL ? "failed: "
							      : "broken: ",
			     reason);
	free(reason);
	if (result->file)
		fprintf(file, "%s# at %s:%d\n", indent, result->file,
			result->line);

	size_t i;
	json_t *line;
	json_array_foreach(result->report, i, line)
		lg_diagnosis_comment(file, indent, "", json_string_value(line));
	if (result->bundle)
		lg_diagnosis_comment(file, indent, "bundle: ", result->bundle);
	if (item->variant) {
		char *again = lg_item_again(run, item);
		lg_diagnosis_comment(file, indent, "again: ", again);
		free(again);
	}
}

char *lg_diagnosis_reason(const struct lg_run *run, const struct lg_item *item)
{
	char *reason = lg_item_reason(run, item);
	reason[strcspn(reason, "\n")] = '\0';
	return reason;
}
