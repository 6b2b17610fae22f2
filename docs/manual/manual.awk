# SPDX-License-Identifier: GPL-2.0-or-later
#
# The manual, made of texts in a small part of Markdown:
#
#   awk -f manual.awk -v to=man -v page='LINGER 1' -v date=D -v version=V
#       FILE...                                          a page for man(1);
#   ... -v name='linger-case - how to write a case' FILE  of one text alone
#   awk -f manual.awk -v to=text FILE                    what `linger help` says
#   awk -f manual.awk -v to=c FILE...               these texts, as rows of C:
#                                           { "NAME", "TITLE", "TEXT" },
#
# A text has headings (#, ##, ###), paragraphs, lists (- ITEM), definitions (a
# line with the TERM, then `:   TEXT`, more of it indented by four blanks), and
# lines to be left as they are, indented by four blanks more than what is round
# them.  In a line there are `code` and *placeholder*.

function fail(why)
{
	printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
	failed = 1
	exit 1
}

# ---- words in a line ---------------------------------------------------------

function man_escaped(text, is_code)
{
	gsub(/\\/, "\\e", text)
	if (is_code) {
		gsub(/-/, "\\-", text)
		gsub(/'/, "\\(aq", text)
		gsub(/\^/, "\\(ha", text)
		gsub(/~/, "\\(ti", text)
		gsub(/`/, "\\(ga", text)
	} else
		gsub(/ - /, " \\- ", text)
	return text
}

# Placeholders: *WORD* becomes WORD between `before` and `after`.
function placeholders(text, before, after,    result)
{
	result = ""
	while (match(text, /\*[^* ]+\*/)) {
		result = result substr(text, 1, RSTART - 1) before \
			substr(text, RSTART + 1, RLENGTH - 2) after
		text = substr(text, RSTART + RLENGTH)
	}
	return result text
}

# Code in `...`; `quote` is what stands round it in a plain text.
function inline(text, quote,    parts, n, i, result)
{
	n = split(text, parts, "`")
	if (n % 2 == 0)
		fail("a ` without another")
	result = ""
	for (i = 1; i <= n; i++) {
		if (i % 2 && to == "man")
			result = result placeholders(man_escaped(parts[i]),
				"\\fI", "\\fR")
		else if (i % 2)
			result = result placeholders(parts[i], "", "")
		else if (to == "man")
			result = result "\\fB" man_escaped(parts[i], 1) "\\fR"
		else
			result = result quote parts[i] quote
	}
	return result
}

# ---- lines -------------------------------------------------------------------

# A line of a page must not look like a request.
function put(line)
{
	sub(/[ \t]+$/, "", line)
	if (to == "man" && line ~ /^[.']/)
		line = "\\&" line
	if (to == "c") {
		gsub(/\\/, "\\\\", line)
		gsub(/"/, "\\\"", line)
		line = "\"" line "\\n\""
	}
	print line
}

function indent(n,    text)
{
	text = ""
	while (n-- > 0)
		text = text " "
	return text
}

# Words in lines of 78 columns, the first behind `first`.
function fill(text, first, left,    words, n, i, line, blank)
{
	n = split(text, words, " ")
	line = first
	blank = ""
	for (i = 1; i <= n; i++) {
		if (blank != "" && length(line blank words[i]) > 78) {
			put(line)
			line = indent(left)
			blank = ""
		}
		line = line blank words[i]
		blank = " "
	}
	put(line)
}

# ---- blocks ------------------------------------------------------------------

# A blank line of a text, but for its first.
function separate()
{
	if (to != "man" && !at_begin)
		put("")
	at_begin = 0
}

function heading(level, text)
{
	flush()
	margin = 0
	if (to == "man" && name != "" && level == 1)
		print ".SH DESCRIPTION"
	else if (to == "man" && level + shift_by <= 1)
		print ".SH " toupper(text)
	else if (to == "man")
		print ".SS " man_escaped(text, 1)
	else {
		separate()
		put(level == 1 ? text : "  " text)
	}
	wants_paragraph = 0
}

function term(text)
{
	if (to == "man") {
		print ".TP"
		put(inline(text, ""))
	} else {
		separate()
		put("  " inline(text, ""))
	}
	margin = 4
}

function item(text)
{
	if (to == "man") {
		print ".IP \\(bu 2"
		fill(inline(text, "`"), "", 0)
	} else {
		if (!in_list)
			separate()
		fill(inline(text, "`"), "  - ", 4)
	}
	in_list = 1
}

function paragraph(text)
{
	if (to == "man") {
		if (wants_paragraph)
			print margin ? ".IP" : ".PP"
		fill(inline(text, "`"), "", 0)
	} else {
		if (wants_paragraph || !margin)
			separate()
		fill(inline(text, "`"), indent(2 + margin), 2 + margin)
	}
	wants_paragraph = 1
}

# What has been gathered: a paragraph, or an item of a list.
function flush(    text)
{
	end_code()
	if (gathered == "")
		return
	text = gathered
	gathered = ""
	if (gathering_item)
		item(text)
	else {
		in_list = 0
		paragraph(text)
	}
	gathering_item = 0
}

function code(text)
{
	if (!in_code) {
		flush()
		in_list = 0
		if (to == "man") {
			print margin ? ".IP" : ".PP"
			print ".nf"
			print ".RS 4"
		} else
			separate()
	} else
		while (blank_lines-- > 0)
			print to == "man" ? "\\&" : to == "c" ? "\"\\n\"" : ""
	in_code = 1
	blank_lines = 0
	if (to == "man")
		put(man_escaped(text, 1))
	else
		put(indent(6 + margin) text)
}

function end_code()
{
	if (!in_code)
		return
	in_code = 0
	blank_lines = 0
	if (to == "man") {
		print ".RE"
		print ".fi"
	}
	wants_paragraph = 1
}

# ---- files -------------------------------------------------------------------

function name_of(path)
{
	sub(/.*\//, "", path)
	sub(/\.md$/, "", path)
	return path
}

function end_file()
{
	flush()
	if (to == "c" && file_name != "")
		print "},"
}

function begin_file()
{
	end_file()
	file_name = FILENAME
	margin = in_list = wants_paragraph = 0
	at_begin = 1
	# Commands are below a heading of their own; a page begins with its
	# title.
	shift_by = FILENAME ~ /command\// ? 1 : 0
	if (FILENAME ~ /page\// || name != "")
		shift_by = -1
}

BEGIN {
	if (to == "man") {
		print ".\\\" SPDX-License-Identifier: GPL-2.0-or-later"
		printf ".TH %s %s \"linger %s\"\n", page, date, version
		print ".nh"
		print ".ad l"
		if (name != "") {
			print ".SH NAME"
			print inline(name, "")
		}
	}
}

FNR == 1 {
	begin_file()
}

/^<!--.*-->$/ {
	next
}

/^#+ / {
	level = index($0, " ") - 1
	title = substr($0, level + 2)
	if (level == 1 && to == "c")
		printf "{\"%s\", \"%s\",\n", name_of(FILENAME), title
	if (level > 1 || FILENAME !~ /page\//)
		heading(level, title)
	next
}

# The terms of a definition have been taken for a paragraph.
/^:   / {
	sub(/^:   /, "")
	text = gathered
	gathered = ""
	flush()
	margin = 0
	in_list = 0
	term(text)
	wants_paragraph = 0
	gathered = $0
	next
}

/^[ \t]*$/ {
	if (in_code)
		blank_lines++
	else
		flush()
	next
}

{
	lead = match($0, /[^ ]/) - 1
}

gathered == "" && lead >= margin + 4 {
	code(substr($0, margin + 5))
	next
}

/^ *- / && (gathered == "" || gathering_item) {
	flush()
	sub(/^ *- /, "")
	gathered = $0
	gathering_item = 1
	next
}

{
	end_code()
	# What is not indented any more ends a definition.
	if (gathered == "" && lead < margin)
		margin = 0
	sub(/^ +/, "")
	gathered = gathered (gathered == "" ? "" : " ") $0
}

END {
	if (!failed)
		end_file()
	exit failed
}
